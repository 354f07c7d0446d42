"""Between the rows of an incident and the values of `escalation.moves`: lock, read, store."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from accounts.models import User
from escalation.contact_plan import PlannedRung
from escalation.models import Rung
from escalation.moves.state import ResponseState, RungState
from incidents.models import Incident
from people.models import Employee
from web.columns import Columns

_HELD_ELSEWHERE = {"is_open", "step", "choice", "rungs", "turn"}
_PEOPLE = {"acknowledged_by", "coming_by", "arrived_by", "closed_by"}
COLUMNS = tuple(
    column.name for column in fields(ResponseState) if column.name not in _HELD_ELSEWHERE
)


@dataclass(slots=True)
class Response:
    """An incident whose row is locked, and its response as it is decided on."""

    incident: Incident
    rungs: list[Rung]
    before: ResponseState
    state: ResponseState
    now: datetime
    stored: dict[str, Any]
    """The columns as they are in the row."""
    people: dict[int, User] = field(default_factory=dict)
    """Those whom the decision knew of."""

    @property
    def overdue(self) -> timedelta:
        """How late the present move is: the timekeepers may have been away."""
        due = self.incident.next_move_at
        return timedelta(0) if due is None else max(timedelta(0), self.now - due)


_INCIDENT, _REPORTER, _RUNG = Columns(Incident), Columns(Employee), Columns(Rung)
# One after the other: each sees what was committed while the first one waited.
_LOCK = f"""
SELECT {_INCIDENT.of("incident")}, {_REPORTER.of("reporter")}
FROM incidents_incident AS incident
LEFT JOIN people_employee AS reporter ON reporter.id = incident.reporter_id
WHERE incident.id = %(pk)s FOR UPDATE OF incident;
SELECT {_RUNG.of("rung")} FROM escalation_rung AS rung
WHERE rung.incident_id = %(pk)s ORDER BY rung."order";
SELECT clock_timestamp()"""  # noqa: S608 - our own words


def lock(pk: int) -> Response:
    """Lock an incident's row, and read it as it is after the wait. Raises Incident.DoesNotExist."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, {"pk": pk})
        row = cursor.fetchone()
        cursor.nextset()
        rungs = [_RUNG.instance(rung) for rung in cursor.fetchall()]
        cursor.nextset()
        (now,) = cursor.fetchone()
    if row is None:
        raise Incident.DoesNotExist
    incident = _INCIDENT.instance(row[: len(_INCIDENT)])
    if incident.reporter_id is not None:
        incident.reporter = _REPORTER.instance(row[len(_INCIDENT) :])
    return response_of(incident, rungs, now)


def response_of(incident: Incident, rungs: list[Rung], now: datetime) -> Response:
    state = _state_of(incident, rungs)
    return Response(incident, rungs, state, state, now, _stored(incident))


def _state_of(incident: Incident, rungs: list[Rung]) -> ResponseState:
    columns = {name: getattr(incident, _column(name)) for name in COLUMNS}
    first = rungs[0] if rungs else Rung(step_seconds=30, choice_seconds=60)
    return ResponseState(
        is_open=incident.is_open,
        step=timedelta(seconds=first.step_seconds),
        choice=timedelta(seconds=first.choice_seconds),
        rungs=tuple(_rung_state(rung) for rung in _in_calling_order(rungs)),
        turn=incident.turn,
        **columns,
    )


def _column(name: str) -> str:
    return f"{name}_id" if name in _PEOPLE else name


def _in_calling_order(rungs: Iterable[Rung]) -> list[Rung]:
    """HR is the last human rung, whatever was appended after it. The desk is none of them."""
    people = [rung for rung in rungs if not rung.asks_support]
    return sorted(people, key=lambda rung: (rung.is_hr, rung.order))


def _rung_state(rung: Rung) -> RungState:
    return RungState(
        order=rung.order,
        people=frozenset(rung.user_ids),
        on_site=rung.on_site,
        is_hr=rung.is_hr,
        was_called=rung.first_called_at is not None,
        called_round=rung.called_round,
    )


# Writing


def frozen(planned: list[PlannedRung]) -> list[Rung]:
    """The plan of an incident that is not inserted yet."""
    return [
        Rung(
            order=rung.order,
            after_seconds=rung.after_seconds,
            step_seconds=rung.step_seconds,
            choice_seconds=rung.choice_seconds,
            user_ids=list(rung.user_ids),
            on_site=rung.on_site,
            asks_support=rung.asks_support,
        )
        for rung in planned
    ]


