"""The response as a graph: what may happen next in a state, and which states are the same.

A step is an event of `decide()` now, some seconds without any, or the next move in its time.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from escalation import errors
from escalation.moves import state as values
from escalation.moves.state import (
    NOBODY,
    Desk,
    Drill,
    Effect,
    Event,
    Facts,
    Level,
    People,
    ResponseState,
    RungState,
)
from escalation.moves.waits import JUST_CALLED, REOPENS_WITHIN
from escalation.next_move import decide, next_move

BORIS, SECOND, CARLA, DORA, HANNA, ANNA = 1, 2, 3, 4, 8, 9
"""Dora becomes responsible when the plan is old; anna has pressed, and stands on the plan too."""
MORNING = datetime(2026, 4, 1, 9, tzinfo=UTC)
A_MOMENT, A_WHILE = timedelta(seconds=10), timedelta(seconds=40)
LONG, OVERNIGHT = timedelta(minutes=11), timedelta(hours=13)
REFUSED = (
    errors.AlreadyClosed, errors.NoSupportContract, errors.NobodyOnSite, errors.NotOnTheWay,
    errors.NotClosed, errors.PressedAgain,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is called for anna. `on_site`: one a rung, in calling order."""

    on_site: tuple[bool, ...]
    contract: bool = False
    drill: str = Drill.NONE
    hr: People = frozenset({HANNA})

    def __str__(self) -> str:
        rungs = "".join("s" if here else "r" for here in self.on_site) or "nobody"
        desk = "desk" if self.contract else "no desk"
        return f"{rungs}, {desk}" + f", {self.drill} drill" * (self.drill != Drill.NONE)

    @property
    def rungs(self) -> tuple[RungState, ...]:
        people = ({BORIS, ANNA}, {SECOND}, {CARLA})
        return tuple(
            RungState(order, frozenset(people[order]), here)
            for order, here in enumerate(self.on_site)
        )

    @property
    def has_desk(self) -> bool:
        """One that can be asked: an internal drill only rehearses it."""
        return self.contract and self.drill != Drill.INTERNAL


@dataclass(frozen=True, slots=True)
class Place:
    """Where a walk stands: the response, the time, and what the walk itself remembers."""

    plan: Plan
    state: ResponseState
    now: datetime
    gone: People = NOBODY
    answered: People = NOBODY
    plan_is_old: bool = False
    reached_at: datetime | None = None
    """When somebody was called last: a person, the desk, or the acting operator told."""
    waiting_until: datetime | None = None
    """By when a cry that nobody was called for has to be answered."""
    rare: bool = False
    """One of the things that are tried once on each way has happened."""
    untouched: bool = True
    """Nothing but presses and time since the alarm began."""
    path: tuple = ()

    @property
    def next(self) -> tuple[str, datetime] | None:
        return next_move(self.state)

    def facts(self, now: datetime) -> Facts:
        people = NOBODY.union(*(rung.people for rung in self.state.rungs))
        new = () if not self.plan_is_old or DORA in people else (self._rung_of_dora(),)
        people = people.union(*(rung.people for rung in new))
        hr = self.plan.hr - self.gone
        return Facts(
            now=now,
            has_contract=self.plan.contract,
            callable=(people | (self.answered & hr)) - self.gone - {ANNA},
            hr=hr,
            answered=self.answered - self.gone,
            newly_responsible=new,
        )

    def _rung_of_dora(self) -> RungState:
        order = max((rung.order for rung in self.state.rungs), default=-1) + 1
        return RungState(order, frozenset({DORA}))


@dataclass(frozen=True, slots=True)
class Step:
    """One decision, for the invariants."""

    before: Place
    event: Event
    facts: Facts
    after: ResponseState
    effects: tuple[Effect, ...]

    @property
    def now(self) -> datetime:
        return self.facts.now

    def of(self, kind: type) -> list:
        return [effect for effect in self.effects if type(effect) is kind]

    def lines(self) -> set[str]:
        return {line.kind for line in self.of(values.Line)}


def beginning(plan: Plan, level: str = Level.ALARM) -> Step:
    blank = ResponseState(opened_at=MORNING, drill=plan.drill, level=level, rungs=plan.rungs)
    return decided(Place(plan, blank, MORNING), values.Opened(level), MORNING)


def decided(place: Place, event: Event, now: datetime) -> Step:
    facts = place.facts(now)
    if isinstance(event, values.Struck):
        facts = replace(
            facts, callable=facts.callable - {event.person}, hr=facts.hr - {event.person}
        )
    return Step(place, event, facts, *decide(place.state, event, facts))


def written(step: Step) -> Step:
    """As `apply` leaves it: the turn grows with the next move. It decides nothing, so only what
    counts calls needs it."""
    if next_move(step.after) == step.before.next:
        return step
    return replace(step, after=replace(step.after, turn=step.after.turn + 1))


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
    for person in sorted({s.acknowledged_by, s.coming_by, s.arrived_by, BORIS} - {None}):
        yield values.Struck(person)
    if s.is_open:
        yield values.Unreachable(frozenset({BORIS, SECOND, CARLA, HANNA, DORA}))
        yield values.Suspended()
    if s.is_open and s.desk in (Desk.ASKED, Desk.UNANSWERED):
        yield values.DeskReturned()


