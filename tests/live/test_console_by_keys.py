"""A control room's screen of 1280 x 720: olga works a case without touching the mouse, and nothing
of it has to be scrolled to; two tabs, the way back and a reload in the middle of a dialog."""

import re

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from operations.models import Case, Dispatch, EmergencyCall, Handover
from tests.live.browsers import chromiums
from tests.live.conftest import Live, LivePhone
from tests.live.desk import LIVE, Console, ask, console_at, desk_actor, on_shift, still

__all__ = ["on_shift"]

pytestmark = pytest.mark.browser

CONTROL_ROOM = {"width": 1280, "height": 720}
LARGE = {"width": 1680, "height": 960}
COUNT_POINTERS = """window.pointers = 0;
addEventListener('pointerdown', () => window.pointers++, true);"""
# What an operator needs at once: where it lies, and how much of it has to be scrolled to.
LAID_OUT = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const area = document.querySelector('.case-scroll');
  return {
    hidden: area.scrollHeight - area.clientHeight,
    wide: document.documentElement.scrollWidth - innerWidth,
    tops: ['#case-warnings', '#case-head', '.player', '#case-responders', '#case-buttons']
      .map((one) => box(one).top),
    band: box('#case-warnings').width - box('.case').width,
    end: innerHeight - box('#case-buttons').bottom,
    steps: Math.min(
      ...[...document.querySelectorAll('.checklist li')].map((one) => one.clientWidth)),
  };
}"""


def at_a_case(live: Live, browser: Browser, phone: LivePhone) -> Console:
    olga = console_at(live, browser, "olga")
    olga.page.set_viewport_size(CONTROL_ROOM)
    ask(phone)
    expect(olga.cards).to_have_count(1)
    olga.press("a")
    expect(olga.page.locator(".person-name")).to_contain_text("髙橋 美咲")
    return olga


def dialog_of(olga: Console, key: str, name: str) -> Page:
    expect(olga.page.locator("#connection")).to_contain_text(LIVE)  # its scripts have begun
    olga.press(key)
    expect(olga.page.locator(f"#{name}")).to_be_visible()
    return olga.page


def press_button(page: Page, scope: str, name: str) -> None:
    """By the keyboard: the button is reached and Enter pressed on it."""
    button = page.locator(scope).get_by_role("button", name=name, exact=True).first
    button.focus()
    page.keyboard.press("Enter")


def is_shut(page: Page, name: str) -> None:
    expect(page.locator(f"#{name}")).to_be_hidden()


def test_olga_works_a_case_by_keys_alone_and_scrolls_for_nothing(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None) as (browser,):
        olga = at_a_case(live, browser, phone)
        page = olga.page
        page.evaluate(COUNT_POINTERS)
        for size in (CONTROL_ROOM, LARGE):
            page.set_viewport_size(size)
            everything_is_in_sight(page)
        page.set_viewport_size(CONTROL_ROOM)
        still(page, "console-1280.png")
        writes_a_note(olga)
        sends_m14_and_hears_her_arrive(olga)
        everything_is_in_sight(page)
        records_the_police_call(olga)
        writes_a_memo(olga)
        offers_it_to_otto(olga, live, browser)
        closes_it(olga)
        assert page.evaluate("window.pointers") == 0, "something was clicked"
        said_the_same_everywhere(page)


def everything_is_in_sight(page: Page) -> None:
    page.wait_for_function("document.querySelector('#case-responders li')")
    found = page.evaluate(LAID_OUT)
    assert found["tops"] == sorted(found["tops"]), found
    assert (found["hidden"], found["wide"], found["band"]) == (0, 0, 0), found
    assert found["end"] > 0, found
    assert found["steps"] > 120, found


def writes_a_note(olga: Console) -> None:
    page = dialog_of(olga, "n", "dialog-note")
    page.locator("#note-text").press_sequentially("dpa")
    press_button(page, "#dialog-note", "追加する")
    is_shut(page, "dialog-note")
    expect(page.locator("#case-timeline")).to_contain_text("dpa")


def sends_m14_and_hears_her_arrive(olga: Console) -> None:
    page = dialog_of(olga, "d", "dialog-dispatch")
    press_button(page, "#dialog-dispatch", "出動を指示")
    is_shut(page, "dialog-dispatch")
    for step in ("指示受領", "出発", "現着"):
        press_button(page, "#case-responders", step)
    expect(page.locator("#case-responders")).to_contain_text("離脱")
    done = page.locator("#case-checklist .done")
    expect(done.filter(has_text="出動を指示")).to_be_visible()


def records_the_police_call(olga: Console) -> None:
    page, before = dialog_of(olga, "p", "dialog-police"), EmergencyCall.objects.count()
    page.locator("#heard-situation").focus()
    page.keyboard.insert_text("怒鳴っている")
    expect(page.locator("#read-aloud")).to_contain_text("怒鳴っている")
    press_button(page, "#dialog-police", "記録する")
    expect(page.locator("#dialog-police")).to_be_visible()
    assert EmergencyCall.objects.count() == before, "nobody has said that it was made"
    page.locator("#dialog-police").get_by_label("通報した").press("Space")
    press_button(page, "#dialog-police", "記録する")
    is_shut(page, "dialog-police")
    expect(page.locator("#case-open-calls")).to_contain_text("受理番号が未記入")


def writes_a_memo(olga: Console) -> None:
    page = olga.page
    press_button(page, "#memos", "書く")
    page.locator("#memo-text").press_sequentially("M-18 jh")
    press_button(page, "#dialog-memo", "掲示する")
    is_shut(page, "dialog-memo")
    expect(page.locator("#memos")).to_contain_text("M-18 jh")
    press_button(page, "#memos", "済み")
    expect(page.locator("#memos")).not_to_contain_text("M-18 jh")


def offers_it_to_otto(olga: Console, live: Live, browser: Browser) -> None:
    console_at(live, browser, "otto")
    page = olga.page
    page.reload()
    expect(page.locator(".person-name")).to_be_visible()
    page.evaluate(COUNT_POINTERS)
    dialog_of(olga, "h", "dialog-handover")
    page.locator("#dialog-handover").get_by_label("岸本 悠").press("Space")
    page.locator("#handover-note").press_sequentially("nph")
    press_button(page, "#dialog-handover", "引き継ぎを申し出る")
    is_shut(page, "dialog-handover")
    assert Handover.objects.open().count() == 1


def closes_it(olga: Console) -> None:
    page = olga.page
    page.locator("#case-responders select").press("ArrowDown")
    press_button(page, "#case-responders", "離脱")
    expect(page.locator("#case-responders")).not_to_contain_text("離脱")
    press_button(page, "#case-buttons", "結果を付けて終了")
    page.locator("#dialog-close").get_by_label("沈静化").press("Space")
    press_button(page, "#dialog-close", "この結果で終了する")
    is_shut(page, "dialog-close")
    expect(page.locator("#case-head")).to_contain_text("終了")
    expect(page.locator("#case-checklist .open")).to_have_count(0)
    expect(page.locator("#case-checklist")).not_to_contain_text("遅れ")


def said_the_same_everywhere(page: Page) -> None:
    """A key's name in the bar is its name in the list of keys and on the dialog that it opens."""
    for key in page.locator(".keys > span:has(kbd)").all():
        named = re.sub(r"^(J\s*K|Space|[A-Z/?])\s*", "", key.inner_text().strip())
        kbd = key.locator("kbd").last.inner_text()
        row = page.locator(".key-list dt").filter(has=page.locator(f"kbd:text-is('{kbd}')"))
        said = row.locator("xpath=following-sibling::dd[1]/b").text_content()
        assert said == named, kbd
    for dialog, letter in (("note", "N"), ("keys", "?")):
        title = page.locator(f"#dialog-{dialog}-title").text_content() or "nothing"
        bar = page.locator(".keys > span").filter(has=page.locator(f"kbd:text-is('{letter}')"))
        assert title in bar.inner_text(), letter


