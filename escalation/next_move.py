"""The response of an incident: what follows from what happens, and who must do what by when.

An open incident always has exactly one next move; no real one is ever closed by a clock.

    call    the next people are called, or a cry that was put off is carried out
    choose  the same, after somebody confirmed and chose nothing
    arrive  a person who set out is asked whether they are there; no answer: others are called
    desk    the security company has not answered: 110, and the company's ladder goes on
    ask     does it go on? (the desk acts; or closed by others and no word from her)
    close   she is safe or somebody is there: the person in charge is reminded; a drill is ended

`next_move` reads it from the clocks of the state. `decide` is pure: what an event changes, and what
follows. `apply` is the only writer: it locks the incident's row, takes over what the desk did
meanwhile, decides, and writes state, effects and the next move's job in one transaction. Only the
database's clock counts.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from audit.actors import Actor
from escalation import effects, rows
from escalation.contact_plan import PlannedRung
from escalation.facts import done_by_desk, facts_for
from escalation.moves import answers, cries, desk, desk_events, due, endings, ladder
from escalation.moves import state as values
from escalation.moves.state import Desk, Effect, Event, Facts, ResponseState
from escalation.moves.turn import Turn, once_a_person
from escalation.moves.waits import (
    ARRIVAL_ANSWERED_WITHIN,
    ARRIVES_WITHIN,
    DESK_ANSWERS_WITHIN,
    GOES_ON_ASKED_EVERY,
)
from incidents.log import CLOCK
from incidents.models import Incident
from jobs.models import Urgency
from jobs.services import discard, schedule
from tenants.context import current_company

Move = Incident.Move


def next_move(s: ResponseState) -> tuple[str, datetime] | None:
    """The earliest clock's move, of equals the first listed; None only for a closed incident."""
    clocks = _clocks_of_open(s) if s.is_open else [(Move.ASK, s.remind_at)]
    ahead = [(move, at) for move, at in clocks if at is not None]
    return min(ahead, key=lambda clock: clock[1]) if ahead else None


def _clocks_of_open(s: ResponseState) -> list[tuple[Move, datetime | None]]:
    safe = s.safe_at is not None
    reminds = safe or s.arrived_at is not None
    chooses = s.call_at is not None and s.call_at == s.choice_until
    return [
        (Move.DESK, _after(s.desk_at, DESK_ANSWERS_WITHIN) if s.desk == Desk.ASKED else None),
        (Move.CALL, None if safe else s.again_at),
        (Move.CHOOSE if chooses else Move.CALL, s.call_at if s.ladder_runs else None),
        (Move.ARRIVE, None if safe else _arrival_due(s)),
        (Move.ASK, s.remind_at if s.asks_whether_it_goes_on else None),
        (Move.CLOSE, s.remind_at if reminds or not s.is_real else None),
    ]


def _after(moment: datetime | None, wait: timedelta) -> datetime | None:
    return None if moment is None else moment + wait


def _arrival_due(s: ResponseState) -> datetime | None:
    if s.coming_asked_at is not None:
        return s.coming_asked_at + ARRIVAL_ANSWERED_WITHIN
    return _after(s.coming_at, ARRIVES_WITHIN)


def decide(
    state: ResponseState, event: Event, facts: Facts
) -> tuple[ResponseState, tuple[Effect, ...]]:
    """The state after the event, and what follows, in order. Raises errors of `escalation.errors`
    for what cannot be done in this state."""
    turn = Turn(state, facts)
    EVENTS[type(event)](turn, event)
    if turn.s.asks_whether_it_goes_on and not state.asks_whether_it_goes_on:
        turn.set(remind_at=turn.now + GOES_ON_ASKED_EVERY)
    return turn.s, once_a_person(turn.effects)


def _move(t: Turn, _event: values.Due) -> None:
    following = next_move(t.s)
    if following is not None and following[1] <= t.now:
        MOVES[Move(following[0])](t)


def _nothing(_turn: Turn, _event: values.Noticed) -> None:
    """Do nothing: what the desk did was taken over before this."""


