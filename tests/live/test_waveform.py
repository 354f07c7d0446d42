"""What the waveform makes of loudness and clocks, and a playlist of units that cannot be decoded:
tables, run in the browser that runs the scripts."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from tests.live.browsers import chromium

pytestmark = pytest.mark.browser

SCRIPTS = Path(__file__).parents[2] / "static" / "live"
TALK, SHOUT, HUSH, UNKNOWN = [0.2] * 10, [0.9] * 10, [0.01] * 10, [None] * 10


@pytest.fixture
def page() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


def ask(page: Page, script: str, function: str, *values: Any) -> Any:
    module = "data:text/javascript," + quote((SCRIPTS / script).read_text())
    call = "async ([module, name, values]) => (await import(module))[name](...values)"
    return page.evaluate(call, [module, function, list(values)])


def stretches(page: Page, peaks: list[Any]) -> list[tuple[str, int, int]]:
    found = ask(page, "wave.js", "stretches", peaks, 10)
    return [(one["kind"], one["from"], one["to"]) for one in found]


def test_loud_voices_and_silence_are_told_from_talk_and_from_what_nobody_knows(page: Page) -> None:
    assert stretches(page, TALK * 5) == []
    assert stretches(page, TALK + SHOUT * 2 + TALK + SHOUT) == [("loud", 1, 3), ("loud", 4, 5)]
    assert stretches(page, HUSH * 2 + TALK) == [], "a breath is no silence"
    assert stretches(page, HUSH * 3 + SHOUT) == [("silent", 0, 3), ("loud", 3, 4)]
    assert stretches(page, UNKNOWN * 9) == [], "not known is not silent"
    assert stretches(page, [*HUSH * 4, *UNKNOWN, *HUSH]) == [("silent", 0, 4)]
    one_bang = [0.2] * 9 + [1.0]
    assert stretches(page, one_bang) == [], "a door is no voice"
    assert stretches(page, []) == []


@pytest.mark.parametrize(
    ("seconds", "most", "step"),
    [(4, 10, 1), (106, 10, 15), (240, 9, 30), (240, 4, 60), (3600, 8, 600), (172_800, 3, 7200)],
)
def test_the_axis_has_round_times_and_no_more_than_there_is_room_for(
    page: Page, seconds: int, most: int, step: int
) -> None:
    start = 1_796_000_107_000
    found = ask(page, "wave.js", "ticks", start, start + seconds * 1000, most)
    assert all(at % (step * 1000) == 0 for at in found)
    assert {b - a for a, b in pairwise(found)} <= {step * 1000}
    assert start <= found[0] < start + step * 1000
    assert len(found) <= most + 1 or step == 7200


PLAYLIST = """#EXTM3U
#EXT-X-MEDIA-SEQUENCE:0
#EXTINF:10.02667,
u/0-9.aac
#EXT-X-DISCONTINUITY
#EXTINF:2.00533,
u/10-11.aac
"""


def gaps(page: Page, bad: list[int]) -> list[str]:
    module = "data:text/javascript," + quote((SCRIPTS / "skipping.js").read_text())
    call = """async ([module, text, bad]) =>
      (await import(module)).withGaps(text, new Set(bad))"""
    text = page.evaluate(call, [module, PLAYLIST, bad])
    lines = [one for one in text.splitlines() if one.startswith(("u/", "#EXT-X-GAP", "#EXTINF"))]
    return [one.removeprefix("#EXT") for one in lines]


def test_units_that_cannot_be_decoded_are_gaps_and_nothing_else_is_lost(page: Page) -> None:
    whole = ["INF:10.02667,", "u/0-9.aac", "INF:2.00533,", "u/10-11.aac"]
    assert gaps(page, []) == gaps(page, [99]) == whole
    assert gaps(page, [4]) == [
        *("INF:4.01067,", "u/0-3.aac", "-X-GAP", "INF:1.00267,", "u/4-4.aac"),
        *("INF:5.01333,", "u/5-9.aac"),
        *whole[2:],
    ]
    assert gaps(page, [0, 9, 10, 11])[-6:] == [
        *("-X-GAP", "INF:1.00266,", "u/10-10.aac"),
        *("-X-GAP", "INF:1.00266,", "u/11-11.aac"),
    ]
