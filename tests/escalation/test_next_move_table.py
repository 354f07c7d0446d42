"""The table of the specification (sections 2 to 5), row by row: what was, what happens, what
follows and what comes next.

`was` is told as a history: events, and seconds in which the moves run. What follows is written as
`page called: boris` (loud), `tell …` (a notice), `she: …` (to her devices), `desk: …`,
`operator: …`, `quiet: boris` (his paging stops) and `+kind` (a line of the record).
"""

from dataclasses import dataclass, replace
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
    DeskClosed,
    DeskNews,
    DeskReturned,
    Drill,
    Due,
    Effect,
    Event,
    Level,
    MadeReal,
    Reopened,
    ResponseState,
    SaidSafe,
    SetOut,
    StillOnWay,
    Struck,
    SupportRequested,
    Suspended,
    Unreachable,
)
from escalation.moves.waits import PLAN_IS_OLD_AFTER
from tests.escalation.place import (
    BORIS,
    CARLA,
    DORA,
    HANNA,
    MORNING,
    SECOND,
    Place,
    Plan,
    Step,
    arrived_at,
    beginning,
    decided,
    reaches,
    until,
    waited,
)

NAMES = {BORIS: "boris", SECOND: "second", CARLA: "carla", DORA: "dora", HANNA: "hanna"}
ONE, TWO, SITE = Plan((False,)), Plan((False, False)), Plan((False, True))
NOBODY_DESK = Plan((), contract=True)
ONE_DESK, TWO_DESK = Plan((False,), contract=True), Plan((False, False), contract=True)
SITE_DESK = Plan((False, True), contract=True)
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


