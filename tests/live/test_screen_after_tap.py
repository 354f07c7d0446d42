"""What Anna's screen shows right after the tap is what her company chose."""

import pytest
from playwright.sync_api import expect

from people.models import AppSettings
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live
from tests.live.media_client import enrol

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("screen", ["discreet", "bright"])
def test_the_screen_after_the_tap_is_the_companys_choice(live: Live, screen: str) -> None:
    run_in(live.company, lambda: AppSettings.objects.create(pk=1, screen_after_tap=screen))
    with chromium() as browser:
        anna = browser.new_context(locale="ja", viewport={"width": 375, "height": 812}).new_page()
        with anna.expect_response(lambda answer: answer.url.endswith("/api/v1/device")):
            enrol(anna, live.page(f"/app/#code={live.code()}"))
        expect(anna.locator("[data-holder]").first).not_to_be_empty()
        anna.locator("[data-press]").click()
        veil = anna.locator("[data-veil]")
        if screen == "bright":
            expect(anna.locator("[data-state-line]")).to_be_visible()
            expect(veil).to_be_hidden()
            anna.locator("[data-hide]").click()
        expect(veil).to_be_visible()
