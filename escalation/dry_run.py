"""Who would be reached (届き方の確認): the contact plan of an alarm that nobody has raised."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from escalation.contact_plan import contact_plan
from jobs.clock import database_now
from notifications.services import Endpoint, endpoints_of
from people.calendar.work_calendar import Calendar, is_outside_hours
from people.models import (
    Department,
    Employee,
    Exclusion,
    Post,
    Site,
    SupervisorAssignment,
    at_work,
)
from people.supervision.not_called import NotCalled, not_called
from people.supervision.selectors import supervisors_of


@dataclass(frozen=True, slots=True)
class PlannedCall:
    name: str
    endpoints: list[Endpoint]
    is_away: bool
    is_off: bool
    """Outside their own working time; called all the same."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    after_seconds: int
    people: list[PlannedCall]
    asks_support: bool


@dataclass(frozen=True, slots=True)
class Reach:
    steps: list[PlannedStep]
    not_called: list[NotCalled]
    is_outside_hours: bool

    @property
    def reaches_somebody(self) -> bool:
        return any(
            step.asks_support or any(p.endpoints for p in step.people) for step in self.steps
        )


def dry_run(holder: Employee | Post, *, at: datetime, viewer: User) -> Reach:
    """What would be frozen if this person or post raised an alarm at a local moment."""
    on = at.date()
    planned = contact_plan(holder, on=on, viewer=viewer)
    assigned = supervisors_of(holder, on=on, viewer=viewer)
    calendar = Calendar(
        [assignment.supervisor_id for assignment in assigned], on - timedelta(days=1), on
    )
    by_user = {
        assignment.supervisor.user_id: _called(assignment, calendar, at) for assignment in assigned
    }
    steps = [
        PlannedStep(rung.after_seconds, [by_user[key] for key in rung.user_ids], rung.asks_support)
        for rung in planned
    ]
    called = [assignment.supervisor_id for assignment in assigned]
    others = not_called(holder, on=on, called=called, viewer=viewer)
    return Reach(steps, others, holder.site is not None and is_outside_hours(holder.site, at))


def _called(assignment: SupervisorAssignment, calendar: Calendar, at: datetime) -> PlannedCall:
    user = assignment.supervisor.user
    assert user is not None
    is_off = calendar.is_off(assignment.supervisor_id, at)
    return PlannedCall(
        assignment.supervisor.shown_name, endpoints_of([user])[0], assignment.is_away, is_off
    )


@dataclass(frozen=True, slots=True)
class HolderGroup:
    """Employees of one department at a site, for whom the same people are called."""

    department: Department
    people: int
    one_of_them: Employee


def groups_at(site: Site | None, on: date) -> tuple[list[HolderGroup], int]:
    """Groups of a site, and how many people fit in none because of an individual decision.
    ``None``: those without a site."""
    employees = list(
        Employee.objects.filter(at_work(on=on), site=site).select_related("department")
    )
    alone = _decided_alone()
    groups: dict[int, list[Employee]] = {}
    for employee in employees:
        if employee.pk not in alone:
            groups.setdefault(employee.department_id, []).append(employee)
    holder_groups = [
        HolderGroup(members[0].department, len(members), members[0]) for members in groups.values()
    ]
    holder_groups.sort(key=lambda group: group.department.code)
    return holder_groups, len(employees) - sum(group.people for group in holder_groups)


def _decided_alone() -> set[int]:
    """Employees with a supervisor of their own, in a conflict of interest, or supervisors
    themselves: today or later, which errs on the side of looking at each."""
    today = timezone.localdate(database_now())
    assigned = SupervisorAssignment.objects.exclude(ends_on__lt=today)
    pairs = list(assigned.values_list("supervisor", "employee"))
    excluded = Exclusion.objects.in_force().values_list("employee", flat=True)
    keys = {*(key for pair in pairs for key in pair), *excluded}
    return {key for key in keys if key is not None}
