"""What anna's alarm screen is held to in a browser: one tap, a dock that never moves, buttons that
a thumb hits, and a header that says only what has arrived.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page, expect

from incidents.models import Incident
from people.models import Device
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live
from tests.live.counter import FEELS, Anna, anna, boris, boris_writes
from tests.live.media_client import enrol

__all__ = ["anna"]

pytestmark = pytest.mark.browser

SMALL = {"width": 320, "height": 568}
TOO_SMALL = """() => [...document.querySelectorAll('button, a[href], input, [role=button]')]
  .filter((one) => one.checkVisibility() && !one.closest('[data-veil]'))
  .map((one) => (one.type === 'radio' || one.type === 'checkbox' ? one.closest('label') : one))
  .map((one) => [one.textContent.trim() || one.name, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 44 || box.height < 44)
  .map(([name, { width, height }]) => `${name}: ${width}x${height}`)"""


@pytest.fixture
def speaking(live: Live, beeps: Path) -> Iterator[Anna]:
    """Anna with a microphone and a position."""
    with chromium(sound=beeps) as browser:
        context = browser.new_context(
            locale="ja",
            timezone_id="Asia/Tokyo",
            viewport={"width": 375, "height": 812},
            permissions=["microphone", "geolocation"],
            geolocation={"latitude": 35.6846, "longitude": 139.7741},
        )
        yield anna_with(live, context)


def anna_with(live: Live, context: BrowserContext) -> Anna:
    context.add_init_script(FEELS)
    page = context.new_page()
    enrol(page, live.page(f"/app/#code={live.code()}"))
    expect(page.locator("[data-holder]").first).not_to_be_empty()
    return Anna(page, live=live)


# One tap


def test_one_tap_raises_the_alarm_also_after_one_that_has_ended(live: Live, anna: Anna) -> None:
    anna.touch(anna.page.locator("[data-press]"))
    expect(anna.line).to_contain_text("届きました")
    assert anna.presses == 1
    anna.looks()
    anna.is_safe()
    boris(live, "close", outcome="resolved", presses="0")
    expect(anna.headline).to_have_text("佐藤さんが終了しました")

    before = anna.presses
    anna.touch(anna.page.locator("[data-press-anew]"))
    expect(anna.line).to_contain_text("届きました")
    assert anna.presses == before + 1
    assert run_in(live.company, Incident.objects.count) == 2


def test_ten_minutes_after_the_end_the_button_is_back_by_itself(live: Live, anna: Anna) -> None:
    anna.taps()
    anna.looks()
    boris(live, "close", outcome="resolved", presses="0")
    expect(anna.page.locator("[data-answer-box]")).to_be_visible()
    anna.touch(anna.page.locator("[data-hide]"))
    # Nothing of the server tells the phone what time it is.
    anna.page.route("**/api/v1/incidents/*", lambda route: route.abort())
    anna.page.clock.install()
    anna.page.clock.fast_forward("10:30")
    expect(anna.page.locator("[data-press]")).to_be_visible()
    expect(anna.veil).to_be_hidden()
    expect(anna.page.locator("[data-after-box]")).to_contain_text("前回の通報は終了しました")
    anna.touch(anna.page.locator("[data-press]"))
    expect(anna.line).to_contain_text("届きました")
    assert run_in(live.company, Incident.objects.count) == 2


def test_pressed_by_mistake_is_said_and_noted(live: Live, anna: Anna) -> None:
    anna.taps()
    anna.looks()
    anna.touch(anna.page.locator("[data-mistaken]"))
    anna.shows("mistaken")
    anna.touch(anna.page.locator("#ask-mistaken button[value=yes]"))
    expect(anna.headline).to_have_text("押し間違いとして終了しました")
    # Nothing was recorded here and no position sent, so the end of neither is claimed.
    expect(anna.page.locator("[data-what-ended]")).to_be_hidden()
    assert run_in(live.company, lambda: Incident.objects.get().outcome) == "mistaken"


# The dock


def test_with_ten_messages_on_a_small_phone_the_dock_stands_where_it_stood(
    live: Live, anna: Anna
) -> None:
    page = anna.page
    page.set_viewport_size(SMALL)
    anna.taps()
    anna.looks()
    stood = page.locator("[data-dock]").bounding_box()
    for number in range(10):
        boris_writes(live, f"{number + 1}通目：田中さんが先に着きます。あと1分です")
    expect(page.locator("[data-messages] li")).to_have_count(10)
    expect(page.locator("[data-messages] li").last).to_be_in_viewport(ratio=0.9)
    for button in ("[data-police]", "[data-support]", "[data-hide]", "[data-safe]"):
        expect(page.locator(button)).to_be_in_viewport(ratio=1)
    expect(page.get_by_role("link", name="110")).to_have_count(1)

    page.route("**/messages", lambda route: route.abort())
    page.locator("[name=text]").fill("聞こえますか")
    page.locator("[data-write] button").click()
    toast = page.locator("[data-toast]")
    expect(toast).to_be_visible()
    assert page.locator("[data-dock]").bounding_box() == stood
    assert below(page, "[data-toast]") <= stood["y"] if stood else False
    anna.still("app-ten-messages.png")
    anna.is_safe()
    expect(page.locator("[data-press-anew]")).to_be_in_viewport(ratio=1)


def below(page: Page, selector: str) -> float:
    box = page.locator(selector).bounding_box()
    assert box
    return box["y"] + box["height"]


def test_a_thumb_hits_every_button_in_every_state(live: Live, anna: Anna) -> None:
    anna.page.set_viewport_size(SMALL)
    assert anna.page.evaluate(TOO_SMALL) == []
    anna.taps()
    anna.looks()
    expect(anna.page.locator("[data-truths]")).to_be_visible()
    assert anna.page.evaluate(TOO_SMALL) == []
    boris(live, "close", outcome="resolved", presses="0")
    expect(anna.page.locator("[data-answer-box]")).to_be_visible()
    assert anna.page.evaluate(TOO_SMALL) == []
    anna.press("安全です")
    expect(anna.page.locator("[data-leave]")).to_be_visible()
    assert anna.page.evaluate(TOO_SMALL) == []


# What has arrived


def test_recording_is_said_only_while_it_arrives(live: Live, speaking: Anna) -> None:
    page, word = speaking.page, speaking.page.locator("[data-sound-word]")
    page.route("**/units/*", lambda route: route.abort())
    speaking.taps()
    expect(speaking.line).to_contain_text(re.compile("録音は未送信 00:"), timeout=15_000)
    speaking.looks()
    expect(word).to_have_text(re.compile("^端末に録音中・未送信 00:"))
    sound = page.locator("[data-truth=sound]")
    expect(sound).to_contain_text("音声は端末に保存し、つながり次第送ります")
    expect(sound).to_be_in_viewport(ratio=1)
    speaking.shows("not-sent")
    page.unroute_all()
    expect(word).to_have_text("録音中・位置を共有中", timeout=15_000)
    expect(sound).to_be_hidden()


def test_a_revoked_phone_says_what_arrives_and_leads_to_a_new_code(
    live: Live, speaking: Anna
) -> None:
    page = speaking.page
    speaking.taps()
    expect(speaking.line).to_contain_text("届きました")
    run_in(live.company, lambda: Device.objects.update(revoked_at=timezone.now()))
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(speaking.red).to_contain_text("音声と位置が届いていません")
    expect(speaking.veil).to_be_hidden()
    truths = page.locator("[data-truth]")
    expect(truths.nth(0)).to_contain_text("届きました")
    expect(truths.nth(1)).to_contain_text("登録し直すと送ります")
    expect(truths.nth(2)).to_contain_text("送れません")
    expect(page.locator("[data-internal-number]")).to_have_text(re.compile("^内線"))
    expect(page.get_by_role("link", name="110")).to_have_attribute("href", "tel:110")
    speaking.shows("revoked")

    speaking.press("新しい登録コードを入れる")
    bar = page.locator("[data-running-bar]")
    expect(bar).to_contain_text("通報中 00:")
    speaking.shows("new-code")
    speaking.touch(bar)
    expect(speaking.red).to_be_visible()


def test_after_she_is_safe_the_light_goes_out_with_the_recording(
    live: Live, speaking: Anna
) -> None:
    page = speaking.page
    speaking.taps()
    speaking.looks()
    expect(page.locator("[data-sound-word]")).to_have_text("録音中・位置を共有中", timeout=15_000)
    boris(live, "close", outcome="resolved", presses="0")
    expect(speaking.headline).to_have_text("佐藤さんが終了しました")
    expect(page.locator("[data-sound-word]")).to_contain_text("録音中")
    speaking.press("安全です")
    expect(page.locator("[data-what-ended]")).to_have_text(
        re.compile("^録音と位置の共有は終わりました。")
    )
    expect(page.locator("[data-recording-only]")).to_be_hidden()
