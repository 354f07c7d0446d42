"""Boris's alarm list by keyboard, live; and a bell that does not claim what does not arrive."""

import pytest
from playwright.sync_api import Page, expect

from tests.live.browsers import chromium
from tests.live.conftest import Live, LivePhone
from tests.live.counter import boris
from tests.support.connections import LIVE

pytestmark = pytest.mark.browser


def opened(page: Page, live: Live) -> None:
    page.goto(live.page(live.sign_in_path("boris")))
    page.goto(live.page("/portal/"))
    expect(page.get_by_text(LIVE)).to_be_visible()
    page.evaluate("window.neverReloaded = true")


def test_filters_work_by_keyboard_and_what_closes_meanwhile_is_there(
    live: Live, phone: LivePhone
) -> None:
    with chromium() as browser:
        page = browser.new_page(locale="ja", viewport={"width": 1440, "height": 900})
        opened(page, live)
        rows = page.locator("#closed-rows tbody tr")
        before = rows.count()
        number = str(phone.tap()["number"])
        expect(page.locator("#open-rows tbody tr")).to_have_count(1)
        boris(live, "close", outcome="resolved", presses="0")
        expect(rows).to_have_count(before + 1)

        page.get_by_role("searchbox").focus()
        page.keyboard.type("inai")
        expect(rows).to_have_count(0)
        assert "q=inai" in page.url
        page.keyboard.press("Control+A")
        page.keyboard.type(number)
        expect(rows).to_have_count(1)
        _is_alone_in_the_file(live, number)
        page.locator("#sort-duration").focus()
        page.keyboard.press("Enter")
        sorted_by = page.locator("th:has(#sort-duration)")
        expect(sorted_by).to_have_attribute("aria-sort", "descending")
        expect(page.locator("#sort-duration")).to_be_focused()
        page.keyboard.press("Enter")
        expect(sorted_by).to_have_attribute("aria-sort", "ascending")
        page.locator("select[name=outcome]").focus()
        for _line in range(3):
            page.keyboard.press("ArrowDown")
        expect(page.get_by_text("押し間違いは、人ごとに数えません")).to_be_visible()
        expect(sorted_by).to_have_attribute("aria-sort", "ascending")

        _says_that_it_could_not_be_read(page)
        assert page.evaluate("window.neverReloaded")


def _is_alone_in_the_file(live: Live, number: str) -> None:
    """As it is streamed, past the view that has returned."""
    file = live.browser("boris").get(f"{live.url}/portal/closed.csv?q={number}", timeout=20)
    lines = file.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["通報番号", number]


def _says_that_it_could_not_be_read(page: Page) -> None:
    page.route("**/portal/closed/**", lambda route: route.abort())
    page.locator("select[name=period]").select_option("90")
    expect(page.locator("#closed-failed")).to_be_visible()
    page.unroute("**/portal/closed/**")
    page.locator("#closed-again").click()
    expect(page.locator("#closed-failed")).to_be_hidden()


def test_a_browser_that_cannot_be_woken_gets_a_red_row_and_no_bell_that_is_on(live: Live) -> None:
    with chromium() as browser:
        context = browser.new_context(locale="ja", permissions=["notifications"])
        # As where the browser's own push service cannot be had.
        context.add_init_script(
            "PushManager.prototype.subscribe = () => Promise.reject(new DOMException('no service'))"
        )
        page = context.new_page()
        opened(page, live)
        bell, row = page.locator("#notify-toggle"), page.locator("#notices-failing")
        expect(row).to_contain_text("通知を受け取れません")
        expect(row).to_contain_text("通知サービスに登録できませんでした")
        expect(bell).to_have_attribute("aria-pressed", "false")

        row.click()
        page.get_by_role("button", name="テスト通知を送る").click()
        expect(page.get_by_text("テストは届きましたか")).to_be_visible()
        page.get_by_role("button", name="届きません").click()
        expect(page.locator("#notices-state")).to_have_text("前回のテストは届きませんでした。")
        page.get_by_role("button", name="閉じる").click()
        expect(row).to_be_visible()