_NEW = Columns(Incident, apart_from=["id"])
_INSERT = f"""
INSERT INTO incidents_incident ({_NEW.bare()}) VALUES ({", ".join(["%s"] * len(_NEW))})
RETURNING id"""  # noqa: S608 - our own words


def insert(response: Response) -> None:
    """Insert an incident and its plan, as they are after its first decision. Whom that appended
    `store` writes."""
    incident = response.incident
    _take_over(response.state, incident)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, _NEW.values(incident))
        (incident.pk,) = cursor.fetchone()
    incident._state.adding = False
    _insert_rungs(response)
    planned = {rung.order for rung in _in_calling_order(response.rungs)}
    known = tuple(rung for rung in response.state.rungs if rung.order in planned)
    response.before, response.stored = replace(response.state, rungs=known), _stored(incident)


_PLANNED = Columns(Rung, apart_from=["id", "frozen_at"])
_ONE_RUNG = f"({', '.join(['%s'] * len(_PLANNED))})"


def _insert_rungs(response: Response) -> None:
    called = {rung.order: rung.called_round for rung in response.state.rungs if rung.was_called}
    for rung in _in_calling_order(response.rungs):
        if rung.order in called:
            rung.called_round, rung.first_called_at = called[rung.order], response.now
    for rung in response.rungs:
        rung.incident = response.incident
    if not response.rungs:
        return
    rows = ", ".join([_ONE_RUNG] * len(response.rungs))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO escalation_rung ({_PLANNED.bare()}) VALUES {rows}",  # noqa: S608 - our own words
            [value for rung in response.rungs for value in _PLANNED.values(rung)],
        )


def store(response: Response) -> None:
    """Write what has changed."""
    incident = response.incident
    _take_over(response.state, incident)
    fresh = {
        name: value for name, value in _stored(incident).items() if value != response.stored[name]
    }
    if fresh:
        changes = ", ".join(f'"{name}" = %s' for name in fresh)
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE incidents_incident SET {changes} WHERE id = %s",  # noqa: S608 - our own words
                [*fresh.values(), incident.pk],
            )
    _store_rungs(response)


def _take_over(state: ResponseState, incident: Incident) -> None:
    for name in COLUMNS:
        setattr(incident, _column(name), getattr(state, name))
    incident.state = Incident.State.OPEN if state.is_open else Incident.State.CLOSED
    incident.shown_closed_at = state.closed_at


_BESIDES = (
    "state",
    "shown_closed_at",
    "closed_by_name",
    "desk_turn",
    "turn",
    "next_move",
    "next_move_at",
)


def _stored(incident: Incident) -> dict[str, Any]:
    names = (*map(_column, COLUMNS), *_BESIDES)
    return {name: getattr(incident, name) for name in names}


_CALLED = """
UPDATE escalation_rung SET called_round = %s,
  first_called_at = coalesce(first_called_at, statement_timestamp())
WHERE incident_id = %s AND "order" = %s"""


def _store_rungs(response: Response) -> None:
    for now, before in _changed(response):
        order = now.order if before else _append(response, now)
        if now.was_called:
            with connection.cursor() as cursor:
                cursor.execute(_CALLED, [now.called_round, response.incident.pk, order])


def _changed(response: Response) -> Iterator[tuple[RungState, RungState | None]]:
    before = {rung.order: rung for rung in response.before.rungs}
    for rung in response.state.rungs:
        if rung != before.get(rung.order):
            yield rung, before.get(rung.order)


def _append(response: Response, rung: RungState) -> int:
    """After all that are there, the desk's too, of which the decision does not know. Returns its
    place."""
    seconds = int(response.state.step.total_seconds())
    order = max((rung.order for rung in response.rungs), default=-1) + 1
    appended = Rung.objects.create(
        incident=response.incident,
        order=order,
        after_seconds=order * seconds,
        step_seconds=seconds,
        choice_seconds=int(response.state.choice.total_seconds()),
        user_ids=sorted(rung.people),
        on_site=rung.on_site,
        is_hr=rung.is_hr,
    )
    response.rungs.append(appended)
    return order
