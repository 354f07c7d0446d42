"""Boris listens: sound that cannot be decoded is stepped over, and who has fallen behind is led
back to what is said now."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from people.models import Exclusion
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live, LivePhone, through
from tests.live.media_client import Watch
from tests.live.proxy import Proxy
from tests.recordings.sounds import real_units, undecodable
from tests.support.outages import boris_at_work
from tests.support.sound import put

pytestmark = pytest.mark.browser

UNIT_S = 47 * 1024 / 48_000
UNITS = 48
TONE = 880  # what the ear in sound_meter.js listens for
PATIENCE = 20_000

# Of what was heard since: the longest silence between two sounds, in milliseconds.
SILENCES = """() => {
  window.longestSilence = 0;
  let last = 0;
  setInterval(() => {
    const { loudAt } = window.ear;
    if (last) window.longestSilence = Math.max(window.longestSilence, loudAt - last);
    last = loudAt;
  }, 20);
}"""


class Speaker:
    """What anna's phone sends: a second of sound every second."""

    def __init__(self, phone: LivePhone, bad: set[int] | None = None, loud: int = 200) -> None:
        tap = phone.tap()
        self.phone, self.incident = phone, tap["id"]
        units = real_units(UNITS + 3, hertz=TONE)[:UNITS]
        self.units = [
            undecodable(one) if n in (bad or set()) else one for n, one in enumerate(units)
        ]
        self.tap_id = tap["tap_id"]
        self.sent = 0
        self.peaks = ",".join([str(loud)] * 10)

    def begin(self, already: int) -> None:
        self.began = time.time() - already * UNIT_S
        started = datetime.fromtimestamp(self.began, UTC).isoformat()
        self.recording = str(self.phone.record(self.tap_id, started_at=started)["id"])
        while self.sent < already:
            self.send()

    def send(self) -> None:
        at = round((self.began + self.sent * UNIT_S) * 1000)
        clocks = {"Unit_Time": str(at), "Unit_Sent": str(round(time.time() * 1000))}
        data = self.units[self.sent]
        answer = put(self.phone, self.recording, self.sent, data, Unit_Peak=self.peaks, **clocks)
        assert answer.status_code == 201, answer.text
        self.sent += 1

    @contextmanager
    def speaking(self) -> Iterator[None]:
        """From now on as it is spoken, until the block ends or all is said."""
        stopping = threading.Event()

        def speak() -> None:
            while self.sent < UNITS:
                due = self.began + (self.sent + 1) * UNIT_S
                if stopping.wait(max(0.0, due - time.time())):
                    return
                self.send()

        thread = threading.Thread(target=speak)
        thread.start()
        try:
            yield
        finally:
            stopping.set()
            thread.join()


@contextmanager
def boris_on_the_page(live: Live, line: Proxy, incident: str) -> Iterator[Page]:
    with chromium() as browser:
        page = boris_at_work(browser, live, line)
        page.goto(through(live, line, f"/portal/incidents/{incident}/"))
        page.evaluate(SILENCES)
        yield page


def heard(page: Page) -> Callable[[], bool]:
    return lambda: bool(page.evaluate("Date.now() - window.ear.loudAt < 400"))


def wait_until(page: Page, is_so: Callable[[], bool], seconds: float = 20) -> None:
    latest = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < latest
        page.wait_for_timeout(50)


def silence(page: Page) -> float:
    return float(page.evaluate("window.longestSilence")) / 1000


def test_live_goes_on_behind_sound_that_cannot_be_decoded(
    live: Live, line: Proxy, phone: LivePhone
) -> None:
    anna = Speaker(phone, bad={40, 43, 44})
    anna.begin(already=36)
    with boris_on_the_page(live, line, anna.incident) as page, anna.speaking():
        page.locator("#play").click()
        wait_until(page, heard(page))
        wait_until(page, lambda: anna.sent == UNITS)
        wait_until(page, heard(page))
        assert silence(page) < 4, "two in a row are two seconds by themselves"
        expect(page.locator("#play")).to_have_attribute("aria-label", "止める")


