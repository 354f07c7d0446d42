"""Hanna signs in for the first time by the keyboard alone, and gives her password once."""

import pytest
from playwright.sync_api import Page, expect

from demo.seed import PASSWORD
from tests.live.browsers import chromium
from tests.live.conftest import Live
from tests.support.second_factor import code_of

pytestmark = pytest.mark.browser
MOST_STOPS = 30


def tab_to(page: Page, selector: str) -> None:
    for _stop in range(MOST_STOPS):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selector} cannot be reached by the keyboard")


def test_from_the_password_to_the_recovery_codes(live: Live) -> None:
    with chromium() as browser:
        page = browser.new_context(locale="ja", color_scheme="dark").new_page()
        asked: list[str] = []
        page.on("framenavigated", lambda frame: asked.append(frame.url))
        page.goto(live.page("/admin/"))
        tab_to(page, "[name=login]")
        page.keyboard.type("hanna")
        tab_to(page, "[name=password]")
        page.keyboard.type(PASSWORD)
        tab_to(page, "[data-shows]")
        page.keyboard.press("Enter")
        expect(page.locator("[name=password]")).to_have_attribute("type", "text")
        page.keyboard.press("Enter")
        page.wait_for_url("**/2fa/totp/activate/")

        tab_to(page, "summary")
        page.keyboard.press("Enter")
        tab_to(page, "[name=code]")
        page.keyboard.type(code_of(page.locator(".secret").inner_text()))
        page.keyboard.press("Enter")
        page.wait_for_url("**/recovery-codes/")
        expect(page.locator(".recovery-codes li")).to_have_count(10)
        assert not [url for url in asked if "reauthenticate" in url]

        tab_to(page, "a.primary")
        page.keyboard.press("Enter")
        page.wait_for_url("**/admin/")
