"""What becomes of a case when a console, the web or Valkey is lost, or nobody takes it; and keys.

The story of a case that goes well is in test_a_case_in_browsers.py.
"""

import os
import signal
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from jobs.models import Job
from launcher.valkey import Valkey
from operations.models import AccessGrant, Case
from tenants.context import run_in
from tests.clock import put_back
from tests.live.browsers import chromiums
from tests.live.conftest import Live, LivePhone, Server, free_port
from tests.live.desk import LIVE, LOST, Console, ask, console_at, desk_actor, on_shift, still, wake
from tests.support.broker import Broker
from tests.support.connections import COLLEAGUE

__all__ = ["on_shift"]

pytestmark = pytest.mark.browser


# The owner's browser is killed, or nobody takes the case


PROVE = bool(os.environ.get("PROVE"))


def olga_at_work(live: Live, browser: Browser, phone: LivePhone) -> Console:
    olga = console_at(live, browser, "olga")
    ask(phone)
    expect(olga.cards).to_have_count(1)
    olga.press("a")
    expect(olga.page.locator(".person-name")).to_be_visible()
    return olga


def owner_until(live: Live) -> datetime:
    found = Case.objects.get(company=live.company).owner_until
    assert found is not None
    return found


def test_a_killed_browser_loses_its_case_to_another_operator_within_a_minute(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None, None) as (hers, his):
        olga = olga_at_work(live, hers, phone)
        otto = console_at(live, his, "otto")
        otto.unlock()
        claimed = owner_until(live)
        latest = time.monotonic() + 15
        while owner_until(live) <= claimed:  # the console's beat keeps the case
            assert time.monotonic() < latest, "the console gives no sign of life"
            olga.page.wait_for_timeout(200)
        killed = time.monotonic()
        kill(hers)
        if not PROVE:
            moments_later(live)
        otto.page.locator("[data-waiting]").wait_for(timeout=60_000)
        otto.rings_within(5)
        otto.press("a")
        expect(otto.page.locator(".person-name")).to_contain_text("髙橋 美咲")
        sys.stdout.write(f"\nkilled -> owned by another: {time.monotonic() - killed:.1f} s\n")
        assert time.monotonic() - killed < 60
        case = Case.objects.get(company=live.company)
        assert str(case.owner_id) == desk_actor("otto").id
        hers_now = AccessGrant.objects.in_force().filter(operator_id=desk_actor("olga").id)
        assert not hers_now.filter(case=case).exists()


def kill(browser: Browser) -> None:
    """Without a goodbye, as when the machine dies."""
    found = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")
    (main,) = [one["id"] for one in found["processInfo"] if one["type"] == "browser"]
    os.kill(main, signal.SIGKILL)


def moments_later(live: Live) -> None:
    """The clock is a column: 45 seconds have passed since her console was heard."""
    past = timezone.now() - timedelta(seconds=1)
    Case.objects.filter(company=live.company).update(owner_until=past)
    due_now(live, "operations.owner_lost")


def test_when_nobody_claims_the_company_reads_it_at_90_seconds(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None, None) as (hers, his):
        olga = console_at(live, hers, "olga")
        boris = his.new_context(locale="ja", viewport={"width": 1440, "height": 960}).new_page()
        boris.goto(live.page(live.sign_in_path("boris")))
        incident = ask(phone)
        asked = time.monotonic()
        boris.goto(live.page(f"/portal/incidents/{incident}/"))
        expect(olga.cards).to_have_count(1)
        if not PROVE:
            expect(boris.locator("#timeline")).not_to_contain_text("90秒")
            run_in(live.company, put_back, timedelta(seconds=90))
            wake()
        expect(boris.locator("#timeline")).to_contain_text(
            "90秒応答しませんでした", timeout=100_000
        )
        sys.stdout.write(f"\nasked -> the company reads it: {time.monotonic() - asked:.1f} s\n")
        expect(olga.cards.first).to_contain_text("契約先へ110番を案内済み")


def due_now(live: Live, kind: str) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(kind=kind, company=live.company).update(due_at=past)
    wake()


# From hand to hand, and what the company's people do meanwhile


