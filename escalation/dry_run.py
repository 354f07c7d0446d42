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
    calendar = Calendar([one.supervisor_id for one in assigned], on - timedelta(days=1), on)
    by_user = {one.supervisor.user_id: _called(one, calendar, at) for one in assigned}
    steps = [
        PlannedStep(rung.after_seconds, [by_user[key] for key in rung.user_ids], rung.asks_support)
        for rung in planned
    ]
    called = [one.supervisor_id for one in assigned]
    others = left_out(holder, on=on, called=called, shown_to=shown_to)
    return Reach(steps, others, holder.site is not None and is_outside_hours(holder.site, at))


def _called(one: SupervisorAssignment, calendar: Calendar, at: datetime) -> Called:
    user = one.supervisor.user
    assert user is not None
    is_off = calendar.is_off(one.supervisor_id, at)
    return Called(one.supervisor.full_name, list(ways_to(user)), one.is_away, is_off)


@dataclass(frozen=True, slots=True)
class HolderGroup:
    """Those of one department at a site, for whom the same people are called."""

    department: Department
    people: int
    one_of_them: Employee


def groups_at(site: Site | None, on: date) -> tuple[list[HolderGroup], int]:
    """The groups, and how many people fit in none because something is decided for them alone.
    ``None``: those without a site."""
    here = list(Employee.objects.filter(at_work(on=on), site=site).select_related("department"))
    alone = _decided_alone()
    groups: dict[int, list[Employee]] = {}
    for one in here:
        if one.pk not in alone:
            groups.setdefault(one.department_id, []).append(one)
    found = [HolderGroup(them[0].department, len(them), them[0]) for them in groups.values()]
    found.sort(key=lambda group: group.department.code)
    return found, len(here) - sum(group.people for group in found)


def _decided_alone() -> set[int]:
    """With a supervisor of their own, in a conflict of interest, or supervisors themselves: today
    or later, which errs on the side of looking at each."""
    today = timezone.localdate(database_now())
    assigned = SupervisorAssignment.objects.exclude(ends_on__lt=today)
    pairs = list(assigned.values_list("supervisor", "employee"))
    excluded = Exclusion.objects.in_force().values_list("employee", flat=True)
    found = {*(key for pair in pairs for key in pair), *excluded}
    return {key for key in found if key is not None}
