"""What anna's phone keeps, so that the button is there where there is no network."""

import re

from django.test import Client

from tenants.models import Company


def test_every_style_sheet_of_the_app_is_kept_for_it(acme: Company) -> None:
    anna = Client(headers={"Host": "acme.localhost"})
    page, worker = (anna.get(path).content.decode() for path in ("/app/", "/app/sw.js"))
    linked = re.findall(r'rel="stylesheet" href="([^"]+)"', page)
    assert linked
    assert [sheet for sheet in linked if f"'{sheet}'" not in worker] == []
