"""The network goes away in the middle of a word, and comes back: nothing that was said is lost."""

import base64
import os
import re
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from recordings.models import Recording, Unit
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live, through
from tests.live.media_client import leave_set_up
from tests.live.proxy import Proxy
from tests.support.outages import boris_at_work
from tests.support.sound import listen

pytestmark = pytest.mark.browser

FULL = "PROVE_OUTAGE" in os.environ  # by `make prove outage`
CUT_SECONDS = 10.0 if FULL else 4.0
PATIENCE = 15_000
BEEP_EVERY, RATE = 1.0, 48_000


def anna_at_work(browser: Browser, live: Live, line: Proxy) -> Page:
    context = browser.new_context(
        locale="ja",
        permissions=["microphone", "geolocation"],
        geolocation={"latitude": 35.6846, "longitude": 139.7741},
    )
    page = context.new_page()
    page.goto(through(live, line, f"/app/#code={live.code()}"))
    press = page.locator("[data-press]")
    register = page.locator("[data-enrol-form] button[type=submit]")
    expect(press.or_(register).first).to_be_visible()
    if register.is_visible():
        register.click()
        leave_set_up(page)
    expect(press).to_be_visible()
    return page


# What anna's browser recorded, and what the server keeps

_RECORDED = """() => new Promise((resolve, reject) => {
  const opening = indexedDB.open('sobani');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const db = opening.result;
    const asking = db.transaction('digests').objectStore('digests').getAll();
    asking.onsuccess = () => {
      db.close();
      resolve(asking.result.map(({ seq, digest }) => [seq, btoa(String.fromCharCode(...digest))]));
    };
  };
})"""


def recorded(anna: Page) -> dict[int, bytes]:
    return {seq: base64.b64decode(digest) for seq, digest in anna.evaluate(_RECORDED)}


def kept(live: Live) -> dict[int, bytes]:
    def read() -> dict[int, bytes]:
        return {seq: bytes(digest) for seq, digest in Unit.objects.values_list("seq", "digest")}

    return run_in(live.company, read)


def wait_until(what: str, is_so: Any, seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}"
        time.sleep(0.1)


def last_of(live: Live) -> int:
    return max(kept(live), default=-1)


# The outage

_BACK = """([since, late]) => {
  const delay = /約([\\d.]+)秒/.exec(document.getElementById('player-delay').textContent);
  return delay && Number(delay[1]) < late && window.ear.loudAt > since;
}"""


def hears_live_again(boris: Page, since: float, round_trip: float = 0) -> float:
    """Seconds from the line's return to a beep that is less than two seconds old.

    The line's own length comes on top: half a round trip up, half one for the list and a whole
    one for the sound itself.
    """
    boris.wait_for_function(_BACK, arg=[since * 1000, 2 + 2 * round_trip], timeout=PATIENCE)
    return time.time() - since


def outage(boris: Page, lines: list[Proxy], way: str, live: Live) -> tuple[int, int, float]:
    """First and last unit of the hole, and after how many seconds boris was back."""
    first, *others = lines
    if way == "in a body":
        assert first.cut_inside(b"PUT /ingest/", after=1_500).sprung.wait(10)
    elif way == "before an answer":
        assert first.cut_before_answer(b"PUT /ingest/").sprung.wait(10)
    else:
        first.cut()
    for line in others:
        line.cut()
    before = last_of(live)
    began = time.monotonic()
    expect(boris.get_by_text("音声を待っています")).to_be_visible()
    time.sleep(max(0, CUT_SECONDS - (time.monotonic() - began)))
    assert last_of(live) <= before + 1, "something came through a line that was cut"
    restored = time.time()
    for line in lines:
        line.restore()
    back = hears_live_again(boris, restored)
    return before + 1, last_of(live), back


