"""What anna's phone keeps, so that the button is there where there is no network."""

import re
from pathlib import Path
from urllib.parse import urljoin

from django.contrib.staticfiles import finders
from django.test import Client

from tenants.models import Company


def test_every_style_sheet_of_the_app_is_kept_for_it(acme: Company) -> None:
    anna = Client(headers={"Host": "acme.localhost"})
    page, worker = (anna.get(path).content.decode() for path in ("/app/", "/app/sw.js"))
    linked = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    assert linked
    assert [sheet for sheet in linked if f"'{sheet}'" not in worker] == []


def test_every_script_that_another_one_needs_is_kept_for_it(acme: Company) -> None:
    worker = Client(headers={"Host": "acme.localhost"}).get("/app/sw.js").content.decode()
    worker = worker.replace(r"\u002D", "-")  # as Django writes it inside a script
    kept = set(re.findall(r"'(/static/[^']+\.js)'", worker))
    ours = {address for address in kept if "/vendor/" not in address}
    wanted = {name for address in ours for name in imported_by(address)}
    assert wanted
    assert wanted - kept == set()


def imported_by(address: str) -> list[str]:
    path = str(finders.find(address.removeprefix("/static/")))
    names = re.findall(r"from '([^']+)'", Path(path).read_text())
    return [urljoin(address, name) for name in names]
