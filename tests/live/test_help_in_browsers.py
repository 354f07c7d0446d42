"""The whole main job between two people with a browser each: anna at the counter, boris upstairs.

Beeps stand for her voice; he starts to listen by a click of the mouse, in a browser that was not
told to let pages play by themselves.
"""

import re
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.live import media_client
from tests.live.browsers import chromiums
from tests.live.conftest import Live
from tests.live.media_client import Detector, Watch

pytestmark = pytest.mark.browser

COUNTER = {"latitude": 35.684610, "longitude": 139.774120, "accuracy": 12}
STAIRS = {"latitude": 35.684850, "longitude": 139.774420, "accuracy": 8}
BEEPS = 10
HELD = """Promise.race([
  new AudioContext().resume().then(() => 'plays'),
  new Promise((done) => setTimeout(done, 400, 'held')),
])"""


@dataclass(frozen=True)
class Story:
    app: str
    sign_in: str
    annas: BrowserContext
    anna: Page
    boris: Page


def context_of(browser: Browser, **given: object) -> BrowserContext:
    return browser.new_context(locale="ja", timezone_id="Asia/Tokyo", **given)


@pytest.fixture
def story(live: Live, tones: Path) -> Iterator[Story]:
    app, sign_in = live.page(f"/app/#code={live.code()}"), live.page(live.sign_in_path("boris"))
    with chromiums(tones, None) as (hers, his):
        annas = context_of(
            hers,
            permissions=["microphone", "geolocation"],
            geolocation=COUNTER,
            viewport={"width": 375, "height": 812},
        )
        borises = context_of(his, viewport={"width": 1440, "height": 960})
        yield Story(app, sign_in, annas, annas.new_page(), borises.new_page())


def test_a_tap_is_seen_heard_answered_followed_closed_and_played_again(story: Story) -> None:
    his = Watch(story.boris)
    boris_waits(story, his)
    media_client.enrol(story.anna, story.app)
    # Ready is more than that: nothing has shown that notices reach her.
    expect(story.anna.locator("[data-state-word]")).to_have_text("通知なし")
    mouth = media_client.tap(story.anna)
    # What is on her screen does not give her away.
    expect(story.anna.locator("[data-veil]")).to_be_visible()
    boris_is_alerted(his)
    ear = media_client.listen(his)
    boris_answers(story)
    anna_moves(story)
    the_beeps_are_heard_in_order(mouth, ear, Watch(story.anna))
    boris_scrubs_back_and_returns(story, mouth, ear)
    boris_closes_and_anna_is_asked(story)
    boris_plays_it_again_and_says_why(story, ear)
    anna_reads_who_listened(story)


def boris_waits(story: Story, his: Watch) -> None:
    story.boris.goto(story.sign_in)
    his.until("document.querySelector('#connection').dataset.state === 'live'")
    assert his.ask("navigator.userActivation.hasBeenActive") is False
    assert his.ask(HELD) == "held", "this browser lets pages play by themselves: it proves nothing"
    his.ask("window.sameDocument = true")


def boris_is_alerted(his: Watch) -> None:
    his.until("document.title.startsWith('(1)')")
    his.until("document.querySelector('#open-rows')?.textContent.includes('髙橋 美咲')")
    assert his.ask("window.sameDocument") is True
    media_client.open_alarm(his)
    assert his.is_silent(), "a page started sound by itself"


def boris_answers(story: Story) -> None:
    story.boris.get_by_role("button", name="確認しました").click()
    story.anna.locator("[data-veil]").click()
    expect(story.anna.locator("[data-state-line]")).to_have_text("佐藤さんが確認しました")
    story.boris.get_by_role("button", name="向かいます").first.click()
    expect(story.anna.locator("[data-state-line]")).to_have_text("佐藤さんが向かっています")


