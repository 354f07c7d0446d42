"""Whom one supervisor answers for today, read once and then asked as often as a page likes."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Q

from accounts.models import Role, User
from people.models import (
    Department,
    Employee,
    Exclusion,
    Post,
    SiteManagement,
    SupervisorAssignment,
)


@dataclass(frozen=True)
class Duties:
    """Whom a supervisor answers for, by internal keys. Departments include those below the
    assigned ones; employees include those who work in one of them besides their own."""

    departments: frozenset[int] = frozenset()
    sites: frozenset[int] = frozenset()
    employees: frozenset[int] = frozenset()

    def cover(self, holder: Employee | Post) -> bool:
        if isinstance(holder, Post):
            return holder.site_id in self.sites
        return (
            holder.pk in self.employees
            or holder.department_id in self.departments
            or holder.site_id in self.sites
        )

    def people(self, prefix: str = "") -> Q:
        """The same as a condition on employees, or on rows that reach one through ``prefix``."""
        return (
            Q(**{f"{prefix}pk__in": self.employees})
            | Q(**{f"{prefix}department__in": self.departments})
            | Q(**{f"{prefix}site__in": self.sites})
        )

    def posts(self, prefix: str = "") -> Q:
        return Q(**{f"{prefix}site__in": self.sites})


def duties_of(user: User) -> Duties:
    if not user.is_active or Role.SUPERVISOR not in user.roles:
        return Duties()
    assignments = SupervisorAssignment.objects.in_force().filter(supervisor__user=user)
    assigned = list(assignments.values_list("department_id", "site_id", "employee_id"))
    departments = _with_those_below({one[0] for one in assigned if one[0]})
    return Duties(
        departments=frozenset(departments),
        sites=frozenset(one[1] for one in assigned if one[1]),
        employees=frozenset({one[2] for one in assigned if one[2]} | _also_in(departments)),
    )


def is_on_call_duty(user: User) -> bool:
    """Whether help may be asked of this person today. A former supervisor reads on by none of the
    earlier calls."""
    return bool(still_on_duty([user]))


def still_on_duty(users: Iterable[User]) -> set[int]:
    """Keys of those who may be called for help today."""
    active = [user for user in users if user.is_active]
    supervisors = {user.pk for user in active if Role.SUPERVISOR in user.roles}
    others = {user.pk for user in active} - supervisors
    if not others:
        return supervisors
    assignments = SupervisorAssignment.objects.in_force().filter(supervisor__user__in=others)
    return supervisors | set(assignments.values_list("supervisor__user", flat=True))


def _also_in(departments: set[int]) -> set[int]:
    if not departments:
        return set()
    also = Employee.other_departments.through.objects.filter(department__in=departments)
    return set(also.values_list("employee", flat=True))


def managed_sites(user: User) -> frozenset[int]:
    """Internal keys of the sites whose devices this person looks after today."""
    managements = SiteManagement.objects.in_force().filter(user=user)
    return frozenset(managements.values_list("site", flat=True))


def _with_those_below(departments: set[int]) -> set[int]:
    """The departments and those below them; a circle among them ends the walk."""
    if not departments:
        return set()
    tree = list(Department.objects.values_list("pk", "parent_id"))
    reached, fresh = set(departments), departments
    while fresh:
        fresh = {pk for pk, parent in tree if parent in fresh} - reached
        reached |= fresh
    return reached


class Exclusions:
    """What is kept from one person because of a conflict of interest, as if it did not exist."""

    def __init__(self, user: User) -> None:
        self._user = user

    @cached_property
    def _rows(self) -> list[tuple[int | None, UUID | None]]:
        exclusions = Exclusion.objects.in_force().filter(user=self._user)
        return list(exclusions.values_list("employee_id", "incident_id"))

    def hide(self, holder: Employee | Post, incident_id: UUID | None = None) -> bool:
        person = holder.pk if isinstance(holder, Employee) else None
        return any(
            (employee is not None and employee == person)
            or (incident is not None and incident == incident_id)
            for employee, incident in self._rows
        )

    def employee_ids(self) -> set[int]:
        return {employee for employee, _incident in self._rows if employee is not None}

    def incident_ids(self) -> set[UUID]:
        return {incident for _employee, incident in self._rows if incident is not None}


def excluded_users(holder: Employee | Post, *, except_for: User | None = None) -> Iterable[int]:
    """Keys of users who must not be called about this person."""
    if isinstance(holder, Post):
        return ()
    exclusions = Exclusion.objects.in_force().filter(employee=holder)
    if except_for is not None:
        exclusions = exclusions.exclude(user=except_for)
    return exclusions.values_list("user_id", flat=True)
