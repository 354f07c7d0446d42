"""The table of the specification (sections 2 to 5), row by row: what was, what happens, what
follows and what comes next."""

from datetime import timedelta

import pytest

from escalation import errors
from escalation.moves import state as values
from escalation.moves.state import (
    Acknowledged,
    Arrived,
    AskedOnSite,
    CannotCome,
    Closed,
    Cry,
    Desk,
    DeskClaimed,
    Event,
    Level,
    ResponseState,
    SaidSafe,
    SetOut,
    StillOnWay,
    SupportRequested,
)
from tests.escalation.place import BORIS, MORNING, SECOND, Place, Plan, decided, reaches
from tests.escalation.table.answers import ANSWERS
from tests.escalation.table.cries import CRIES
from tests.escalation.table.desk import DESK
from tests.escalation.table.ends import ENDS
from tests.escalation.table.moves import MOVES
from tests.escalation.table.opened import OPENED
from tests.escalation.table.row import (
    HE_ENDS,
    HOUR,
    MORE,
    NOBODY_DESK,
    ONE,
    ONE_DESK,
    PRESS,
    SHE_ENDS,
    SITE,
    STILL,
    TWO,
    TWO_DESK,
    History,
    Row,
    happens,
    next_of,
    reached,
    shown,
)

ROWS = [*OPENED, *MOVES, *CRIES, *ANSWERS, *ENDS, *DESK]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_row(row: Row) -> None:
    step = happens(row)
    follows = "; ".join(shown(effect) for effect in step.effects)
    assert (follows, next_of(step)) == (row.follows, row.next)


def test_what_cannot_be_done_is_answered_with_why() -> None:
    refused: list[tuple[Plan, History, Event, type[Exception]]] = [
        (ONE, (), SupportRequested(), errors.NoSupportContract),
        (ONE, (), AskedOnSite(BORIS), errors.NobodyOnSite),
        (ONE, (), StillOnWay(BORIS), errors.NotOnTheWay),
        (TWO, (SetOut(BORIS),), CannotCome(SECOND), errors.NotOnTheWay),
        (ONE, (), STILL, errors.NotClosed),
        (ONE, (PRESS,), Closed("resolved", BORIS, "user", 0), errors.PressedAgain),
        (ONE, (SHE_ENDS,), PRESS, errors.AlreadyClosed),
        (ONE, (SHE_ENDS,), Acknowledged(BORIS), errors.AlreadyClosed),
        (ONE, (SHE_ENDS,), HE_ENDS, errors.AlreadyClosed),
    ]
    for plan, was, event, why in refused:
        place = reached(plan, was)
        with pytest.raises(why):
            decided(place, event, place.now)


TIES = {
    "the desk before a cry that was put off": (
        (TWO_DESK, (SupportRequested(), 60, PRESS)),
        "desk",
    ),
    "she is safe, and the desk is asked": ((ONE_DESK, (30, SaidSafe())), "desk"),
    "somebody comes, and a cry was put off": ((TWO, (60, PRESS, SetOut(BORIS))), "call"),
    "somebody is there, and the desk acts": (
        (ONE_DESK, (30, DeskClaimed(), Arrived(BORIS))),
        "close",
    ),
}


@pytest.mark.parametrize("name", TIES)
def test_the_earliest_clock_is_the_next_move(name: str) -> None:
    (plan, was), move = TIES[name]
    following = reached(plan, was).next
    assert following is not None
    assert following[0] == move


def test_the_level_rises_and_never_falls() -> None:
    place = reached(TWO, (MORE, Cry("tapped_again", Level.WATCH)))
    assert place.state.level == Level.SUPPORT
    assert place.state.presses == 2


@pytest.mark.parametrize("plan", [ONE, TWO, SITE, TWO_DESK, NOBODY_DESK], ids=str)
def test_a_press_calls_at_once_though_no_clock_runs(plan: Plan) -> None:
    """Nothing waits for a call that is overdue: whoever should make it may be gone."""
    place = reached(plan, ())
    for late in (6, 60, HOUR):
        assert place.next is not None
        now = place.next[1] + timedelta(seconds=late)
        assert reaches(decided(place, PRESS, now))


def test_a_real_one_whose_rehearsed_are_gone_calls_whoever_there_is() -> None:
    blank = ResponseState(opened_at=MORNING, rungs=ONE_DESK.rungs)
    gone = Place(ONE_DESK, blank, MORNING, gone=frozenset({BORIS}))
    opened = decided(gone, values.Opened(Level.ALARM, frozenset({BORIS})), MORNING)
    assert opened.of(values.AskDesk)
    assert opened.after.desk == Desk.ASKED