MOVES: dict[Move, Callable[[Turn], None]] = {
    Move.CALL: due.call,
    Move.CHOOSE: due.call,
    Move.ARRIVE: due.arrive,
    Move.DESK: desk_events.unanswered,
    Move.ASK: due.ask,
    Move.CLOSE: due.close,
}
EVENTS: dict[type[Event], Callable[[Turn, Any], None]] = {
    values.Opened: ladder.opened,
    values.Cry: cries.cried,
    values.Reopened: cries.reopened,
    values.GoesOnIn: endings.goes_on_in,
    values.Acknowledged: answers.acknowledged,
    values.SetOut: answers.set_out,
    values.StillOnWay: answers.still_on_way,
    values.CannotCome: answers.cannot_come,
    values.Arrived: answers.arrived,
    values.AskedOnSite: answers.asked_on_site,
    values.Unreachable: answers.unreachable,
    values.Struck: answers.struck,
    values.SupportRequested: desk.support_requested,
    values.DeskClaimed: desk_events.claimed,
    values.DeskReturned: desk_events.returned,
    values.DeskClosed: desk_events.finished,
    values.DeskNews: desk_events.news,
    values.SaidSafe: endings.said_safe,
    values.Closed: endings.closed,
    values.MadeReal: endings.made_real,
    values.Suspended: endings.suspended,
    values.LeftAlone: due.left_alone,
    values.Due: _move,
    values.Noticed: _nothing,
}


@transaction.atomic(savepoint=False)
def apply(incident: Incident, event: Event, *, actor: Actor = CLOCK) -> Incident:
    """Carry out what follows from an event; returns the incident as it then is.

    Raises what `decide` raises, with nothing written.
    """
    response = rows.lock(incident.pk)
    follows = _decide(response, event, actor)
    effects.carry_out(response, follows)
    _name_the_closer(response, actor)
    has_turned = _turn(response)
    rows.store(response)
    if has_turned:
        _promise_next_move(response)
    return response.incident


@transaction.atomic(savepoint=False)
def begin(
    incident: Incident, planned: list[PlannedRung], event: values.Opened, *, actor: Actor
) -> Incident:
    """Insert an incident as it is after its first decision, and carry out what follows."""
    response = rows.response_of(incident, rows.frozen(planned), incident.opened_at)
    follows = _decide(response, event, actor)
    _turn(response)
    rows.insert(response)
    effects.carry_out(response, follows)
    rows.store(response)
    _promise_next_move(response)
    return incident


def _decide(response: rows.Response, event: Event, actor: Actor) -> list[tuple[Effect, Actor]]:
    """What follows from an event, after what the desk did meanwhile, and whose doing it is."""
    follows: list[Effect] = []
    actors: list[Actor] = []
    for happened in (*done_by_desk(response), event):
        state, facts = response.state, facts_for(response, happened)
        response.state, more = decide(state, happened, facts)
        follows += more
        actors += [actor if happened is event else CLOCK] * len(more)
    return list(zip(once_a_person(follows), actors, strict=True))


def _name_the_closer(response: rows.Response, actor: Actor) -> None:
    if response.state.is_open:
        response.incident.closed_by_name = ""
    elif response.before.is_open:
        response.incident.closed_by_name = actor.name


def _turn(response: rows.Response) -> bool:
    """Set the next move if it is another one; jobs of earlier turns become void."""
    incident, following = response.incident, next_move(response.state)
    known = (incident.next_move, incident.next_move_at) if incident.next_move else None
    if following == known:
        return False
    if incident.turn:
        discard(_key(incident))
    incident.turn += 1
    incident.next_move, incident.next_move_at = following or (None, None)
    return True


def _promise_next_move(response: rows.Response) -> None:
    incident = response.incident
    if incident.next_move is None:
        return
    schedule(
        current_company(),
        kind="escalation.move",
        key=_key(incident),
        payload={"incident": str(incident.public_id), "turn": incident.turn},
        lane=0,
        urgency=Urgency.FIRST if response.state.is_real else Urgency.DRILL,
        due_at=incident.next_move_at,
    )


def _key(incident: Incident) -> str:
    return f"move:{incident.public_id}:{incident.turn}"
