"""Whoever opens the printed address finds everybody's part, and every card leads somewhere."""

import os
import re
import subprocess
import sys
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.demo.conftest import ELSEWHERE, DemoMail, browser

LINKS = re.compile(r'href="(http://[^"]+)"')
ROLES = ("従業員", "上司", "人事", "産業保健", "警備会社オペレーター", "緊急対処員", "運営")


def links_of(visitor: Client, company: str) -> list[str]:
    return LINKS.findall(visitor.get(f"/?company={company}").text)


def test_there_is_a_card_for_every_role_and_only_the_employees_is_red(visitor: Client) -> None:
    page = visitor.get("/").text
    assert [role for role in ROLES if f"<h2>{role}</h2>" not in page] == []
    assert re.findall(r"demo-card danger.*?<h2>(.*?)</h2>", page, re.DOTALL) == ["従業員"]


@pytest.mark.parametrize("company", ["acme", "globex"])
def test_every_card_opens_a_page_with_one_click(visitor: Client, company: str) -> None:
    found = links_of(visitor, company)
    assert len(found) >= 9
    for link in found:
        parts = urlsplit(link)
        guest = browser(parts.netloc)
        opened = guest.get(f"{parts.path}?{parts.query}")
        assert opened.status_code == 302, link
        home = opened["Location"].partition("#")[0]
        assert guest.get(home).status_code == 200, (link, home)


def test_the_company_that_is_chosen_is_the_one_that_opens(visitor: Client) -> None:
    hosts = {urlsplit(link).hostname for link in links_of(visitor, "globex")}
    assert hosts == {"globex.localhost", "ops.localhost", "localhost"}
    assert "警備会社と契約していない" in visitor.get("/?company=globex").text
    assert "警備会社と契約していない" not in visitor.get("/?company=acme").text


def test_the_language_that_is_chosen_goes_along_to_the_pages(visitor: Client) -> None:
    page = visitor.get("/?lang=en", follow=True).text
    assert "Try it in 3 minutes" in page
    boris = next(link for link in LINKS.findall(page) if "acme:boris" in link)
    parts = urlsplit(boris)
    opened = browser(parts.netloc).get(f"{parts.path}?{parts.query}", follow=True)
    assert opened["Content-Language"] == "en"


def test_the_mailbox_card_counts_what_nobody_has_read(visitor: Client, demo_mail: DemoMail) -> None:
    assert "新着 0通" in visitor.get("/").text
    demo_mail.send("boris@acme.example")
    demo_mail.send("second@acme.example")
    assert "新着 2通" in visitor.get("/").text


@pytest.mark.parametrize("how", ELSEWHERE, ids=str)
def test_from_elsewhere_it_is_the_administration_and_gives_no_link(
    visitor: Client, how: Any
) -> None:
    answer = visitor.get("/", **how)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert answer.content == b""


WITHOUT_DEMO = """
import sys
sys.modules["demo"] = None
import django
django.setup()
from importlib import import_module
from django.conf import settings
from django.urls import resolve
for kind in ("company", "ops", "platform"):
    import_module(f"config.urls_{kind}")
from accounts.adapter import AccountAdapter
from allauth.account.adapter import get_adapter
assert type(get_adapter()) is AccountAdapter
print(resolve("/", urlconf="config.urls_platform").func.view_initkwargs)
"""


def test_in_production_the_package_may_be_gone() -> None:
    secrets = dict.fromkeys(("SECRET_KEY", "MASTER_KEY", "DEVICE_TOKEN_PEPPER"), "x" * 40)
    production = {"SOBANI_ENV": "production", "DJANGO_SETTINGS_MODULE": "config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_DEMO],
        env=os.environ | secrets | production,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "{'url': '/admin/'}"
