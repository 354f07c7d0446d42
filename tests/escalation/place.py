"""One alarm of anna's as a test sees it: the plan, where the response stands, and one decision."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

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
from escalation.next_move import decide, next_move

BORIS, SECOND, CARLA, DORA, HANNA, ANNA = 1, 2, 3, 4, 8, 9
"""Dora becomes responsible when the plan is old; anna has pressed, and stands on the plan too."""
MORNING = datetime(2026, 4, 1, 9, tzinfo=UTC)
Complaint = str | None
"""What is wrong with a decision."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is called for anna. `on_site`: one a rung, in calling order."""

    on_site: tuple[bool, ...]
    contract: bool = False
    drill: str = Drill.NONE
    hr: People = frozenset({HANNA})
    later: int = 0
    """So many seconds nobody has reacted when a walk begins: HR is called in later laps."""

    def __str__(self) -> str:
        rungs = "".join("s" if here else "r" for here in self.on_site) or "nobody"
        desk = "desk" if self.contract else "no desk"
        hr = "" if self.hr == {HANNA} else f", HR {sorted(self.hr)}"
        drill = f", {self.drill} drill" * (self.drill != Drill.NONE)
        return f"{rungs}, {desk}{drill}{hr}" + f", {self.later} s later" * bool(self.later)

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


def carried_out(step: Step) -> bool:
    if isinstance(step.event, values.Reopened):
        return True
    cries = isinstance(step.event, values.Cry | values.Due)
    return cries and step.before.state.cried_at != step.after.cried_at == step.now


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
            case values.Page(people, occasion) if people - _rung_before(step, occasion):
                return True
            case values.TellOperator("cried" | "reopened") if hears:
                return True
    return False


def _rung_before(step: Step, occasion: str) -> People:
    """Nobody's phone rings twice for one occasion of a round."""
    before = step.before.state
    if occasion != "called" or step.after.round != before.round:
        return NOBODY
    rungs = [rung for rung in before.rungs if rung.called_round == before.round]
    people = NOBODY.union(*(rung.people for rung in rungs))
    return people | step.facts.hr if any(rung.is_hr for rung in rungs) else people


EXCUSES = (
    values.Acknowledged,
    values.SetOut,
    values.StillOnWay,
    values.Arrived,
    values.DeskClaimed,
    values.DeskReturned,
    values.SaidSafe,
    values.Closed,
    values.MadeReal,
)
"""Somebody has reacted, or she is safe. Who gives a case back had claimed it; who ends the alarm
has seen the press, or is refused."""
JUST_BEFORE = timedelta(seconds=5)
ANSWERED_WITHIN = timedelta(seconds=30)


def waits_until(step: Step) -> datetime | None:
    before, cries = step.before, isinstance(step.event, values.Cry | values.Reopened)
    if not cries and before.waiting_until is None:
        return None
    if reaches(step) or isinstance(step.event, EXCUSES) or not step.after.is_open:
        return None  # by a clock only a drill ends
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


def told(place: Place) -> str:
    """How it came to this, for the one who has to mend it."""
    path, found = place.path, []
    while path:
        path, what = path
        found.append(f"wait {what}" if isinstance(what, timedelta) else str(what))
    return "\n".join([f"[{place.plan}]", *reversed(found), f"at {place.now:%H:%M:%S}"])
