"""Every state x event of `decide()`, breadth first: `make prove moves` to depth 8 (drills 7), the
suite as deep as seconds allow. Random ways go on where the walk ends."""

import multiprocessing
import os
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import product

import pytest

from escalation.moves import state as values
from escalation.moves.state import Desk, Drill, Level
from escalation.moves.waits import PAUSES
from tests.escalation import exploring
from tests.escalation.exploring import Walked
from tests.escalation.invariants import Broken, check
from tests.escalation.place import (
    BORIS,
    HANNA,
    SECOND,
    Place,
    Plan,
    Step,
    arrived_at,
    beginning,
    decided,
    until,
    waited,
    written,
)

PROVE = bool(os.environ.get("PROVE"))
REAL_DEPTH, DRILL_DEPTH = (8, 7) if PROVE else (4, 3)
WAYS = 8_000 if PROVE else 150
EACH = 1 if PROVE else 3
"""The suite takes some plans of every kind."""
RUNGS = [
    (),
    (False,),
    (True,),
    (False, False),
    (True, False),
    (False, True),
    (False, False, False),
]
REAL = [Plan(rungs, contract) for rungs, contract in product(RUNGS, (False, True))]
THIRD_LAP = 30 + 60 + 30 + 120 + 30 + 300
DRILLS = [
    Plan(rungs, contract, drill)
    for rungs, contract in product(RUNGS[::2], (False, True))
    for drill in (Drill.INTERNAL, Drill.JOINT)
    if contract or drill == Drill.INTERNAL
]
HR_ON_THE_PLAN = [
    Plan(rungs, contract, hr=frozenset(hr), later=THIRD_LAP if not contract else 0)
    for rungs, contract, hr in (
        ((False,), False, {BORIS}),
        ((False,), False, {BORIS, HANNA}),
        ((True, False), False, {SECOND}),
        ((False, False), False, {BORIS, SECOND}),
        ((False,), True, {BORIS}),
        ((), False, {BORIS, HANNA}),
    )
]
"""HR people who answer for her as well; in the laps in which HR is called."""
NOBODY_AT_ALL = Plan((), hr=values.NOBODY)


def explore(plan: Plan) -> tuple[Plan, Walked | str]:
    """What is broken comes home as its text: an exception brings the whole way along."""
    depth = REAL_DEPTH if plan.drill == Drill.NONE else DRILL_DEPTH
    try:
        return plan, exploring.walk(plan, depth, check)
    except AssertionError as broken:
        return plan, str(broken)


def explored(plans: list[Plan]) -> Iterator[tuple[Plan, Walked | str]]:
    """The full size on two cores: each plan is a graph of its own."""
    if not PROVE:
        yield from map(explore, plans)
        return
    with multiprocessing.get_context("fork").Pool(2) as pool:
        yield from pool.imap_unordered(explore, plans, chunksize=1)


@pytest.mark.timeout(3600 if PROVE else 120)
@pytest.mark.parametrize(
    "plans",
    [REAL[::EACH], DRILLS[::EACH], HR_ON_THE_PLAN],
    ids=["real", "drills", "hr on the plan"],
)
def test_every_decision_keeps_what_is_promised(plans: list[Plan], capsys) -> None:
    """The largest plans first, so that both cores end together."""
    total, broken = Walked(), []
    for plan, walked in explored(sorted(plans, key=_smallness)):
        if isinstance(walked, str):
            broken.append(f"{plan}: {walked}")
            continue
        total = Walked(total.states + walked.states, total.steps + walked.steps)
        report(capsys, f"  {plan}: {walked.states:,} states, {walked.steps:,} decisions and waits")
    assert not broken, "\n".join(broken)
    assert total.states > 100 * len(plans)
    report(capsys, f"PROVED {len(plans)} plans, {total.states:,} states, {total.steps:,} steps")


def _smallness(plan: Plan) -> tuple[bool, int]:
    return not plan.contract, -len(plan.on_site)


def report(capsys, line: str) -> None:
    if PROVE:
        with capsys.disabled():
            print(line, flush=True)  # noqa: T201


def test_where_nobody_can_be_called_she_is_told_so() -> None:
    """No plan, no HR, no desk: 110 at once, and again in each lap; nothing else can be done."""
    first = beginning(NOBODY_AT_ALL)
    assert "nobody_reached" in {one.words for one in first.of(values.TellEmployee)}
    assert first.after.told_110
    exploring.walk(NOBODY_AT_ALL, 4, check)


def test_she_hears_of_others_only_where_there_are_others() -> None:
    """The one who comes is all of the plan and all of HR, and then may not know of it any more."""
    place = arrived_at(beginning(Plan((False,), hr=frozenset({BORIS}))))
    for step in until(place, THIRD_LAP + 30):
        place = arrived_at(step)
    place = waited(arrived_at(decided(place, values.Acknowledged(BORIS), place.now)), 40)
    for event in (values.Cry("tapped_again", Level.ALARM), values.SetOut(BORIS)):
        place = arrived_at(decided(place, event, place.now))
    step = decided(place, values.Struck(BORIS), place.now)
    words = {effect.words for effect in step.of(values.TellEmployee)}
    assert words == {"cannot_come_only", "nobody_reached"}


