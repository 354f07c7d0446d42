"""Hanna's finger instead of a code: a real Chromium with a virtual authenticator."""

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Page, expect

from demo.seed import PASSWORD
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live
from tests.support.passkeys import with_finger

pytestmark = pytest.mark.browser


def sign_in_by_password(live: Live, page: Page) -> None:
    page.goto(live.page("/accounts/login/"))
    page.locator('input[name="login"]').fill("hanna")
    page.locator('input[name="password"]').fill(PASSWORD)
    page.get_by_role("button", name="サインイン", exact=True).click()
    page.wait_for_load_state()


def add_passkey(live: Live, page: Page) -> None:
    page.goto(live.page("/accounts/2fa/webauthn/add/"))
    if "reauthenticate" in page.url:
        page.locator('input[name="password"]').fill(PASSWORD)
        page.locator("form button.primary").first.click()
    page.locator('input[name="passwordless"]').check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")


def test_hanna_adds_a_passkey_and_signs_in_with_nothing_else(live: Live) -> None:
    with chromium() as browser:
        hanna = browser.new_context(locale="ja").new_page()
        with_finger(hanna)
        sign_in_by_password(live, hanna)
        hanna.goto(live.page("/admin/"))
        assert "/accounts/" in hanna.url, "a password alone must not be enough"
        add_passkey(live, hanna)
        hanna.goto(live.page("/admin/"))
        assert hanna.url == live.page("/admin/")

        hanna.goto(live.page("/accounts/logout/"))
        hanna.locator("form button.primary").first.click()
        hanna.goto(live.page("/accounts/login/"))
        hanna.get_by_role("button", name="パスキーでサインイン").click()
        hanna.wait_for_url(lambda url: "/login/" not in url)
        hanna.goto(live.page("/admin/"))
        assert hanna.url == live.page("/admin/")

        thief = browser.new_context(locale="ja").new_page()
        with_finger(thief)
        sign_in_by_password(live, thief)
        expect(thief.locator("#mfa_webauthn_authenticate")).to_be_visible()
        thief.locator("#mfa_webauthn_authenticate").click()  # no key of hers in this one
        thief.goto(live.page("/admin/"))
        assert thief.url != live.page("/admin/"), "her password without her finger"

    def keys() -> int:
        return Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count()

    assert run_in(live.company, keys) == 1
