"""HR writes the words of an alarm and sees, while typing, what will arrive."""

import pytest
from playwright.sync_api import expect

from tests.live.browsers import chromium
from tests.live.conftest import Live

pytestmark = pytest.mark.browser


def test_the_preview_follows_what_is_typed(live: Live) -> None:
    with chromium() as browser:
        hanna = browser.new_context(locale="ja").new_page()
        hanna.goto(live.page(live.sign_in_path("hanna")))
        hanna.goto(live.page("/admin/notifications/noticetext/add/"))
        hanna.locator("[name=title]").fill("応援要請 {number}")
        hanna.locator("[name=body]").fill("すぐに確認してください。")
        expect(hanna.get_by_text("【訓練】応援要請 128").first).to_be_visible()
        hanna.locator("[name=title]").fill("{name}さんから")
        expect(hanna.get_by_role("alert")).to_contain_text("{name} は使えません")
        expect(hanna.get_by_text("応援要請 128")).to_have_count(0)
