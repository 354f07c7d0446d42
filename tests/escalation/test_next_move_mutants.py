"""Does the walk see anything? Decisions, each with one condition or one effect less, and
the promise that the short walk finds broken."""

import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FunctionType

import pytest

from escalation.moves import answers, cries, desk, desk_events, due, endings, ladder
from escalation.moves.turn import Turn
from tests.escalation import exploring
from tests.escalation.invariants import Broken, check
from tests.escalation.place import SECOND, Plan

DEPTH = 4
THIRD_LAP = 30 + 60 + 30 + 120 + 30 + 300
PLANS = [
    Plan((False,), contract=True),
    Plan((True, False)),
    Plan((False, True), contract=True),
    Plan((True, False), hr=frozenset({SECOND}), later=THIRD_LAP),
]


@dataclass(frozen=True, slots=True)
class Mutant:
    """`was` in the function becomes `less`; `breaks` begins the name of the invariant."""

    name: str
    function: Callable[..., object]
    was: str
    less: str
    breaks: str


MUTANTS = [
    Mutant(
        "a call that is minutes ahead absorbs a cry",
        cries._calls_soon,
        "return is_near and t.somebody_is_ahead()",
        "return t.somebody_is_ahead()",
        "i2_every_cry_is_answered",
    ),
    Mutant(
        "a cry is put off and its time forgotten",
        cries._put_off_or_carry_out,
        "t.set(again_at=s.again_at or s.called_at + JUST_CALLED)",
        "pass",
        "i2_every_cry_is_answered",
    ),
    Mutant(
        "a press after she was safe leaves her safe",
        cries._take_back,
        "safe_at=None,",
        "",
        "i9_a_cry_takes_back_what_was_so",
    ),
    Mutant(
        "the operator does not hear of a press",
        cries.cried,
        't.tell_operator("cried")',
        "pass",
        "i2_an_open_case_hears_the_cry",
    ),
    Mutant(
        "nobody is called when the one who set out cannot come",
        answers.cannot_come,
        "call_next(t)",
        "pass",
        "i1_open_has_one_future_move",
    ),
    Mutant(
        "each who confirms has a minute, not one a round",
        answers.acknowledged,
        "and t.s.choice_until is None",
        "",
        "i4_confirming_delays_once_a_round",
    ),
    Mutant(
        "people on site wait as well while somebody chooses",
        answers.acknowledged,
        "t.s.call_at if on_site else until",
        "until",
        "i4_confirming_delays_once_a_round",
    ),
    Mutant(
        "the ladder runs out where the desk should be asked",
        ladder.call_next,
        "elif t.desk_can_be_asked():",
        "elif False:",
        "i5_",
    ),
    Mutant(
        "the one called is called without who may not know",
        Turn.people_of,
        "rung.people & self.f.callable",
        "rung.people",
        "i7_i8_only_who_may_know",
    ),
    Mutant(
        "a silent desk is not followed by 110",
        desk_events.unanswered,
        'say_110(t, "desk_silent")',
        "pass",
        "i9_what_was_told_of_110",
    ),
    Mutant(
        "a desk that has closed is followed by nobody",
        desk_events.finished,
        "begin_lap(t, max(AFTER_THE_DESK, pause(t.s.lap + 1)))",
        "pass",
        "i1_open_has_one_future_move",
    ),
    Mutant(
        "a supervisor ends it without having seen the press",
        endings.closed,
        "e.presses != t.s.presses",
        "False",
        "was not refused",
    ),
    Mutant(
        "a case that nobody took outlives the alarm",
        endings._withdraw,
        "t.add(WithdrawCase())",
        "pass",
        "i9_a_case_nobody_took",
    ),
    Mutant(
        "a real alarm is ended by its clock",
        due.close,
        "if not t.s.is_real:",
        "if True:",
        "i6_no_real_one_ends_by_a_clock",
    ),
    Mutant(
        "one rung fewer with each cry",
        ladder.call_out,
        "further = t.never_called()",
        "further = None",
        "i2_a_cry_calls_one_rung_more",
    ),
    Mutant(
        "asked again, the desk opens a second case",
        desk.ask,
        "again = t.s.desk == Desk.UNANSWERED",
        "again = False",
        "i9_asking_the_desk_is_one_case",
    ),
    Mutant(
        "a press waits for HR, who were all called already",
        Turn.still_to_call,
        "return self.people_of(rung).difference(*called)",
        "return self.people_of(rung)",
        "i2_every_cry_is_answered",
    ),
    Mutant(
        "a call that a press waits for runs out instead",
        ladder.call_next,
        "elif t.s.press_waits and t.called_so_far():",
        "elif False:",
        "i2_every_cry_is_answered",
    ),
    Mutant(
        "who was excluded is called all the same in his place",
        answers.struck,
        "(was_awaited or was_called or waits_in_vain)",
        "False",
        "i",
    ),
]


@contextmanager
def changed(mutant: Mutant) -> Iterator[None]:
    """The function itself is changed, so that everyone who has imported it calls the mutant."""
    function = mutant.function
    assert isinstance(function, FunctionType)
    source = textwrap.dedent(inspect.getsource(function))
    assert source.count(mutant.was) == 1, f"{mutant.name}: no longer in {function.__name__}"
    found: dict[str, FunctionType] = {}
    exec(source.replace(mutant.was, mutant.less), function.__globals__, found)
    code = function.__code__
    function.__code__ = found[function.__name__].__code__
    try:
        yield
    finally:
        function.__code__ = code


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_the_walk_finds(mutant: Mutant) -> None:
    with changed(mutant), pytest.raises(AssertionError) as found:
        walk_all()
    name = found.value.name if isinstance(found.value, Broken) else str(found.value)
    assert mutant.breaks in name


def walk_all() -> None:
    for plan in PLANS:
        exploring.walk(plan, DEPTH, check)
