"""Who answers for whom right now."""

from collections.abc import Iterable, Iterator

from django.db.models import Q

from accounts.models import User
from accounts.permissions import Actor
from people.duties import excluded_users
from people.models import Department, Device, Employee, Post, SupervisorAssignment


def actor_for(user: User) -> Actor:
    return Actor(
        kind="user",
        id=str(user.public_id),
        name=user.get_full_name(),
        roles=frozenset(user.roles),
        user_id=user.pk,
    )


def actor_for_device(device: Device) -> Actor:
    return Actor(kind="device", id=str(device.public_id), name=device.holder.full_name)


def supervisors_of(holder: Employee | Post) -> list[SupervisorAssignment]:
    """Assignments in force in calling order, the nearest scope first, each person once, never the
    holder's own, and nobody who must not learn of it."""
    found = SupervisorAssignment.objects.in_force().filter(_scope_of(holder))
    found = found.exclude(supervisor__user__in=excluded_users(holder))
    if isinstance(holder, Employee):
        found = found.exclude(supervisor=holder)
    return in_calling_order(found.select_related("supervisor__user"))


def in_calling_order(assignments: Iterable[SupervisorAssignment]) -> list[SupervisorAssignment]:
    """Of one holder: the nearest scope first, each person once."""
    ordered = sorted(assignments, key=lambda a: (a.priority, _width(a), a.pk))
    once: dict[int, SupervisorAssignment] = {}
    for assignment in ordered:
        once.setdefault(assignment.supervisor_id, assignment)
    return list(once.values())


def _scope_of(holder: Employee | Post) -> Q:
    if isinstance(holder, Post):
        return Q(site=holder.site_id)
    scope = Q(employee=holder) | Q(department__in=list(_department_ids(holder.department)))
    return scope | Q(site=holder.site_id) if holder.site_id else scope


def _department_ids(department: Department | None) -> Iterator[int]:
    seen: set[int] = set()
    while department is not None and department.pk not in seen:
        seen.add(department.pk)
        yield department.pk
        department = department.parent


def _width(assignment: SupervisorAssignment) -> int:
    if assignment.employee_id:
        return 0
    return 1 if assignment.department_id else 2
