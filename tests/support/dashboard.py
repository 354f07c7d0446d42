"""The cards of HR's start page."""

import re
from html import unescape

from accounts.models import User
from tenants.schemas import enter_schema
from tests.conftest import signed_in


def start_page(user: User) -> str:
    page: str = signed_in(user).get("/admin/").content.decode()
    enter_schema("acme")
    return page


CARD = re.compile(r'class="sobani-card (\w+)" href="([^"]+)">([^<]+)<b>(\d+)</b>')


def cards(user: User) -> dict[str, tuple[str, int]]:
    """By the list that each leads to: how it looks, and its number."""
    found = CARD.findall(start_page(user))
    return {unescape(link): (tone, int(count)) for tone, link, _title, count in found}