def test_a_dialog_that_has_done_its_work_closes_and_the_case_goes_on(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None, None) as (hers, his):
        otto = console_at(live, his, "otto")
        olga = olga_at_work(live, hers, phone)
        page = olga.page
        olga.press("n")
        page.locator("#note-text").fill("店長が対応中")
        sends_and_closes(page, "dialog-note", "追加する")
        olga.press("h")
        page.locator("#dialog-handover").get_by_text("岸本 悠").click()
        page.locator("#handover-note").fill("警察の到着待ち")
        still(page, "console-handover.png")
        sends_and_closes(page, "dialog-handover", "引き継ぎを申し出る")
        otto_takes_over(otto)
        expect(page.locator("#flash")).to_contain_text("あなたの担当ではなくなりました")
        otto.page.get_by_role("button", name="キューへ戻す").click()
        sends_and_closes(otto.page, "dialog-give-back", "戻す")
        for console in (olga, otto):
            expect(console.page.locator("dialog[open]")).to_have_count(0)
            expect(console.page.locator("[data-waiting]")).to_have_count(1)


def sends_and_closes(page: Page, dialog: str, button: str) -> None:
    page.locator(f"#{dialog}").get_by_role("button", name=button, exact=True).click()
    expect(page.locator(f"#{dialog}")).to_be_hidden()


def otto_takes_over(otto: Console) -> None:
    page = otto.page
    page.get_by_role("link", name="内容を読んで引き継ぐ").click()
    offer = page.locator("#dialog-offer")
    expect(offer).to_contain_text("警察の到着待ち")
    expect(offer).not_to_contain_text("髙橋")
    still(page, "console-offer.png")
    offer.get_by_label("内容を読みました").check()
    sends_and_closes(page, "dialog-offer", "引き継ぎを受ける")
    expect(page.locator(".person-name")).to_contain_text("髙橋 美咲")
    expect(page.locator("#case-timeline")).to_contain_text("大野 玲子さんのメモ：警察の到着待ち")
    otto.press("n")  # no dialog keeps the keys from him
    expect(page.locator("#dialog-note")).to_be_visible()
    page.keyboard.press("Escape")


def test_a_new_cry_rings_once_for_the_owner_also_when_its_hint_was_lost(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None, None) as (hers, his):
        otto = console_at(live, his, "otto")
        otto.unlock()
        olga = olga_at_work(live, hers, phone)
        for console in (olga, otto):
            console.is_silent_soon()
        now = timezone.now()
        Case.objects.filter(company=live.company).update(cried_at=now, company_closed_at=now)
        olga.rings_within(20)
        alerts = olga.page.locator("#case-alerts")
        expect(alerts).to_contain_text("もう一度助けを求めています")
        expect(alerts).to_contain_text("企業側で通報が終了しました")
        still(olga.page, "console-cried.png")
        olga.is_silent_soon()
        expect(otto.cards.first).to_contain_text("再度の知らせ")
        assert otto.level() < 0.001, "it rings in a console that does not hold the case"


def test_the_key_stands_on_the_card_that_it_takes(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None) as (browser,):
        olga = console_at(live, browser, "olga")
        ask(phone)
        ask(live.enrol("android", COLLEAGUE))
        expect(olga.cards).to_have_count(2)
        key = olga.page.locator("[data-key-a]:visible")
        expect(key).to_have_count(1)
        expect(olga.cards.nth(0).locator("[data-key-a]")).to_be_visible()
        olga.press("j")
        olga.press("j")
        expect(olga.cards.nth(1).locator("[data-key-a]")).to_be_visible()
        expect(key).to_have_count(1)
        taken = olga.cards.nth(1).get_attribute("data-case")
        olga.press("a")
        expect(olga.page.locator("[data-case-page]")).to_have_attribute(
            "data-case-page", str(taken)
        )


def test_nothing_moves_under_a_finger(live: Live, on_shift: None, phone: LivePhone) -> None:
    """What comes while she holds a card down is shown when she has let go of it."""
    with chromiums(None) as (browser,):
        olga = console_at(live, browser, "olga")
        page, colleague = olga.page, live.enrol("android", COLLEAGUE)
        ask(phone)
        expect(olga.cards).to_have_count(1)
        olga.cards.first.locator("[data-face]").hover()
        page.mouse.down()
        with page.expect_response("**/console/queue/"):
            ask(colleague)
        page.wait_for_timeout(300)
        expect(olga.cards).to_have_count(1)
        page.mouse.up()
        expect(olga.page.locator(".person-name")).to_contain_text("髙橋 美咲")
        expect(olga.cards).to_have_count(2)


# What the console stands on goes away


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[Broker]:
    running = Broker(Valkey.in_folder(tmp_path))
    running.start()
    yield running
    running.kill()


@pytest.fixture
def own_web(own_broker: Broker) -> Iterator[Server]:
    web = Server(free_port(), environment={"REDIS_URL": own_broker.valkey.url}, roles=("web",))
    web.start()
    yield web
    web.stop()


