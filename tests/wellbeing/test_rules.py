"""When somebody should ask: each line is the last days of one person, oldest first."""

from datetime import date, timedelta

import pytest

from wellbeing.rules import DEFAULTS, Day, Limits, dry_run, findings, span_of

TODAY = date(2026, 11, 20)  # a Friday
LETTERS = {"g": "good", "n": "normal", "b": "bad", ".": None, "-": None}


def days(line: str, *, wish: bool = False) -> list[Day]:
    """``.`` no answer on a working day, ``-`` a day off."""
    first = TODAY - timedelta(days=len(line) - 1)
    return [
        Day(first + timedelta(days=n), LETTERS[letter], letter != "-", wish and n == len(line) - 1)
        for n, letter in enumerate(line)
    ]


@pytest.mark.parametrize(
    ("line", "rules"),
    [
        ("ggggg", set()),
        ("ggnng", set()),
        ("gggnb", {"bad_now"}),
        ("ggggb", {"bad_now", "drop"}),
        ("gg--b", {"bad_now", "drop"}),
        ("gg..b", {"bad_now", "drop"}),
        ("ggbgn", set()),
        ("bnbnb", {"bad_now", "many_bad"}),
        ("bbbng", {"many_bad"}),
        ("bbbnng", set()),
        ("g....", {"silence"}),
        ("g...g", set()),
        ("g..--.", set()),
        ("g..--..", {"silence"}),
        ("g-----", set()),
        ("", set()),
    ],
)
def test_what_the_rules_find(line: str, rules: set[str]) -> None:
    assert {one.rule for one in findings(days(line))} == rules


def test_a_finding_says_why() -> None:
    found = {one.rule: one.facts for one in findings(days("gbb"))}
    assert found["bad_now"] == {"in_a_row": 2}
    # A day off does not break a run; a working day without an answer does.
    found = {one.rule: one.facts for one in findings(days("b.bb--b"))}
    assert found["bad_now"] == {"in_a_row": 3}
    found = {one.rule: one.facts for one in findings(days("gn-gb"))}
    assert found["drop"] == {"since": "2026-11-19"}


def test_a_silence_is_one_finding_however_long_it_lasts() -> None:
    short, long = findings(days("g....")), findings(days("g......"))
    begun = TODAY - timedelta(days=3)
    assert [(one.rule, one.on) for one in short] == [("silence", begun)]
    assert [one.on for one in long] == [TODAY - timedelta(days=5)]


FLAT = {"flat": Limits(count=5)}


@pytest.mark.parametrize(
    ("line", "reached_days_ago"),
    [
        ("bggggg", 0),
        ("bgggg", None),
        ("bggngg", None),
        ("bggg--gg", 0),
        ("bgg.ggg", None),
        (".nnnnn", 0),
        ("bgggggg", 1),
        ("bggggg--", 2),
        ("bggggg.", 1),
        ("bggggg..", None),
        ("bggggggggg", None),
        ("ggggg", None),
        ("ggggggg", None),
        ("......", None),
    ],
)
def test_the_same_answer_many_days_running(line: str, reached_days_ago: int | None) -> None:
    """About the day that made it five: the run's begin must be in sight, a working day without an
    answer ends it, and what is long past is not brought up again."""
    found = [one.on for one in findings(days(line), FLAT)]
    expected = [] if reached_days_ago is None else [TODAY - timedelta(days=reached_days_ago)]
    assert found == expected


def test_a_run_is_one_finding_and_says_of_what() -> None:
    found = dry_run(days("bgggggggggbg"), FLAT, first=TODAY - timedelta(days=11))
    assert [one.facts for one in found] == [{"times": 5, "condition": "good"}]


def test_the_flat_line_is_off_until_a_company_wants_it() -> None:
    line = "b" + "g" * 25
    assert findings(days(line)) == []
    assert span_of(DEFAULTS) == timedelta(days=14)
    assert span_of({"flat": Limits(count=20)}) == timedelta(days=60)


def test_a_wish_to_be_spoken_to_cannot_be_switched_off() -> None:
    off = {name: Limits(is_on=False) for name in DEFAULTS}
    assert [one.rule for one in findings(days("ggb", wish=True), off)] == ["asked"]


def test_a_dry_run_finds_each_occasion_once() -> None:
    found = dry_run(days("gggbnngggbg"), DEFAULTS, first=TODAY - timedelta(days=10))
    assert [one.rule for one in found] == ["bad_now", "drop", "bad_now", "drop"]