def test_what_was_said_while_the_line_was_cut_arrives_and_is_heard(
    live: Live,
    line: Proxy,
    boris_line: Proxy,
    beeps: Path,
    tmp_path: Path,
    tell: Callable[[str], None],
) -> None:
    with chromium(sound=beeps) as browser:
        anna, boris = anna_at_work(browser, live, line), boris_at_work(browser, live, boris_line)
        anna.locator("[data-press]").click()
        boris.get_by_role("link", name="髙橋 美咲").first.click()
        boris.wait_for_url("**/portal/incidents/*/", timeout=PATIENCE)
        boris.get_by_role("button", name="確認しました").click()
        expect(boris.locator("#play")).to_be_enabled(timeout=PATIENCE)
        boris.locator("#play").click()
        hears_live_again(boris, time.time())

        rounds = [("in a body", [line]), ("at once", [line, boris_line])]
        rounds += [("before an answer", [line]), ("in a body", [line, boris_line])] * FULL
        holes = []
        for way, lines in rounds:
            *hole, back = outage(boris, lines, way, live)
            holes.append(hole)
            tell(f"cut {way}, {CUT_SECONDS:.0f} s, {len(lines)} lines: back after {back:.1f} s")
        expect(anna.locator("[data-sound-word]")).to_have_text("録音中・位置を共有中")

        everything = recorded(anna)
        wait_until("all units", lambda: everything.items() <= kept(live).items())
        assert sorted(everything) == list(range(len(everything)))
        hear_the_hole(boris, holes[0])
        end_of_the_alarm(anna, live, everything)
    assert line.counts["cuts"] == len(rounds)
    assert line.counts["cut in a body"] == sum(way == "in a body" for way, _lines in rounds)
    the_whole_is_playable(live, tmp_path)


# A long one, on a line that is as long as a real one

ROUND_TRIP = 0.25
LONG_CUT = 600.0 if FULL else 0.0
LEFT_BEHIND = 0 if FULL else 90
NOW_WITHIN, REST_WITHIN = 5.0, 60.0

# As if the page had recorded on: its last unit so many times more, while no page of it is open.
_LEAVE_BEHIND = """(count) => new Promise((resolve, reject) => {
  indexedDB.open('sobani').onsuccess = ({ target: { result: db } }) => {
    const change = db.transaction(['recordings', 'units', 'digests'], 'readwrite');
    const [recordings, units, digests] = ['recordings', 'units', 'digests']
      .map((name) => change.objectStore(name));
    recordings.getAll().onsuccess = ({ target: { result: [recording] } }) => {
      units.getAll().onsuccess = ({ target: { result } }) => {
        const last = result.at(-1);
        const digest = Uint8Array.from(atob(last.digest), (one) => one.charCodeAt(0));
        for (let i = 0; i < count; i++) {
          const seq = recording.next_seq++;
          units.put({ ...last, seq, first: recording.next_sample, time: last.time + i });
          digests.put({ client_id: last.client_id, seq, digest });
          recording.next_sample += last.samples;
        }
        recordings.put(recording);
      };
    };
    change.oncomplete = () => resolve(db.close());
    change.onabort = () => reject(change.error);
  };
})"""


def leave_behind(anna: Page, live: Live, line: Proxy, count: int) -> None:
    """Her page is thrown out, and comes back without a network with so much to send."""
    anna.goto(through(live, line, "/static/employee/icon-192.png"))
    anna.evaluate(_LEAVE_BEHIND, count)
    anna.goto(through(live, line, "/app/"))


@pytest.mark.timeout(LONG_CUT + 180)
def test_after_a_long_outage_now_is_heard_first_and_the_rest_soon_after(
    live: Live,
    line: Proxy,
    boris_line: Proxy,
    beeps: Path,
    tell: Callable[[str], None],
) -> None:
    for one in (line, boris_line):
        one.take(ROUND_TRIP)
    with chromium(sound=beeps) as browser:
        anna, boris = anna_at_work(browser, live, line), boris_at_work(browser, live, boris_line)
        anna.evaluate("navigator.serviceWorker.ready.then(() => true)")
        anna.locator("[data-press]").click()
        boris.get_by_role("link", name="髙橋 美咲").first.click()
        expect(boris.locator("#play")).to_be_enabled(timeout=PATIENCE)
        boris.locator("#play").click()
        hears_live_again(boris, time.time(), ROUND_TRIP)

        line.cut()
        before = last_of(live)
        expect(boris.get_by_text("音声を待っています")).to_be_visible(timeout=PATIENCE)
        if LEFT_BEHIND:
            leave_behind(anna, live, line, LEFT_BEHIND)
        time.sleep(LONG_CUT)
        wait_until("it records on", lambda: len(recorded(anna)) > before + LEFT_BEHIND + 3)
        everything, restored = recorded(anna), time.time()
        line.restore()
        back = hears_live_again(boris, restored, ROUND_TRIP)
        wait_until("the rest", lambda: everything.items() <= kept(live).items(), REST_WITHIN)
        rest = time.time() - restored
        tell(f"{len(everything) - before} units: now after {back:.1f} s, all after {rest:.1f} s")
        assert sorted(everything) == list(range(len(everything)))
        if FULL:
            assert back < NOW_WITHIN