def _of_the_desk(s: ResponseState) -> Iterator[Event]:
    if s.desk in (Desk.ASKED, Desk.UNANSWERED) and s.is_open:
        yield values.DeskClaimed()
    if s.desk == Desk.ACTING:
        yield values.DeskReturned()
        yield values.DeskClosed("resolved")


def _after_the_end(place: Place) -> Iterator[Event]:
    if not _ended_long_ago(place):
        yield values.Reopened("still_going")
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


def arrived_at(step: Step) -> Place:
    before, event = step.before, step.event
    person = getattr(event, "person", None)
    answers = isinstance(event, values.Acknowledged | values.SetOut | values.Arrived)
    appended = len(step.after.rungs) > len(before.state.rungs)
    return Place(
        before.plan,
        step.after,
        step.now,
        gone=before.gone | {person} if isinstance(event, values.Struck) else before.gone,
        answered=before.answered | {person} if answers else before.answered,
        plan_is_old=before.plan_is_old and not (appended and step.facts.newly_responsible),
        reached_at=step.now if reaches(step) else before.reached_at,
        waiting_until=waits_until(step),
        untouched=before.untouched and touches_nothing(step),
        rare=before.rare or is_rare(step),
        path=(before.path, event),
    )


def touches_nothing(step: Step) -> bool:
    return isinstance(step.event, values.Opened | values.Cry | values.Due)


def is_rare(step: Step) -> bool:
    given_back = isinstance(step.event, values.DeskReturned)
    rare = isinstance(step.event, values.Struck | values.Unreachable | values.Suspended)
    return rare or (given_back and step.before.state.desk != Desk.ACTING)


def reaches(step: Step) -> bool:
    """A person is paged, the desk asked, or the acting operator told; where nobody on the plan can
    be called, all consoles ring louder."""
    hears = step.after.desk == Desk.ACTING or not step.facts.callable
    for effect in step.effects:
        match effect:
            case values.AskDesk():
                return True
            case values.Page(people) if people:
                return True
            case values.TellOperator("cried" | "reopened") if hears:
                return True
    return False


EXCUSES = (
    values.Acknowledged, values.SetOut, values.StillOnWay, values.Arrived, values.DeskClaimed,
    values.DeskReturned, values.SaidSafe, values.Closed, values.MadeReal,
)  # fmt: skip
"""Somebody has reacted, or she is safe. Who gives a case back had claimed it; who ends the alarm
has seen the press, or is refused."""
JUST_BEFORE = timedelta(seconds=5)
ANSWERED_WITHIN = timedelta(seconds=30)


def waits_until(step: Step) -> datetime | None:
    before, cries = step.before, isinstance(step.event, values.Cry | values.Reopened)
    if not cries and before.waiting_until is None:
        return None
    if reaches(step) or isinstance(step.event, EXCUSES):
        return None
    if before.waiting_until is not None:
        return before.waiting_until
    if before.reached_at is not None and step.now - before.reached_at <= JUST_BEFORE:
        return None
    return step.now + ANSWERED_WITHIN


# A single way


def waited(place: Place, seconds: float) -> Place:
    """So long, or until just the next move."""
    until = place.now + timedelta(seconds=seconds)
    now = until if place.next is None else max(place.now, min(until, place.next[1]))
    return replace(place, now=now, path=(place.path, now - place.now))


def until(place: Place, seconds: float) -> Iterator[Step]:
    """Every move that comes due in so long, in its time."""
    end = place.now + timedelta(seconds=seconds)
    while place.next is not None and place.next[1] <= end:
        step = written(decided(place, values.Due(), max(place.now, place.next[1])))
        yield step
        place = arrived_at(step)


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
    return hash((
        s.is_open, s.desk, min(s.lap, 3), s.told_110, reminds and min(s.reminders, 2),
        tuple((rung.was_called, rung.called_round == s.round) for rung in s.rungs),
        s.coming_by, s.arrived_by, s.acknowledged_by, s.is_open or s.closed_by,
        s.safe_at is None, s.acknowledged_at is None, s.call_at == s.choice_until,
        s.is_real or asked_before,
        _since(s.call_at, now), _since(s.again_at, now),
        _since(s.remind_at if reminds else None, now),
        _since(s.cried_at, now, _THIS_HAND), _since(s.called_at, now, _BRIEFLY_AGO),
        _since(s.choice_until, now, timedelta(0)), _since(s.coming_at, now, _LONG_AGO),
        _since(s.arrived_at, now, _LONG_AGO), _since(s.coming_asked_at, now),
        _since(s.desk_at if s.desk == Desk.ASKED else None, now),
        place.gone, place.answered - called, place.plan_is_old, place.rare,
        None if asked_before or not place.untouched else now - s.opened_at,
        _ended_long_ago(place),
        _since(place.reached_at, now, _THIS_HAND), _since(place.waiting_until, now),
    ))  # fmt: skip


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
    edge, seen = [arrived_at(first)], set()
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


def _must_refuse(place: Place) -> None:
    for event in refused_at(place):
        try:
            decided(place, event, place.now)
        except REFUSED:
            continue
        raise AssertionError(f"{event} was not refused\n{told(place)}")


def told(place: Place) -> str:
    """How it came to this, for whoever has to mend it."""
    path, found = place.path, []
    while path:
        path, what = path
        found.append(f"wait {what}" if isinstance(what, timedelta) else str(what))
    return "\n".join([f"[{place.plan}]", *reversed(found), f"at {place.now:%H:%M:%S}"])
