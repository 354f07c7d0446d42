"""Reading the response without touching it: what it would do from here, as of now."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from accounts.models import User
from escalation.facts import facts_for
from escalation.moves.state import NOBODY, Noticed, People
from escalation.moves.turn import Turn
from escalation.rows import response_of
from incidents.models import Incident
from jobs.clock import database_now


class Callee(Enum):
    """Whom the ladder turns to."""

    PEOPLE = auto()
    EVERYBODY = auto()
    DESK = auto()
    NOBODY_LEFT = auto()


@dataclass(frozen=True, slots=True)
class NextCall:
    callee: Callee
    at: datetime
    people: tuple[User, ...] = ()
    once_more: bool = False
    """They have been called to this alarm before."""


@dataclass(frozen=True, slots=True)
class Outlook:
    next_call: NextCall | None
    """None while nobody is to be called."""
    on_site: tuple[User, ...]
    """Whom 現場の人に頼む would reach, without those on their way already."""
    called: tuple[User, ...]
    """Who has been called so far, and still may be."""


def outlook(incident: Incident, *, asker: User) -> Outlook:
    response = response_of(incident, list(incident.rungs.all()), database_now())
    facts, known = facts_for(response, Noticed()), response.people
    turn = Turn(response.state, facts)
    going = {incident.coming_by_id, incident.arrived_by_id}
    return Outlook(
        next_call=_next_call(turn, known),
        on_site=_users(_on_site(turn) - {asker.pk} - going, known),
        called=_users(turn.called_so_far(), known),
    )


def _next_call(turn: Turn, known: dict[int, User]) -> NextCall | None:
    state = turn.s
    again, call = state.again_at, state.call_at if state.ladder_runs else None
    if again is not None and (call is None or again <= call):
        return NextCall(Callee.EVERYBODY, again)
    if call is None:
        return None
    rung = turn.next_rung()
    if rung is not None:
        return NextCall(
            Callee.PEOPLE, call, _users(turn.still_to_call(rung), known), once_more=rung.was_called
        )
    return NextCall(Callee.DESK if turn.desk_can_be_asked() else Callee.NOBODY_LEFT, call)


def _on_site(turn: Turn) -> People:
    return NOBODY.union(*(turn.people_of(rung) for rung in turn.s.rungs if rung.on_site))


def _users(people: People, known: dict[int, User]) -> tuple[User, ...]:
    return tuple(known[pk] for pk in sorted(people) if pk in known)
