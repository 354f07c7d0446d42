"""What is so at the moment of a decision: who can be called now, and what the desk did."""

from collections.abc import Iterator
from typing import Any

from django.db import connection

from accounts.models import Role, User
from escalation.contact_plan import contact_plan
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
from escalation.rows import Response
from incidents.models import Incident
from operations.cases import lock_newest_case
from operations.models import Case
from people.supervision.duties import still_on_duty
from tenants.context import current_company
from web.columns import Columns

ANSWERS = ("acknowledged", "acknowledged_too", "heading_out", "arrived")
"""Lines by which somebody answered: these people are called again with the others."""

_USER = Columns(User)
# Kept away are the reporter, and those excluded from it: a conflict may be newer than the plan.
_CANDIDATES = f"""
SELECT {_USER.of("person")} FROM accounts_user AS person
WHERE person.is_active
  AND (person.id = ANY(%(on_plan)s) OR person.public_id = ANY(%(answerers)s::uuid[])
    OR %(hr)s = ANY(person.roles))
  AND NOT EXISTS (
    SELECT FROM people_employee AS employee
    WHERE employee.id = %(reporter)s AND employee.user_id = person.id)
  AND NOT EXISTS (
    SELECT FROM people_exclusion AS kept
    WHERE kept.user_id = person.id AND kept.ended_at IS NULL
      AND (kept.incident_id = %(incident)s OR kept.employee_id = %(reporter)s))"""  # noqa: S608 - our own words


def facts_for(response: Response, event: Event) -> Facts:
    on_plan = {person for rung in response.rungs for person in rung.user_ids}
    new = tuple(_newly_responsible(response, event, on_plan))
    on_plan |= {person for rung in new for person in rung.people}
    answerers = _answerers(response.incident)
    users = _candidates(response.incident, on_plan, answerers)
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


def _candidates(incident: Incident, on_plan: set[int], answerers: set[str]) -> list[User]:
    """Those on the plan, those who answered and HR, without those who are kept away from it."""
    values: dict[str, Any] = {
        "on_plan": list(on_plan),
        "answerers": list(answerers),
        "hr": Role.HR_ADMIN.value,
        "reporter": incident.reporter_id,
        "incident": incident.public_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CANDIDATES, values)
        return [_USER.instance(row) for row in cursor.fetchall()]


def _answerers(incident: Incident) -> set[str]:
    """Public ids; nobody has answered what was never seen."""
    if incident.first_seen_at is None:
        return set()
    lines = incident.events.filter(kind__in=ANSWERS, actor_kind="user")
    return set(lines.values_list("actor_id", flat=True))


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


def done_by_desk(response: Response) -> list[Event]:
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
