"""The sums behind the responder's arrow, as the phone does them: direction, distance, age."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from tests.live.browsers import chromium

pytestmark = pytest.mark.browser

SCRIPT = Path(__file__).parents[2] / "static" / "responder" / "bearing.js"
TOKYO = (35.6800, 139.7700)
WORDS = {
    "directions": "北,北東,東,南東,南,南西,西,北西",
    "way": "{direction} 約{distance}",
    "near": "{distance}以内",
    "seconds": "{n}秒前",
    "minutes": "{n}分前",
    "hours": "{n}時間前",
}


@pytest.fixture(scope="module")
def phone() -> Iterator[Page]:
    with chromium() as browser:
        yield browser.new_page()


def ask(phone: Page, function: str, *given: object) -> Any:
    module = f"data:text/javascript,{quote(SCRIPT.read_text())}"
    call = "async ([module, name, given]) => (await import(module))[name](...given)"
    return phone.evaluate(call, [module, function, given])


def at(north_m: float, east_m: float, seconds: float = 0) -> dict[str, float]:
    """So many metres from Tokyo."""
    latitude = TOKYO[0] + north_m / 111_195
    longitude = TOKYO[1] + east_m / 90_327
    return {"latitude": latitude, "longitude": longitude, "at": seconds * 1000}


@pytest.mark.parametrize(
    ("north", "east", "words"),
    [
        (350, 0, "北 約350 m"),
        (248, 248, "北東 約350 m"),
        (0, 350, "東 約350 m"),
        (-248, 248, "南東 約350 m"),
        (-350, 0, "南 約350 m"),
        (-248, -248, "南西 約350 m"),
        (0, -350, "西 約350 m"),
        (248, -248, "北西 約350 m"),
        # Half a sector to either side of north.
        (350, -130, "北 約370 m"),
        (350, -160, "北西 約380 m"),
        (992, 0, "北 約990 m"),
        (1000, 0, "北 約1.0 km"),
        (9900, 0, "北 約9.9 km"),
        (12_000, 0, "北 約12 km"),
        # Nearer than a phone knows where it is.
        (29, 0, "30 m以内"),
        (0, 0, "30 m以内"),
    ],
)
def test_the_way_in_words(phone: Page, north: float, east: float, words: str) -> None:
    assert ask(phone, "wayText", at(0, 0), at(north, east), WORDS) == words


def test_no_direction_is_claimed_within_what_the_phone_is_unsure_of(phone: Page) -> None:
    unsure = at(0, 0) | {"accuracy": 200}
    assert ask(phone, "wayText", unsure, at(150, 0), WORDS) == "200 m以内"


def test_the_date_line_and_the_poles_do_not_turn_the_arrow(phone: Page) -> None:
    west, east = {"latitude": 0, "longitude": 179.999}, {"latitude": 0, "longitude": -179.999}
    assert round(ask(phone, "bearing", west, east)) == 90
    assert round(ask(phone, "distance", west, east)) == 222


@pytest.mark.parametrize(
    ("seconds", "words", "is_old"),
    [
        (-5, "0秒前", False),
        (0, "0秒前", False),
        (59, "59秒前", False),
        (60, "1分前", False),
        (61, "1分前", True),
        (3599, "59分前", True),
        (3600, "1時間前", True),
    ],
)
def test_ages(phone: Page, seconds: int, words: str, *, is_old: bool) -> None:
    assert ask(phone, "ageText", seconds * 1000, WORDS) == words
    assert ask(phone, "isOld", seconds * 1000) is is_old


@pytest.mark.parametrize(
    ("fixes", "course"),
    [
        ([at(0, 0)], None),
        ([at(0, 0), at(20, 0, 10)], 0),
        ([at(0, 0), at(0, -20, 10)], 270),
        ([at(0, 0), at(4, 0, 5), at(8, 0, 10), at(12, 0, 15)], 0),
        # He stands: the fixes only tremble.
        ([at(0, 0), at(5, 3, 5), at(-2, 4, 10)], None),
        # Long ago.
        ([at(0, 0), at(500, 0, 31)], None),
        # Turned round meanwhile: what counts is the last half minute.
        ([at(900, 0), at(0, 0, 40), at(0, 30, 60)], 90),
    ],
)
def test_the_way_somebody_is_going(
    phone: Page, fixes: list[dict[str, float]], course: float | None
) -> None:
    found = ask(phone, "courseOf", fixes)
    assert (None if found is None else round(found) % 360) == course


@pytest.mark.parametrize(
    ("event", "turned", "heading"),
    [
        ({"absolute": True, "alpha": 0}, 0, 0),
        ({"absolute": True, "alpha": 90}, 0, 270),
        ({"absolute": True, "alpha": 270}, 90, 180),
        ({"absolute": False, "alpha": 270}, 0, None),
        ({"absolute": True, "alpha": None}, 0, None),
        ({"webkitCompassHeading": 350}, 90, 80),
        ({}, 0, None),
    ],
)
def test_the_compass(
    phone: Page, event: dict[str, object], turned: int, heading: int | None
) -> None:
    assert ask(phone, "headingOf", event, turned) == heading
