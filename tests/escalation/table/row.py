"""One row: what was, what happens, what follows and what comes next.

`was` is told as a history: events, and seconds in which the moves run. What follows is written as
`page called: boris` (loud), `tell …` (a notice), `she: …` (to her devices), `desk: …`,
`operator: …`, `quiet: boris` (his paging stops) and `+kind` (a line of the record).
"""

from dataclasses import dataclass, replace

from escalation.moves import state as values
from escalation.moves.state import Closed, Cry, Drill, Due, Effect, Event, Level, Reopened
from escalation.moves.waits import PLAN_IS_OLD_AFTER
from tests.escalation.place import (
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
    until,
    waited,
)

NAMES = {BORIS: "boris", SECOND: "second", CARLA: "carla", DORA: "dora", HANNA: "hanna"}
ONE, TWO, SITE = Plan((False,)), Plan((False, False)), Plan((False, True))
NOBODY_DESK = Plan((), contract=True)
ONE_DESK, TWO_DESK = Plan((False,), contract=True), Plan((False, False), contract=True)
HR_IS_BORIS = Plan((False,), hr=frozenset({BORIS}))
DRILL = Plan((False,), contract=True, drill=Drill.INTERNAL)
JOINT = Plan((False,), contract=True, drill=Drill.JOINT)
PRESS, MORE, STILL = Cry("tapped_again"), Cry("raised", Level.SUPPORT), Reopened("still_going")
SHE_ENDS, HE_ENDS = Closed("resolved"), Closed("resolved", BORIS, "user")
HOUR = 60 * 60
History = tuple[Event | float, ...]


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    plan: Plan
    was: History
    event: Event
    follows: str
    next: str


def reached(plan: Plan, was: History) -> Place:
    place = arrived_at(beginning(plan))
    for what in was:
        if isinstance(what, int | float):
            end = place.now
            for due in until(place, what):
                place = arrived_at(due)
            place = waited(place, what - (place.now - end).total_seconds())
        else:
            place = arrived_at(decided(place, what, place.now))
    is_old = place.now - place.state.opened_at > PLAN_IS_OLD_AFTER
    return replace(place, plan_is_old=is_old)


def happens(row: Row) -> Step:
    place = reached(row.plan, row.was)
    now = place.next[1] if isinstance(row.event, Due) and place.next else place.now
    return decided(place, row.event, now)


def shown(effect: Effect) -> str:
    match effect:
        case values.Page(people, occasion, _words):
            return f"page {occasion.split(':')[0]}: {_names(people)}"
        case values.Tell(people, words, _key):
            return f"tell {words}: {_names(people)}"
        case values.TellEmployee(words, _person, _key):
            return f"she: {words}"
        case values.StopPaging(person):
            return f"quiet: {NAMES[person]}"
        case values.Line(kind):
            return f"+{kind}"
        case values.AskDesk(again, _by_clock):
            return "desk: again" if again else "desk: asked"
        case values.WithdrawCase():
            return "desk: withdrawn"
        case values.TellOperator(what):
            return f"operator: {what}"
    raise AssertionError(effect)


def _names(people: values.People) -> str:
    return " ".join(NAMES[person] for person in sorted(people)) or "nobody"


def next_of(step: Step) -> str:
    following = arrived_at(step).next
    if following is None:
        return "nothing"
    return f"{following[0]} +{(following[1] - step.now).total_seconds():g}"