OPENED = [
    Row("rung 0, then the next", TWO, (), Due(), "page called: second; +climbed", "call +30"),
    Row(
        "at once the desk, where nobody is on the plan",
        Plan((), contract=True),
        (),
        Due(),
        "+desk_unanswered; operator: company_told; page desk_silent: nobody; she: nobody_reached; "
        "desk: again; +support_requested_again",
        "desk +90",
    ),
]
MOVES = [
    Row(
        "call: after the last the desk",
        ONE_DESK,
        (),
        Due(),
        "desk: asked; +support_requested",
        "desk +90",
    ),
    Row(
        "call: nobody left, told loudly",
        ONE,
        (),
        Due(),
        "+nobody_left; page call_110: boris; she: call_110",
        "call +60",
    ),
    Row(
        "call: nobody left again, told",
        ONE,
        (30, 60),
        Due(),
        "+nobody_left; tell call_110: boris; she: call_110",
        "call +120",
    ),
    Row(
        "call: rung 0 after the pause",
        ONE,
        (30,),
        Due(),
        "page called: boris; +climbed",
        "call +30",
    ),
    Row(
        "call: HR from the third lap",
        ONE,
        (30, 60, 30, 120, 30, 300),
        Due(),
        "page called: hanna; +hr_called",
        "call +30",
    ),
    Row(
        "call: nobody of HR who was not called in this round",
        HR_IS_BORIS,
        (30, 60, 30, 120, 30, 300),
        Due(),
        "+nobody_left; tell call_110: boris; she: call_110",
        "call +600",
    ),
    Row(
        "call: an internal drill rehearses the desk, one lap",
        DRILL,
        (),
        Due(),
        "+support_rehearsed; +nobody_left; page call_110: boris; she: call_110",
        "close +1770",
    ),
    Row(
        "choose: the next once the minute is over",
        TWO,
        (Acknowledged(BORIS),),
        Due(),
        "page called: second; +climbed",
        "call +30",
    ),
    Row(
        "desk: silent, and rung 0 in the same moment",
        ONE_DESK,
        (30,),
        Due(),
        "+desk_unanswered; operator: company_told; page desk_silent: boris; she: desk_silent; "
        "page called: nobody; +climbed",
        "call +30",
    ),
    Row(
        "desk: silent again, told, and less of a pause",
        ONE_DESK,
        (30, 90, 30),
        Due(),
        "+desk_unanswered; operator: company_told; tell desk_silent: boris; she: desk_silent",
        "call +30",
    ),
    Row(
        "desk: silent once more after it had acted: loud anew",
        ONE_DESK,
        (30, 90, DeskClaimed(), 60, DeskClosed("resolved"), 120, 30),
        Due(),
        "+desk_unanswered; operator: company_told; page desk_silent: boris; she: desk_silent",
        "call +210",
    ),
    Row(
        "desk: silent while she is safe",
        ONE_DESK,
        (30, SaidSafe()),
        Due(),
        "+desk_unanswered; operator: company_told; tell desk_silent: boris; she: desk_silent",
        "close +510",
    ),
    Row(
        "desk: silent while somebody comes",
        ONE_DESK,
        (30, SetOut(BORIS)),
        Due(),
        "+desk_unanswered; operator: company_told; page desk_silent: boris; she: desk_silent",
        "arrive +510",
    ),
    Row(
        "arrive: asked",
        ONE,
        (SetOut(BORIS),),
        Due(),
        "+arrival_asked; page arrival_asked: boris",
        "arrive +60",
    ),
    Row(
        "arrive: no answer, the others",
        TWO,
        (SetOut(BORIS), 600),
        Due(),
        "+not_arrived; she: not_arrived; page not_arrived: boris; page called: second; +climbed",
        "call +30",
    ),
    Row(
        "ask: the desk acts",
        ONE_DESK,
        (30, DeskClaimed()),
        Due(),
        "+asked_if_over; operator: goes_on; page asked_if_over: boris",
        "ask +1800",
    ),
    Row(
        "ask: closed, the second person once",
        TWO,
        (30, HE_ENDS),
        Due(),
        "+second_person_called; page no_answer: second",
        "nothing",
    ),
    Row(
        "ask: closed, and nobody but the one who did it: HR",
        ONE,
        (HE_ENDS,),
        Due(),
        "+second_person_called; page no_answer: hanna",
        "nothing",
    ),
    Row(
        "close: safe and nobody has ended it",
        ONE,
        (SaidSafe(),),
        Due(),
        "+reminded; page reminded: boris; tell reminded: hanna",
        "close +3600",
    ),
    Row(
        "close: the day after",
        ONE,
        (SaidSafe(), 600),
        Due(),
        "+reminded; page reminded: boris; tell reminded: hanna",
        "close +86400",
    ),
    Row(
        "close: whoever is there is reminded",
        TWO,
        (30, Arrived(SECOND)),
        Due(),
        "+reminded; page reminded: second; tell reminded: hanna",
        "close +3600",
    ),
    Row(
        "close: a forgotten drill ends",
        DRILL,
        (30,),
        Due(),
        "+drill_ended; tell drill_ended: boris; she: drill_ended",
        "nothing",
    ),
]
CRIES = [
    Row("1: phone and watch in one hand", ONE, (5,), PRESS, "+tapped_again", "call +25"),
    Row("2: a rung is called within 30 s", TWO, (6,), PRESS, "+tapped_again", "call +24"),
    Row("2: the desk is", ONE_DESK, (6,), PRESS, "+tapped_again", "call +24"),
    Row("2: a run-out never absorbs", ONE, (6,), PRESS, "+tapped_again", "call +24"),
    Row(
        "2: nor does HR, when all of them were called in this round",
        HR_IS_BORIS,
        (30, 60, 30, 120, 30, 300, 8),
        PRESS,
        "+tapped_again; page again: boris",
        "call +30",
    ),
    Row("3: just called, so put off", ONE, (31,), PRESS, "+tapped_again", "call +29"),
    Row(
        "3: and carried out then",
        ONE,
        (31, PRESS),
        Due(),
        "+called_again; page again: boris",
        "call +30",
    ),
    Row(
        "4: during a long pause, at once",
        ONE,
        (30, 60, 30, 60),
        PRESS,
        "+tapped_again; page again: boris",
        "call +30",
    ),
    Row(
        "4: all so far and one rung more",
        TWO,
        (SetOut(BORIS), 60),
        PRESS,
        "+tapped_again; page again: boris; page called: second; +climbed",
        "arrive +540",
    ),
    Row(
        "4: no rung more while somebody comes: the desk",
        ONE_DESK,
        (SetOut(BORIS), 60),
        PRESS,
        "+tapped_again; page again: boris; desk: asked; +support_requested",
        "desk +90",
    ),
    Row(
        "4: who set out long ago is not awaited",
        TWO,
        (SetOut(BORIS), 599, StillOnWay(BORIS), 601),
        PRESS,
        "+tapped_again; page again: boris; page called: second; +climbed",
        "call +30",
    ),
    Row(
        "4: after she was safe, in the same second",
        TWO,
        (30, SaidSafe()),
        PRESS,
        "+tapped_again; page again: boris second",
        "call +30",
    ),
    Row(
        "4: the desk acts, hears it and is asked in half an hour",
        ONE_DESK,
        (30, DeskClaimed(), 60),
        PRESS,
        "+tapped_again; operator: cried; page again: boris",
        "ask +1800",
    ),
    Row(
        "4: asked: the consoles louder, the clock unchanged",
        ONE_DESK,
        (60,),
        PRESS,
        "+tapped_again; operator: cried; page again: boris",
        "desk +60",
    ),
    Row(
        "4: what the desk ended is taken back",
        ONE_DESK,
        (30, 90, DeskClaimed(), DeskClosed("resolved"), 31),
        PRESS,
        "+tapped_again; page again: boris",
        "call +30",
    ),
    Row(
        "4: the next day who is responsible now too",
        ONE,
        (SaidSafe(), 13 * HOUR),
        PRESS,
        "+tapped_again; +people_added; page again: boris; page called: dora; +climbed",
        "call +30",
    ),
    Row(
        "support: the cry first, then the desk",
        TWO_DESK,
        (10,),
        MORE,
        "+raised; desk: asked; +support_requested",
        "desk +90",
    ),
    Row("support: without a contract a plain cry", TWO, (10,), MORE, "+raised", "call +20"),
]
ANSWERS = [
    Row(
        "確認: a minute to choose",
        TWO,
        (10,),
        Acknowledged(BORIS),
        "quiet: boris; +acknowledged; she: seen",
        "choose +60",
    ),
    Row(
        "確認: people on site are called meanwhile",
        SITE,
        (10,),
        Acknowledged(BORIS),
        "quiet: boris; +acknowledged; she: seen",
        "call +20",
    ),
    Row(
        "確認: once a round",
        TWO,
        (10, Acknowledged(BORIS), 20),
        Acknowledged(SECOND),
        "quiet: second; +acknowledged_too",
        "choose +40",
    ),
    Row(
        "確認: a pause is shortened",
        ONE,
        (30, 60, 30, 10),
        Acknowledged(BORIS),
        "quiet: boris; +acknowledged; she: seen",
        "choose +60",
    ),
    Row(
        "向かいます: the ladder rests",
        TWO,
        (10,),
        SetOut(BORIS),
        "quiet: boris; +heading_out; she: coming",
        "arrive +600",
    ),
    Row(
        "向かいます: the newest counts, seen before",
        TWO,
        (SetOut(BORIS), 60),
        SetOut(SECOND),
        "quiet: second; +heading_out; she: coming",
        "arrive +600",
    ),
    Row(
        "向かいます: the desk's clock runs on",
        ONE_DESK,
        (30, 10),
        SetOut(BORIS),
        "quiet: boris; +heading_out; she: coming",
        "desk +80",
    ),
    Row(
        "向かっています: ten minutes anew",
        ONE,
        (SetOut(BORIS), 610),
        StillOnWay(BORIS),
        "+still_on_way",
        "arrive +600",
    ),
    Row(
        "行けません: the next at once",
        TWO,
        (SetOut(BORIS), 60),
        CannotCome(BORIS),
        "+cannot_come; she: cannot_come; page called: second; +climbed",
        "call +30",
    ),
    Row(
        "行けません: nobody else is called while the desk acts",
        ONE_DESK,
        (30, DeskClaimed(), SetOut(BORIS), 60),
        CannotCome(BORIS),
        "+cannot_come; she: cannot_come_only",
        "ask +1800",
    ),
    Row(
        "着きました",
        TWO,
        (SetOut(BORIS), 60),
        Arrived(BORIS),
        "quiet: boris; +arrived; she: arrived",
        "close +600",
    ),
    Row(
        "現場の人に頼む: the clock unchanged",
        SITE,
        (10,),
        AskedOnSite(BORIS),
        "page on_site: second; +asked_on_site",
        "call +20",
    ),
    Row(
        "警備会社へ要請: none",
        TWO_DESK,
        (10,),
        SupportRequested(),
        "desk: asked; +support_requested",
        "desk +90",
    ),
    Row(
        "警備会社へ要請: nobody answered, so again",
        ONE_DESK,
        (30, 90),
        SupportRequested(),
        "desk: again; +support_requested_again",
        "desk +90",
    ),
    Row("警備会社へ要請: asked already", ONE_DESK, (40,), SupportRequested(), "", "desk +80"),
    Row(
        "安全です",
        ONE_DESK,
        (40,),
        SaidSafe(),
        "+safe; tell safe: boris; operator: safe",
        "desk +80",
    ),
    Row("安全です twice", ONE, (SaidSafe(), 60), SaidSafe(), "", "close +540"),
    Row(
        "安全です sent again later must be known",
        ONE,
        (SaidSafe(), 60),
        SaidSafe("a"),
        "+safe",
        "close +540",
    ),
    Row("安全です after others closed it", ONE, (HE_ENDS, 60), SaidSafe(), "+safe", "nothing"),
    Row(
        "unreachable: the next at once",
        TWO,
        (5,),
        Unreachable(frozenset({BORIS})),
        "+unreachable",
        "call +0",
    ),
    Row("unreachable: nobody ahead", ONE, (5,), Unreachable(frozenset({BORIS})), "", "call +25"),
    Row(
        "struck: called in this round",
        TWO,
        (5,),
        Struck(BORIS),
        "quiet: boris; page called: second; +climbed",
        "call +30",
    ),
    Row(
        "struck: awaited",
        ONE_DESK,
        (SetOut(BORIS), 60),
        Struck(BORIS),
        "quiet: boris; she: cannot_come; desk: asked; +support_requested",
        "desk +90",
    ),
    Row(
        "struck: awaited, no desk: HR",
        ONE,
        (SetOut(BORIS), 60),
        Struck(BORIS),
        "quiet: boris; she: cannot_come; page called: hanna; +hr_called",
        "call +30",
    ),
    Row(
        "struck: ahead, and no press waits any more",
        SITE,
        (6, PRESS, 24, 30, 60, 5),
        Struck(SECOND),
        "quiet: second",
        "call +25",
    ),
    Row(
        "struck: the only one of the rung that a press waits for",
        SITE,
        (6, PRESS),
        Struck(SECOND),
        "quiet: second; +called_again; page again: boris",
        "call +30",
    ),
]
ENDS = [
    Row(
        "she closes, and the case nobody took goes",
        ONE_DESK,
        (40,),
        SHE_ENDS,
        "desk: withdrawn; +closed; tell closed: boris",
        "nothing",
    ),
    Row(
        "she closes, and an acting operator stays",
        ONE_DESK,
        (40, DeskClaimed()),
        SHE_ENDS,
        "operator: company_closed; +closed; tell closed: boris",
        "nothing",
    ),
    Row(
        "a supervisor closes, and she is asked",
        TWO,
        (30,),
        HE_ENDS,
        "+closed; tell closed: second",
        "ask +300",
    ),
    Row(
        "a supervisor closes what she called safe",
        TWO,
        (30, SaidSafe()),
        HE_ENDS,
        "+closed; tell closed: second",
        "nothing",
    ),
    Row(
        "it goes on in a newer one: nobody asks about this one",
        TWO,
        (30, HE_ENDS, 60),
        values.GoesOnIn(2),
        "+goes_on_in",
        "nothing",
    ),
    Row(
        "まだ続いています: all at once",
        TWO,
        (30, HE_ENDS, 60),
        STILL,
        "+still_going; page again: boris second",
        "call +30",
    ),
    Row(
        "まだ続いています: the acting desk never stopped",
        ONE_DESK,
        (30, DeskClaimed(), HE_ENDS, 60),
        STILL,
        "+still_going; operator: reopened; page again: boris",
        "ask +1800",
    ),
    Row("本当の通報: the drill ends", DRILL, (5,), MadeReal(7), "+made_real", "nothing"),
    Row(
        "suspended: all paged, the case withdrawn",
        ONE_DESK,
        (40,),
        Suspended(),
        "desk: withdrawn; +suspended; page suspended: boris; she: suspended",
        "call +30",
    ),
    Row(
        "a press put off keeps its time, whoever is told meanwhile",
        ONE,
        (40, PRESS, 10, Suspended()),
        PRESS,
        "+tapped_again",
        "call +10",
    ),
    Row(
        "a stop that reached nobody absorbs nothing",
        NOBODY_DESK,
        (10, DeskClaimed(), DeskClosed("resolved"), PRESS, 10, Suspended()),
        PRESS,
        "+tapped_again",
        "call +10",
    ),
]
DESK = [
    Row("claims", ONE_DESK, (40,), DeskClaimed(), "tell claimed: boris; she: claimed", "ask +1800"),
    Row(
        "given back: everybody, 90 s anew",
        ONE_DESK,
        (40, DeskClaimed(), 60),
        DeskReturned(),
        "page returned: boris; she: returned",
        "desk +90",
    ),
    Row(
        "given back just after everybody was called: told",
        ONE_DESK,
        (30, 60, PRESS, DeskClaimed(), 10),
        DeskReturned(),
        "tell returned: boris; she: returned",
        "desk +90",
    ),
    Row(
        "given back while she is safe: told",
        ONE_DESK,
        (40, DeskClaimed(), SaidSafe()),
        DeskReturned(),
        "tell returned: boris; she: returned",
        "desk +90",
    ),
    Row(
        "given back after the end",
        ONE_DESK,
        (40, DeskClaimed(), SHE_ENDS),
        DeskReturned(),
        "desk: withdrawn",
        "nothing",
    ),
    Row(
        "closes: all read it, a minute to choose",
        ONE_DESK,
        (40, DeskClaimed(), 60),
        DeskClosed("resolved"),
        "page ended: boris; she: ended",
        "call +60",
    ),
    Row(
        "closes while somebody comes: told",
        ONE_DESK,
        (40, DeskClaimed(), SetOut(BORIS)),
        DeskClosed("resolved"),
        "tell ended: boris; she: ended",
        "arrive +600",
    ),
    Row(
        "sends somebody: told",
        ONE_DESK,
        (40, DeskClaimed()),
        DeskNews("dispatch_requested", "1", for_employee=True),
        "tell dispatch_requested: boris; she: dispatch_requested",
        "ask +1800",
    ),
    Row(
        "closes in a joint drill: only its end is left",
        JOINT,
        (40, DeskClaimed(), 60),
        DeskClosed("resolved"),
        "page ended: boris; she: ended",
        "close +1700",
    ),
]
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