def hear_the_hole(boris: Page, hole: list[int]) -> None:
    """Scrubbing back into what was missing plays the beeps that were recorded there."""
    first, last = hole
    middle = (first + last) / 2
    share = middle / boris.evaluate("Number(document.getElementById('wave').ariaValueMax)")
    boris.locator("#wave").scroll_into_view_if_needed()
    box = boris.locator("#wave").bounding_box()
    assert box
    boris.evaluate("window.ear.mediaAt = -1")
    boris.mouse.click(box["x"] + share * box["width"], box["y"] + box["height"] / 2)
    inside = "([first, last]) => window.ear.mediaAt > first && window.ear.mediaAt < last + 1"
    boris.wait_for_function(inside, arg=[first, last], timeout=PATIENCE)


def end_of_the_alarm(anna: Page, live: Live, everything: dict[int, bytes]) -> None:
    anna.locator("[data-veil]").click()
    anna.locator("[data-safe]").click()
    anna.locator("#ask-safe button[value=yes]").click()

    def complete() -> bool:
        found = Recording.objects.get()
        return found.manifest_sha256 is not None and found.last_seq is not None

    wait_until("the recording is complete", lambda: run_in(live.company, complete))
    assert everything.items() <= kept(live).items()


def the_whole_is_playable(live: Live, folder: Path) -> None:
    boris = live.browser("boris")
    recording = run_in(live.company, lambda: str(Recording.objects.get().public_id))
    session = listen(boris, live, recording, mode="dvr", reason="あとから確かめる")
    assert session.status_code == 201, session.text
    url = live.url + session.json()["dvr_url"]
    playlist = requests.get(url, headers=dict(boris.headers), timeout=10).text
    assert "#EXT-X-ENDLIST" in playlist
    assert "#EXT-X-GAP" not in playlist
    pieces = [(int(a), int(b)) for a, b in re.findall(r"^u/(\d+)-(\d+)\.aac$", playlist, re.M)]
    units = [seq for first, last in pieces for seq in range(first, last + 1)]
    assert units == sorted(kept(live))

    samples = decoded(live, str(boris.headers["Cookie"]), session.json()["dvr_url"], folder)
    total = run_in(live.company, lambda: sum(Unit.objects.values_list("samples", flat=True)))
    assert len(samples) // 2 == pytest.approx(total, abs=0.07 * RATE)
    # A beep in every full second but the first, in which the microphone opens.
    step = int(BEEP_EVERY * RATE)
    loud = [loudest(samples, at, at + step) for at in range(step, len(samples) // 2 - step, step)]
    assert min(loud) > 0.1 * 2**15, f"silent seconds: {loud}"


def decoded(live: Live, cookie: str, path: str, folder: Path) -> bytes:
    target = folder / "whole.pcm"
    headers = f"Cookie: {cookie}\r\nHost: {live.host}\r\n"
    subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-xerror",
            "-headers",
            headers,
            "-i",
            f"{live.url}{path}",
            "-f",
            "s16le",
            "-ac",
            "1",
            "-ar",
            str(RATE),
            str(target),
        ],
        check=True,
        timeout=120,
    )
    return target.read_bytes()


def loudest(samples: bytes, first: int, last: int) -> int:
    part = memoryview(samples).cast("h")[first:last]
    return max(map(abs, part))
