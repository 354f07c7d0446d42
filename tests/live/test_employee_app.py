"""Anna's phone is a browser: she enrols, taps, is heard, and reads that boris saw it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from incidents.models import Incident
from recordings.models import Unit
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live

pytestmark = pytest.mark.browser


def test_a_tap_in_the_browser_is_heard_and_answered(live: Live, beeps: Path) -> None:
    app, sign_in = live.page(f"/app/#code={live.code()}"), live.page(live.sign_in_path("boris"))
    with chromium(sound=beeps) as browser:
        # Both in one profile, as a newcomer tries it.
        context = browser.new_context(
            locale="ja", permissions=["microphone", "geolocation"],
            geolocation={"latitude": 35.6846, "longitude": 139.7741},
        )  # fmt: skip
        boris = context.new_page()
        boris.goto(sign_in)
        anna = context.new_page()
        anna.goto(app)
        press = anna.locator("[data-press]")
        register = anna.locator("[data-enrol-form] button[type=submit]")
        expect(press.or_(register).first).to_be_visible()
        if register.is_visible():
            register.click()
        expect(press).to_be_visible()
        with anna.expect_response(lambda answer: "/units/" in answer.url):
            press.click()

        boris.bring_to_front()
        link = boris.get_by_role("link", name="髙橋 美咲").first
        expect(link).to_be_visible()
        link.click()
        boris.get_by_role("button", name="確認しました").click()
        expect(boris.locator("#play")).to_be_enabled(timeout=20_000)
        boris.locator("#play").click()
        expect(boris.get_by_text("遅延")).to_be_visible(timeout=20_000)

        anna.bring_to_front()
        anna.locator("[data-veil]").click()
        expect(anna.get_by_text("佐藤さんが確認しました").first).to_be_visible()

    def arrived() -> tuple[int, int]:
        return Incident.objects.count(), Unit.objects.count()

    incidents, units = run_in(live.company, arrived)
    assert incidents == 1
    assert units >= 2