def test_a_replay_leaves_out_what_cannot_be_decoded_and_plays_the_rest(
    live: Live, line: Proxy, phone: LivePhone
) -> None:
    anna = Speaker(phone, bad={12})
    anna.begin(already=UNITS)
    with boris_on_the_page(live, line, anna.incident) as page:
        wave = page.locator("#wave")
        expect(wave).to_have_attribute("aria-valuemax", str(int(UNITS * UNIT_S)))
        box: Any = wave.bounding_box()
        wave.click(position={"x": box["width"] * 9 / UNITS, "y": 50})
        wait_until(page, heard(page))
        page.wait_for_function("() => Number(document.querySelector('#wave').ariaValueNow) >= 17")
        wait_until(page, heard(page))
        assert silence(page) < 4


def fall_behind(page: Page, seconds: int) -> None:
    """As after a machine that slept: the ear is where it was."""
    watch = Watch(page)
    watch.call(
        watch.objects("HTMLAudioElement"),
        """function (by) {
          const [playing] = this.filter((one) => !one.paused);
          return (playing.currentTime -= by);
        }""",
        seconds,
    )


def behind(page: Page) -> float:
    text = page.locator("#player-delay").inner_text()
    digits = "".join(one for one in text if one.isdigit() or one == ".")
    return float(digits) if digits else 99.0


def test_who_has_fallen_behind_is_led_back_by_itself_and_by_a_press(
    live: Live, line: Proxy, phone: LivePhone
) -> None:
    anna = Speaker(phone)
    anna.begin(already=20)
    with boris_on_the_page(live, line, anna.incident) as page, anna.speaking():
        back = page.get_by_role("button", name="ライブに戻る")
        page.locator("#play").click()
        wait_until(page, lambda: behind(page) < 3)
        expect(back).to_be_disabled()

        fall_behind(page, 10)
        wait_until(page, lambda: behind(page) < 3, seconds=30)

        page.locator("#back-ten").click()
        expect(page.locator("#player-delay")).to_have_text("再生中")
        expect(back).to_be_enabled()
        back.click()
        wait_until(page, lambda: behind(page) < 3, seconds=5)
        wait_until(page, heard(page))


def test_boris_marks_by_keyboard_and_is_told_when_he_may_listen_no_more(
    live: Live, line: Proxy, phone: LivePhone
) -> None:
    anna = Speaker(phone)
    anna.begin(already=10)
    with boris_on_the_page(live, line, anna.incident) as page, anna.speaking():
        word, mark = page.locator("#mark-word"), page.get_by_role("button", name="印を付ける")
        expect(page.locator("#player-note")).to_have_text("再生を押すまで音は出ません")
        expect(mark).to_be_disabled()
        page.locator("#play").press("Enter")
        wait_until(page, heard(page))
        word.press_sequentially("刃物の音")
        word.press("Enter")
        flag = page.locator("#marks").get_by_role("button", name="佐藤 健一 刃物の音").first
        expect(flag).to_be_visible()
        flag.press("Enter")
        # A replay lists ten seconds at a time.
        expect(page.locator("#player-delay")).to_have_text("再生中", timeout=PATIENCE)
        page.get_by_role("button", name="取り下げる").press("Enter")
        expect(page.locator("#marks")).to_contain_text("刃物の音 （取り下げ済み）")

        page.get_by_role("button", name="ライブに戻る").press("Enter")
        wait_until(page, lambda: behind(page) < 5)
        run_in(live.company, exclude_boris, anna.incident)
        note = page.locator("#player-note")
        expect(note).to_contain_text("聞く権限がなくなった", timeout=PATIENCE)
        expect(note.get_by_role("link", name="この画面を開き直す")).to_be_visible()
        expect(mark).to_be_disabled()


def exclude_boris(incident: str) -> None:
    boris, hanna = (User.objects.get(username=one) for one in ("boris", "hanna"))
    Exclusion.objects.create(user=boris, incident_id=incident, reason="当事者", decided_by=hanna)
