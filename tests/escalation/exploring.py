"""The response as a graph: what may happen next in a place, and which places are the same.

A step is an event of `decide()` now, some seconds without any, or the next move in its time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from escalation import errors
from escalation.moves import state as values
from escalation.moves.state import NOBODY, Desk, Event, Level, ResponseState
from escalation.moves.waits import JUST_CALLED, REOPENS_WITHIN
from tests.escalation.place import (
    ANNA,
    BORIS,
    CARLA,
    DORA,
    HANNA,
    SECOND,
    Place,
    Plan,
    Step,
    arrived_at,
    beginning,
    decided,
    told,
    until,
)

A_MOMENT, A_WHILE = timedelta(seconds=10), timedelta(seconds=40)
LONG, OVERNIGHT = timedelta(minutes=11), timedelta(hours=13)
REFUSED = (
    errors.AlreadyClosed,
    errors.NoSupportContract,
    errors.NobodyOnSite,
    errors.NotOnTheWay,
    errors.NotClosed,
    errors.PressedAgain,
)


# What may happen


def events_at(place: Place) -> Iterator[Event]:
    yield from _of_anybody(place) if place.state.is_open else _after_the_end(place)
    yield from _of_the_desk(place.state)
    if not place.rare:
        yield from _rarely(place)


def _of_anybody(place: Place) -> Iterator[Event]:
    """Boris answers; second does where that is another matter."""
    s = place.state
    yield values.Cry("tapped_again", s.level)
    if place.plan.contract and s.desk not in (Desk.ASKED, Desk.ACTING):
        yield values.Cry("raised", Level.SUPPORT)
        yield values.SupportRequested()
    yield from _answers(place)
    if any(rung.on_site and rung.people - place.gone - {ANNA} for rung in s.rungs):
        yield values.AskedOnSite(HANNA)
    if s.safe_at is None:
        yield values.SaidSafe()
    yield values.Closed("resolved", None, "device", None)
    yield values.Closed("resolved", BORIS, "user", s.presses)
    if not s.is_real:
        yield values.MadeReal(2)


def _answers(place: Place) -> Iterator[Event]:
    s = place.state
    one, *others = sorted({BORIS, SECOND} - place.gone)
    if s.choice_until is None or s.acknowledged_at is None:
        yield values.Acknowledged(one)
    yield values.SetOut(one)
    if s.coming_by is not None:
        yield from (values.SetOut(other) for other in others)
        yield values.StillOnWay(s.coming_by)
        yield values.CannotCome(s.coming_by)
    yield values.Arrived(s.coming_by or one)


def _rarely(place: Place) -> Iterator[Event]:
    """One of these on a way: each sets apart all that follows."""
    s = place.state
    in_charge = (s.acknowledged_by, s.coming_by, s.arrived_by, BORIS, *_ahead(place))
    for person in sorted({person for person in in_charge if person is not None}):
        yield values.Struck(person)
    if s.is_open:
        yield values.Unreachable(frozenset({BORIS, SECOND, CARLA, HANNA, DORA}))
        yield values.Suspended()
    if s.is_open and s.desk in (Desk.ASKED, Desk.UNANSWERED):
        yield values.DeskReturned()


def _ahead(place: Place) -> list[int]:
    """Who is called next in this round."""
    rungs = [rung for rung in place.state.rungs if rung.called_round != place.state.round]
    people = (rung.people - place.gone - {ANNA} for rung in rungs if not rung.is_hr)
    return sorted(next((those for those in people if those), NOBODY))


def _of_the_desk(s: ResponseState) -> Iterator[Event]:
    if s.desk in (Desk.ASKED, Desk.UNANSWERED) and s.is_open:
        yield values.DeskClaimed()
    if s.desk == Desk.ACTING:
        yield values.DeskReturned()
        yield values.DeskClosed("resolved")


def _after_the_end(place: Place) -> Iterator[Event]:
    if not _ended_long_ago(place):
        yield values.Reopened("still_going")
    yield values.GoesOnIn(2)
    if place.state.safe_at is None:
        yield values.SaidSafe()


def _ended_long_ago(place: Place) -> bool:
    closed_at = place.state.closed_at
    return closed_at is not None and place.now - closed_at > REOPENS_WITHIN


def refused_at(place: Place) -> Iterator[Event]:
    """What has to be answered with an error that says why, and changes nothing."""
    s = place.state
    yield values.Closed("resolved", BORIS, "user", s.presses + 1)
    if s.is_open:
        yield values.Reopened("reopened")
        yield values.StillOnWay(CARLA)
        yield values.CannotCome(CARLA)
    else:
        yield from (values.Cry("tapped_again"), values.Acknowledged(BORIS), values.SetOut(BORIS))
        yield from (values.StillOnWay(BORIS), values.CannotCome(BORIS), values.Arrived(BORIS))
        yield from (values.AskedOnSite(BORIS), values.SupportRequested(), values.Suspended())
        yield values.MadeReal(2)
    if s.is_open and not place.plan.contract:
        yield values.SupportRequested()
    if not any(rung.on_site for rung in s.rungs):
        yield values.AskedOnSite(BORIS)


# One step further

Check = Callable[[Step], None]


def steps(place: Place, check: Check) -> Iterator[Place]:
    _must_refuse(place)
    yield from _waits(place)
    if place.next is not None:
        due = decided(place, values.Due(), max(place.now, place.next[1]))
        check(due)
        yield arrived_at(due)
    for event in events_at(place):
        step = decided(place, event, place.now)
        check(step)
        yield arrived_at(step)


def _waits(place: Place) -> Iterator[Place]:
    """No further than the next move. Overnight the plan becomes old."""
    ahead = place.next[1] - place.now if place.next else timedelta(days=1)
    for wait in _lengths(place, ahead):
        if wait < ahead:
            old = place.plan_is_old or wait == OVERNIGHT
            rare = place.rare or wait == OVERNIGHT
            path = (place.path, wait)
            yield replace(place, now=place.now + wait, plan_is_old=old, rare=rare, path=path)


def _lengths(place: Place, ahead: timedelta) -> Iterator[timedelta]:
    """Seconds count while a call is recent or near, minutes while somebody is waited for."""
    called_at = place.state.called_at
    recent = called_at is not None and place.now - called_at < JUST_CALLED
    if recent or ahead <= A_WHILE:
        yield A_MOMENT
    if recent or ahead <= LONG:
        yield A_WHILE
    yield LONG
    if not place.rare:
        yield OVERNIGHT


# Which places are the same

_LONG_AGO = timedelta(minutes=-11)
_BRIEFLY_AGO = timedelta(seconds=-31)
_THIS_HAND = timedelta(seconds=-6)


def key(place: Place) -> int:
    """Equal for places from which the same follows: times count from now, and those behind every
    threshold are one. `turn`, `presses`, `level` and what is only shown decide nothing."""
    s, now = place.state, place.now
    called = NOBODY.union(*(rung.people for rung in s.rungs if rung.was_called))
    reminds = s.safe_at or s.arrived_at or s.desk == Desk.ACTING or not (s.is_real and s.is_open)
    asked_before = s.support_requested_at is not None
    return hash(
        (
            s.is_open,
            s.desk,
            min(s.lap, 3),
            s.told_110,
            s.press_waits,
            reminds and min(s.reminders, 2),
            tuple((rung.was_called, rung.called_round == s.round) for rung in s.rungs),
            s.coming_by,
            s.arrived_by,
            s.acknowledged_by,
            s.is_open or s.closed_by,
            s.safe_at is None,
            s.acknowledged_at is None,
            s.call_at == s.choice_until,
            s.is_real or asked_before,
            _since(s.call_at, now),
            _since(s.again_at, now),
            _since(s.remind_at if reminds else None, now),
            _since(s.cried_at, now, _THIS_HAND),
            _since(s.called_at, now, _BRIEFLY_AGO),
            _since(s.choice_until, now, timedelta(0)),
            _since(s.coming_at, now, _LONG_AGO),
            _since(s.arrived_at, now, _LONG_AGO),
            _since(s.coming_asked_at, now),
            _since(s.desk_at if s.desk == Desk.ASKED else None, now),
            place.gone,
            place.answered - called,
            place.plan_is_old,
            place.rare,
            None if asked_before or not place.untouched else now - s.opened_at,
            _ended_long_ago(place),
            _since(place.reached_at, now, _THIS_HAND),
            _since(place.waiting_until, now),
        )
    )


def _since(
    moment: datetime | None, now: datetime, oldest: timedelta = timedelta.min
) -> timedelta | None:
    return None if moment is None else max(moment - now, oldest)


# The walk


@dataclass(slots=True)
class Walked:
    states: int = 0
    steps: int = 0


def walk(plan: Plan, depth: int, check: Check) -> Walked:
    """Every place that can be reached in so many steps, each once, and every step from it."""
    walked = Walked()

    def count(step: Step) -> None:
        walked.steps += 1
        check(step)

    for _place in places(plan, depth, count):
        walked.states += 1
    return walked


def places(plan: Plan, depth: int, check: Check = lambda step: None) -> Iterator[Place]:
    """Breadth first."""
    first = beginning(plan)
    check(first)
    edge, seen = [_later(arrived_at(first), plan.later)], set()
    for _level in range(depth):
        further = []
        for place in edge:
            yield place
            for reached in steps(place, check):
                known = key(reached)
                if known not in seen:
                    seen.add(known)
                    further.append(reached)
        edge = further
    yield from edge


def _later(place: Place, seconds: int) -> Place:
    """Nobody has reacted all the while."""
    for step in until(place, seconds):
        place = arrived_at(step)
    return place


def _must_refuse(place: Place) -> None:
    for event in refused_at(place):
        try:
            decided(place, event, place.now)
        except REFUSED:
            continue
        raise AssertionError(f"{event} was not refused\n{told(place)}")