def anna_moves(story: Story) -> None:
    """Marker, trail and sentence follow; the map's own arithmetic says where the marker belongs."""
    page = story.boris
    expect(page.locator("#map-coordinates")).to_have_text("35.68461, 139.77412")
    expect(page.locator("#map .map-person")).to_be_visible()
    stood = page.locator("#map path.leaflet-interactive, #map path").count()
    story.annas.set_geolocation(STAIRS)
    expect(page.locator("#map-coordinates")).to_have_text("35.68485, 139.77442", timeout=15_000)
    expect(page.locator("#map")).to_have_attribute("aria-label", re.compile("日本橋本店.*±8 m"))
    # The trail gets one more dot, and its label says where it began.
    assert page.locator("#map path").count() == stood + 1
    expect(page.locator("#map").get_by_text(re.compile("通報地点"))).to_be_visible()


def the_beeps_are_heard_in_order(mouth: Detector, ear: Detector, hers: Watch) -> None:
    received = ear.until(BEEPS)
    # What she said before he listened, or just now, could not be heard.
    sent = media_client.since(mouth.heard(), received[0][1], received[-1][1] - 3_000)
    late = media_client.delays(sent, received)
    sys.stdout.write(
        f"\n{media_client.report(late, media_client.put_times(hers))} of {len(sent)} beeps\n"
    )
    assert set(media_client.steps(received)) == {1}, received
    assert len(late) > len(sent) / 2


def boris_scrubs_back_and_returns(story: Story, mouth: Detector, ear: Detector) -> None:
    page = story.boris
    scrubbed = time.time() * 1000
    page.locator("#wave").press("Home")
    expect(page.locator("#player-delay")).to_have_text("再生中")
    expect(page.locator("#player-clock")).to_have_text(re.compile("00:0[2-9]"))
    past = media_client.since(ear.heard(), scrubbed + 300)
    first_said = mouth.heard()[0][0]
    assert past[0][0] in {first_said, (first_said - 1) % 16, (first_said - 2) % 16}
    # Meanwhile it goes on being recorded, and he gets back to the present.
    back = time.time() * 1000
    page.get_by_role("button", name="ライブに戻る").click()
    expect(page.locator("#player-delay")).to_contain_text("遅延")
    page.wait_for_timeout(4_000)
    now = media_client.delays(
        media_client.since(mouth.heard(), back), media_client.since(ear.heard(), back)
    )
    assert now, "nothing of the present is heard after the way back"
    assert statistics.median(now) < 10


def boris_closes_and_anna_is_asked(story: Story) -> None:
    page, anna = story.boris, story.anna
    page.locator("#actions").get_by_role("link", name="終了する").click()
    page.locator("#dialog-close").get_by_text("解決").click()
    page.locator("#dialog-close").get_by_role("button", name="終了する").click()
    expect(anna.locator("[data-state-line]")).to_have_text("佐藤さんが終了しました")
    expect(anna.get_by_role("button", name="まだ続いています").last).to_be_visible()
    # He listened as one who acts, and that has ended.
    expect(page.locator("#player-note")).to_contain_text("理由を入力してください")
    assert Watch(page).is_silent()
    anna.get_by_role("button", name="安全です").click()
    expect(anna.get_by_text("録音と位置の共有は終わりました")).to_be_visible()
    expect(page.locator("#actions").get_by_text("本人の返事：安全です")).to_be_visible()


def boris_plays_it_again_and_says_why(story: Story, ear: Detector) -> None:
    page = story.boris
    page.reload()
    page.locator("#play").click()
    dialog = page.locator("#dialog-reason")
    expect(dialog).to_be_visible()
    assert Watch(page).is_silent()
    dialog.get_by_role("combobox").fill("記録を作成するため")
    dialog.get_by_role("button", name="再生する").click()
    expect(page.locator("#player-clock")).to_have_text(re.compile("00:0[2-9]"), timeout=15_000)
    page.locator("#play").click()


def anna_reads_who_listened(story: Story) -> None:
    anna = story.anna
    anna.get_by_role("button", name="待機画面に戻る").click()
    anna.get_by_role("button", name="履歴").click()
    anna.get_by_role("button", name="聞いた人を見る").click()
    plays = anna.locator(".plays")
    expect(plays).to_contain_text("佐藤 健一")
    expect(plays).to_contain_text("記録を作成するため")
    expect(plays).to_contain_text(re.compile(r"ライブ 00:00〜.*再生 00:00〜00:\d\d"))