def test_asked_for_from_the_first_tap_the_desk_is_asked_with_the_first_people() -> None:
    for plan in REAL:
        first = beginning(plan, Level.SUPPORT)
        check(first)
        assert bool(first.of(values.AskDesk)) == plan.contract
        assert any(page.people for page in first.of(values.Page)) == (
            bool(plan.on_site) or not plan.contract
        )


# Random ways: far longer than the walk, and what only counts over time


def random_way(plan: Plan, chance: random.Random, length: int) -> Iterator[Step]:
    first = beginning(plan)
    yield first
    place = arrived_at(first)
    for _step in range(length):
        place = waited(place, chance.choice([0, 0, 1, 4, 6, 9, 20, 35, 100, 700]))
        ways: list[values.Event] = [*exploring.events_at(place), values.Due(), values.Due()]
        step = written(decided(place, chance.choice(ways), place.now))
        yield step
        place = arrived_at(step)


@pytest.mark.timeout(3600 if PROVE else 120)
def test_long_ways_keep_what_is_promised(capsys) -> None:
    for seed in range(WAYS):
        chance = random.Random(seed)
        for step in random_way(chance.choice(REAL + DRILLS), chance, 60):
            check(step)
    report(capsys, f"PROVED {WAYS:,} long ways")


class Phones:
    """How often whose phone rings: once a person, round and occasion."""

    def __init__(self) -> None:
        self.rung: set[tuple[int, int, str]] = set()
        self.times: dict[int, list[datetime]] = defaultdict(list)

    def take(self, step: Step) -> None:
        for page in step.of(values.Page):
            for person in page.people:
                once = (person, step.after.round, page.occasion)
                if once not in self.rung:
                    self.rung.add(once)
                    self.times[person].append(step.now)

    def most_within(self, span: timedelta) -> int:
        return max((most(times, span) for times in self.times.values()), default=0)


def most(times: list[datetime], span: timedelta) -> int:
    return max(sum(start <= at < start + span for at in times) for start in times)


@pytest.mark.timeout(3600 if PROVE else 120)
def test_i3_presses_and_clocks_ring_nobody_more_than_four_times_a_minute() -> None:
    for seed in range(WAYS):
        chance = random.Random(seed)
        phones, plan = Phones(), chance.choice(REAL)
        for step in _presses_and_set_outs(plan, chance):
            phones.take(step)
        assert phones.most_within(timedelta(seconds=60)) <= 4, f"seed {seed}, {plan}"


def _presses_and_set_outs(plan: Plan, chance: random.Random) -> Iterator[Step]:
    first = beginning(plan)
    yield first
    place = arrived_at(first)
    for _step in range(40):
        for due in until(place, chance.choice([0, 1, 2, 4, 7, 11, 23, 31, 95])):
            yield due
            place = arrived_at(due)
        place = waited(place, 0)
        pressed: values.Event = values.Cry("tapped_again")
        if chance.random() < 0.2:
            pressed = values.SetOut(chance.choice([BORIS, SECOND]))
        step = written(decided(place, pressed, place.now))
        yield step
        place = arrived_at(step)


@pytest.mark.parametrize("plan", REAL, ids=str)
def test_i10_nobody_reacts(plan: Plan) -> None:
    """A day of clocks alone: at the pause of ten minutes at most six calls an hour and person, the
    desk asked again in each lap, and HR from the third."""
    phones, asked, laps = Phones(), 0, 0
    first = beginning(plan)
    for step in (first, *until(arrived_at(first), 24 * 60 * 60)):
        check(step)
        if step.after.lap > len(PAUSES):
            phones.take(step)
        asked += len(step.of(values.AskDesk))
        laps = step.after.lap
    assert phones.times
    assert phones.most_within(timedelta(hours=1)) <= 6
    assert HANNA in phones.times
    assert asked >= laps if plan.contract else not asked


# What the desk did meanwhile is taken over in the same transaction, before the event


def test_fold_first_keeps_what_is_promised_whatever_comes_next() -> None:
    """The desk took it, gave it back or ended it, and nobody here knows yet."""
    for plan in REAL[1 :: 2 * EACH]:
        for place in exploring.places(plan, 4 if PROVE else 2):
            for known in _news_of_the_desk(place):
                for event in exploring.events_at(known):
                    check(decided(known, event, known.now))


def _news_of_the_desk(place: Place) -> Iterator[Place]:
    s = place.state
    if not s.is_open or s.desk not in (Desk.ASKED, Desk.UNANSWERED):
        return
    taken = arrived_at(decided(place, values.DeskClaimed(), place.now))
    yield taken
    for event in (values.DeskReturned(), values.DeskClosed("resolved")):
        yield arrived_at(decided(taken, event, place.now))


def test_the_walk_says_what_is_broken_and_how_it_came_to_it() -> None:
    step = beginning(Plan((False,)))
    with pytest.raises(Broken, match="i2_a_cry_is_counted_and_written: a press left"):
        check(Step(step.before, values.Cry("raised", Level.SUPPORT), step.facts, step.after, ()))
