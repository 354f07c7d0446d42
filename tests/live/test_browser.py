"""The main job in real browsers."""

import pytest
from playwright.sync_api import expect

from tests.live.browsers import chromium
from tests.live.conftest import Live, LivePhone

pytestmark = pytest.mark.browser


def test_boris_is_alerted_without_reload_and_anna_learns_that_he_saw_it(
    live: Live, phone: LivePhone
) -> None:
    sign_in = live.page(live.sign_in_path("boris"))
    with chromium() as browser:
        page = browser.new_page(locale="ja")
        page.goto(sign_in)
        expect(page.get_by_text("進行中の通報はありません")).to_be_visible()
        expect(page.get_by_text("リアルタイム接続中")).to_be_visible()

        incident = phone.tap()["id"]
        expect(page.get_by_text("髙橋 美咲").first).to_be_visible()
        assert page.title().startswith("(1)")

        page.goto(live.page(f"/portal/incidents/{incident}/"))
        page.get_by_role("button", name="確認しました").click()
        page.get_by_role("button", name="向かいます").first.click()
        expect(page.get_by_text("向かっています").first).to_be_visible()
    seen = phone.send("GET", f"/api/v1/incidents/{incident}").json()
    assert (seen["acknowledged_by"], seen["coming_by"]) == ("佐藤さん", "佐藤さん")
