"""Who would be reached (届き方の確認): the contact plan of an alarm that nobody has raised."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from accounts.models import User
from escalation.contact_plan import contact_plan
from jobs.clock import database_now
from notifications.services import Way, ways_to
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
from people.supervision.not_called import LeftOut, left_out


@dataclass(frozen=True, slots=True)
class Called:
    name: str
    ways: list[Way]
    is_away: bool
    is_off: bool
    """Outside the own working time; called all the same."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    after_seconds: int
    people: list[Called]
    asks_support: bool


@dataclass(frozen=True, slots=True)
class Reach:
    steps: list[PlannedStep]
    left_out: list[LeftOut]
    is_outside_hours: bool

    @property
    def reaches_somebody(self) -> bool:
        return any(step.asks_support or any(p.ways for p in step.people) for step in self.steps)


def dry_run(holder: Employee | Post, *, at: datetime, shown_to: User) -> Reach:
    """What would be frozen if this person or post raised an alarm at a local moment."""
    on = at.date()
    assigned, planned = contact_plan(holder, on=on, shown_to=shown_to)
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
    others = left_out(holder, on=on, called=called, shown_to=shown_to)
    return Reach(steps, others, holder.site is not None and is_outside_hours(holder.site, at))


def _called(assignment: SupervisorAssignment, calendar: Calendar, at: datetime) -> Called:
    user = assignment.supervisor.user
    assert user is not None
    is_off = calendar.is_off(assignment.supervisor_id, at)
    return Called(assignment.supervisor.full_name, list(ways_to(user)), assignment.is_away, is_off)


@dataclass(frozen=True, slots=True)
class HolderGroup:
    """Those of one department at a site, for whom the same people are called."""

    department: Department
    people: int
    one_of_them: Employee


def groups_at(site: Site | None, on: date) -> tuple[list[HolderGroup], int]:
    """The groups, and how many people fit in none because something is decided for them alone.
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
    """With a supervisor of their own, in a conflict of interest, or supervisors themselves: today
    or later, which errs on the side of looking at each."""
    today = timezone.localdate(database_now())
    assigned = SupervisorAssignment.objects.exclude(ends_on__lt=today)
    pairs = list(assigned.values_list("supervisor", "employee"))
    excluded = Exclusion.objects.in_force().values_list("employee", flat=True)
    keys = {*(key for pair in pairs for key in pair), *excluded}
    return {key for key in keys if key is not None}
