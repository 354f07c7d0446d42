"""Between the rows of an incident and the values of `escalation.moves`: lock, read, store."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce, Now

from accounts.models import Role, User
from escalation.contact_plan import PlannedRung, contact_plan
from escalation.models import Rung
from escalation.moves.state import (
    Cry,
    Desk,
    DeskClaimed,
    DeskClosed,
    DeskReturned,
    Due,
    Event,
    Facts,
    Reopened,
    ResponseState,
    RungState,
)
from escalation.moves.waits import PLAN_IS_OLD_AFTER
from incidents.models import Incident
from jobs.clock import database_now
from operations.cases import lock_newest_case
from operations.models import Case
from people.models import Exclusion
from people.supervision.duties import still_on_duty
from tenants.context import current_company

ANSWERS = ("acknowledged", "acknowledged_too", "heading_out", "arrived")
"""Lines by which somebody answered: these people are called again with the others."""

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
    people: dict[int, User] = field(default_factory=dict)
    """Those whom the decision knew of."""

    @property
    def overdue(self) -> timedelta:
        """How late the present move is: the timekeepers may have been away."""
        due = self.incident.next_move_at
        return timedelta(0) if due is None else max(timedelta(0), self.now - due)


def lock(incident: Incident) -> Response:
    rows = Incident.objects.select_for_update(of=("self",))
    locked = rows.select_related("reporter", "post", "site").get(pk=incident.pk)
    return response_of(locked, list(locked.rungs.all()), database_now())


def response_of(incident: Incident, rungs: list[Rung], now: datetime) -> Response:
    state = _state_of(incident, rungs)
    return Response(incident, rungs, state, state, now)


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


# What is so now


def facts_for(response: Response, event: Event) -> Facts:
    on_plan = {person for rung in response.rungs for person in rung.user_ids}
    new = tuple(_newly_responsible(response, event, on_plan))
    on_plan |= {person for rung in new for person in rung.people}
    answerers = _answerers(response.incident)
    candidates = User.objects.filter(
        Q(pk__in=on_plan) | Q(public_id__in=answerers) | Q(roles__contains=[Role.HR_ADMIN]),
        is_active=True,
    )
    kept_away = _kept_away(response.incident)
    users = [user for user in candidates if user.pk not in kept_away]
    response.people = {user.pk: user for user in users}
    hr = frozenset(user.pk for user in users if Role.HR_ADMIN in user.roles)
    answered = frozenset(user.pk for user in users if str(user.public_id) in answerers)
    asked = [user for user in users if user.pk in on_plan | answered]
    return Facts(
        now=response.now,
        has_contract=_has_contract(response),
        callable=frozenset(still_on_duty(asked)) | (answered & hr),
        hr=hr,
        answered=answered,
        newly_responsible=new,
    )


def _answerers(incident: Incident) -> set[str]:
    """Public ids; nobody has answered what was never seen."""
    if incident.first_seen_at is None:
        return set()
    lines = incident.events.filter(kind__in=ANSWERS, actor_kind="user")
    return set(lines.values_list("actor_id", flat=True))


def _kept_away(incident: Incident) -> set[int]:
    """The reporter, and those excluded from it: a conflict may be newer than the plan."""
    about = Q(incident_id=incident.public_id)
    if incident.reporter_id is not None:
        about |= Q(employee=incident.reporter_id)
    kept = set(Exclusion.objects.in_force().filter(about).values_list("user", flat=True))
    own = incident.reporter.user_id if incident.reporter else None
    return kept | {own} if own else kept


def _has_contract(response: Response) -> bool:
    """An alarm that was raised under the contract is served to its end."""
    frozen = any(rung.asks_support for rung in response.rungs)
    return frozen or current_company().has_support_contract


def _newly_responsible(response: Response, event: Event, on_plan: set[int]) -> Iterator[RungState]:
    """For a cry long after the plan was frozen: people who became responsible since."""
    if not isinstance(event, Cry | Reopened | Due) or not _plan_is_old(response):
        return
    planned = contact_plan(response.incident.holder)
    order = max((rung.order for rung in response.rungs), default=-1) + 1
    for rung in planned:
        fresh = frozenset(rung.user_ids) - on_plan
        if fresh:
            yield RungState(order, fresh, rung.on_site)
            order += 1


def _plan_is_old(response: Response) -> bool:
    frozen = [rung.frozen_at for rung in response.rungs]
    newest = max([moment for moment in frozen if moment], default=response.incident.opened_at)
    return response.now - newest > PLAN_IS_OLD_AFTER


# What the desk did


def desk_events(response: Response) -> list[Event]:
    """What is newer at the desk than the incident knows, from the case, which stays locked: no
    operator takes it while we decide."""
    incident, state = response.incident, response.state
    if not state.has_open_case:
        return []
    case = lock_newest_case(current_company(), incident.public_id)
    if case is None:
        return []
    came_back = case.turn > incident.desk_turn
    incident.desk_turn = case.turn
    return list(_since(state, case, came_back=came_back))


def _since(state: ResponseState, case: Case, *, came_back: bool) -> Iterator[Event]:
    acts = state.desk == Desk.ACTING
    if case.state == Case.State.REQUESTED:
        if came_back:
            yield DeskReturned()
        return
    if not acts:
        yield DeskClaimed()
    if case.state == Case.State.CLOSED:
        yield DeskClosed(case.result)


# Writing


def freeze(incident: Incident, planned: list[PlannedRung]) -> list[Rung]:
    return Rung.objects.bulk_create(
        Rung(
            incident=incident,
            order=rung.order,
            after_seconds=rung.after_seconds,
            step_seconds=rung.step_seconds,
            choice_seconds=rung.choice_seconds,
            user_ids=list(rung.user_ids),
            on_site=rung.on_site,
            asks_support=rung.asks_support,
        )
        for rung in planned
    )


def store(response: Response) -> None:
    incident, state = response.incident, response.state
    for name in COLUMNS:
        setattr(incident, _column(name), getattr(state, name))
    incident.state = Incident.State.OPEN if state.is_open else Incident.State.CLOSED
    incident.shown_closed_at = state.closed_at
    incident.save(update_fields=[*COLUMNS, *_BESIDES])
    _store_rungs(response)


_BESIDES = (
    "state",
    "shown_closed_at",
    "closed_by_name",
    "desk_turn",
    "turn",
    "next_move",
    "next_move_at",
)


def _store_rungs(response: Response) -> None:
    known = {rung.order: rung for rung in response.rungs}
    for now, before in _changed(response):
        if before is None:
            known[now.order] = _append(response, now)
        if now.was_called:
            Rung.objects.filter(pk=known[now.order].pk).update(
                called_round=now.called_round,
                first_called_at=Coalesce("first_called_at", Now()),
            )


def _changed(response: Response) -> Iterator[tuple[RungState, RungState | None]]:
    before = {rung.order: rung for rung in response.before.rungs}
    for rung in response.state.rungs:
        if rung != before.get(rung.order):
            yield rung, before.get(rung.order)


def _append(response: Response, rung: RungState) -> Rung:
    """After all that are there, the desk's too, of which the decision does not know."""
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
    return appended