def test_the_console_comes_back_by_itself_after_web_and_valkey_were_lost(
    live: Live, on_shift: None, phone: LivePhone, own_web: Server, own_broker: Broker
) -> None:
    there = Live(live.company, own_web)
    with chromiums(None) as (browser,):
        olga = olga_at_work(there, browser, LivePhone(there, phone.token))
        page = olga.page
        page.evaluate("window.neverReloaded = true")
        before = owner_until(live)
        own_web.kill("web")
        expect(page.locator("#connection")).to_contain_text(LOST)
        own_web.start()
        back(page, "web")
        own_broker.kill()
        expect(page.locator("#connection")).to_contain_text(LOST)
        # Without the broker the queue is asked for, and the case stays in her hands.
        ask(LivePhone(there, live.enrol("android", COLLEAGUE).token))
        olga.rings_within(10)
        expect(page.locator("[data-waiting]")).to_have_count(1)
        expect(page.locator(".person-name")).to_contain_text("髙橋 美咲")
        own_broker.start()
        back(page, "valkey")
        assert owner_until_of(live, page) > before, "no sign of life without the socket"
        assert page.evaluate("window.neverReloaded")


def back(page: Page, what: str) -> None:
    began = time.monotonic()
    expect(page.locator("#connection")).to_contain_text(LIVE, timeout=10_000)
    sys.stdout.write(f"\n{what} is there -> live again: {time.monotonic() - began:.1f} s\n")


def owner_until_of(live: Live, page: Page) -> datetime:
    open_case = page.locator("[data-case-page]").get_attribute("data-case-page")
    found = Case.objects.get(public_id=open_case, company=live.company).owner_until
    assert found is not None
    return found


# Keys


def test_keys_never_work_while_something_is_typed_and_can_be_switched_off(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None) as (browser,):
        olga = console_at(live, browser, "olga")
        page = olga.page
        ask(phone)
        expect(olga.cards).to_have_count(1)
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.locator("#search").focus()
        olga.press("a")
        expect(page.locator("#search")).to_have_value("a")
        page.locator("#search").fill("")
        page.locator("#search").blur()
        expect(olga.cards.first).to_be_visible()
        page.evaluate(COMPOSING)
        olga.press("?")
        page.locator("#keys-switch").uncheck()
        leave_dialog(olga)
        olga.press("a")
        olga.press("?")  # the list itself can always be opened
        page.locator("#keys-switch").check()
        leave_dialog(olga)
        olga.press("j")
        assert page.evaluate("document.activeElement.matches('.card-of-queue [data-face]')")
        assert not [url for url in asked if "/claim/" in url], "a key worked that should not have"
        olga.press("a")
        expect(page.locator(".person-name")).to_be_visible()
        olga.press("n")
        page.locator("#note-text").press_sequentially("dpa")
        expect(page.locator("#dialog-note")).to_be_visible()
        expect(page.locator("#note-text")).to_have_value("dpa")


def leave_dialog(console: Console) -> None:
    console.press("Escape")
    console.watch.until("document.activeElement === document.body")


COMPOSING = """for (const more of [{ isComposing: true }, { keyCode: 229 }]) {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'a', bubbles: true, ...more }));
}"""


def test_enter_that_ends_a_conversion_does_not_search_and_the_next_one_does(
    live: Live, on_shift: None, phone: LivePhone
) -> None:
    with chromiums(None) as (browser,):
        olga = olga_at_work(live, browser, phone)
        page, asked = olga.page, list[str]()
        page.on("request", lambda one: asked.append(one.url))
        olga.press("/")
        keyboard = page.context.new_cdp_session(page)
        composed = {"text": "たかはし", "selectionStart": 4, "selectionEnd": 4}
        keyboard.send("Input.imeSetComposition", composed)
        expect(page.locator("#search")).to_have_value("たかはし")
        enter = {"key": "Enter", "code": "Enter", "text": "\r", "windowsVirtualKeyCode": 229}
        keyboard.send("Input.insertText", {"text": "髙橋"})
        keyboard.send("Input.dispatchKeyEvent", enter | {"type": "keyDown"})
        keyboard.send("Input.dispatchKeyEvent", enter | {"type": "keyUp"})
        expect(page.locator("#search")).to_have_value("髙橋")
        early = [url for url in asked if "/search/" in url]
        assert not early, "the Enter of the conversion searched"
        olga.press("Enter")
        expect(page.locator(".found-who")).to_contain_text("髙橋 美咲")
        expect(olga.cards).to_have_count(1)
        expect(olga.cards.first).to_be_visible()
        olga.press("Escape")
        expect(page.locator("#found")).to_be_hidden()