DIALOGS = {
    "n": ("dialog-note", "#note-text"),
    "p": ("dialog-police", "#heard-situation"),
    "h": ("dialog-handover", "#handover-note"),
}


def test_a_reload_or_the_way_back_in_a_dialog_asks_first_and_leaves_a_clear_state(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None) as (browser,):
        olga = at_a_case(live, browser, phone)
        page, asked, before = olga.page, list[str](), EmergencyCall.objects.count()

        def stay(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.dismiss()

        for key, (name, field) in DIALOGS.items():
            page.once("dialog", stay)
            dialog_of(olga, key, name)
            page.locator(field).press_sequentially("x")
            page.evaluate("setTimeout(() => location.reload(), 0)")
            page.wait_for_timeout(300)
            expect(page.locator(field)).to_have_value("x")  # she stays, and it is still there
            page.locator(field).fill("")
            page.reload()  # nothing is typed: nobody asks
            expect(page.locator("dialog[open]")).to_have_count(0)
            expect(page.locator(".person-name")).to_contain_text("髙橋 美咲")
        assert asked == ["beforeunload"] * len(DIALOGS)
        page.go_back()
        page.go_forward()
        expect(page.locator("dialog[open]")).to_have_count(0)
        assert (Handover.objects.count(), EmergencyCall.objects.count()) == (0, before)


def test_two_tabs_of_one_operator_show_one_truth(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None) as (browser,):
        olga = at_a_case(live, browser, phone)
        first = olga.page
        second = first.context.new_page()
        second.goto(first.url)
        expect(second.locator(".person-name")).to_contain_text("髙橋 美咲")
        for tab in (first, second):  # both stand before the same question
            tab.bring_to_front()
            expect(tab.locator("#connection")).to_contain_text(LIVE)
            tab.keyboard.press("d")
            expect(tab.locator("#dialog-dispatch")).to_be_visible()
        press_button(first, "#dialog-dispatch", "出動を指示")
        is_shut(first, "dialog-dispatch")
        expect(second.locator("#dialog-dispatch")).not_to_contain_text("M-14")
        assert Dispatch.objects.filter(case__company=live.company).count() == 1
        second.keyboard.press("Escape")
        for tab in (second, first):
            tab.bring_to_front()
            press_button(tab, "#case-buttons", "結果を付けて終了")
            tab.locator("#dialog-close").get_by_label("沈静化").check()
        case = Case.objects.get(company=live.company)
        press_button(second, "#dialog-close", "この結果で終了する")
        expect(second.locator("#dialog-close .dialog-flash")).to_contain_text("まだ")
        case.refresh_from_db()
        assert (case.state, str(case.owner_id)) == ("claimed", desk_actor("olga").id)
