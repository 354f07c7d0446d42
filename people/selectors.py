"""Who answers for whom right now."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Actor
from people.duties import excluded_users
from people.models import (
    Department,
    Device,
    Employee,
    Leave,
    Post,
    SupervisorAssignment,
    at_work,
)

SILENT_DAYS = 14
ENDING_SOON_DAYS = 30


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


def supervisors_of(
    holder: Employee | Post, *, on: date | None = None, shown_to: User | None = None
) -> list[SupervisorAssignment]:
    """Assignments in force in calling order, the nearest scope first, each person once, never the
    holder's own, nobody who must not learn of it; whoever is on leave comes last.

    Shown to somebody, the own exclusion is left out of account: that there is one must not be
    seen by whom it concerns.
    """
    found = SupervisorAssignment.objects.in_force(on).filter(scope_of(holder))
    found = found.exclude(supervisor__user__in=excluded_users(holder, apart_from=shown_to))
    if isinstance(holder, Employee):
        found = found.exclude(supervisor=holder)
    away = Exists(_leave_of_supervisor(on or timezone.localdate()))
    found = found.annotate(is_away=away)  # type: ignore[no-redef]
    in_order = in_calling_order(found.select_related("supervisor__user"))
    return sorted(in_order, key=lambda one: one.is_away)


def _leave_of_supervisor(day: date) -> QuerySet[Leave]:
    theirs = Leave.objects.filter(employee=OuterRef("supervisor"))
    return theirs.filter(starts_on__lte=day, ends_on__gte=day)


def in_calling_order(assignments: Iterable[SupervisorAssignment]) -> list[SupervisorAssignment]:
    """Of one holder: the nearest scope first, each person once."""
    ordered = sorted(assignments, key=lambda a: (a.priority, _width(a), a.pk))
    once: dict[int, SupervisorAssignment] = {}
    for assignment in ordered:
        once.setdefault(assignment.supervisor_id, assignment)
    return list(once.values())


def scope_of(holder: Employee | Post) -> Q:
    if isinstance(holder, Post):
        return Q(site=holder.site_id)
    scope = Q(employee=holder) | Q(department__in=list(department_ids(holder.department)))
    return scope | Q(site=holder.site_id) if holder.site_id else scope


def department_ids(department: Department | None) -> Iterator[int]:
    """Of a department and those above it."""
    seen: set[int] = set()
    while department is not None and department.pk not in seen:
        seen.add(department.pk)
        yield department.pk
        department = department.parent


def devices_within(*, site_id: int | None, department_id: int | None) -> QuerySet[Device]:
    """Those in use that can show something, of a site or of a department and those below it."""
    used = Device.objects.filter(revoked_at__isnull=True).exclude(kind=Device.Kind.BUTTON)
    if site_id:
        return used.filter(Q(employee__site=site_id) | Q(post__site=site_id))
    departments = {one.pk: one for one in Department.objects.all()}
    below = [pk for pk in departments if department_id in set(_line(pk, departments))]
    return used.filter(employee__department__in=below)


def uncovered_departments() -> list[tuple[Department, int]]:
    """Departments with people whom nobody would be called for today, and how many they are."""
    in_force = SupervisorAssignment.objects.in_force()
    departments = {one.pk: one for one in Department.objects.all()}
    covered = set(in_force.filter(department__isnull=False).values_list("department", flat=True))
    sites = in_force.filter(site__isnull=False).values("site")
    alone = Employee.objects.filter(at_work()).exclude(site__in=sites)
    alone = alone.exclude(pk__in=in_force.filter(employee__isnull=False).values("employee"))
    counted = alone.order_by().values("department").annotate(n=Count("pk"))
    return [
        (departments[row["department"]], row["n"])
        for row in counted
        if not covered & set(_line(row["department"], departments))
    ]


def silent_devices() -> QuerySet[Device]:
    """In use, and not heard for long: lost, broken or left in a drawer. A button says nothing
    until it is pressed."""
    before = timezone.now() - timedelta(days=SILENT_DAYS)
    used = Device.objects.filter(revoked_at__isnull=True).exclude(kind=Device.Kind.BUTTON)
    heard = used.annotate(heard_at=Coalesce("last_seen_at", "enrolled_at"))
    return heard.filter(heard_at__lt=before)


def on_ladders() -> QuerySet[Employee]:
    """Whoever would be called for anybody today."""
    in_force = SupervisorAssignment.objects.in_force().order_by()
    return Employee.objects.filter(pk__in=in_force.values("supervisor")).select_related("user")


def assignments_ending_soon() -> QuerySet[SupervisorAssignment]:
    soon = timezone.localdate() + timedelta(days=ENDING_SOON_DAYS)
    return SupervisorAssignment.objects.in_force().filter(ends_on__lte=soon)


def _line(key: int | None, departments: dict[int, Department]) -> Iterator[int]:
    """A department and those above it."""
    seen: set[int] = set()
    while key is not None and key not in seen:
        seen.add(key)
        yield key
        key = departments[key].parent_id


def _width(assignment: SupervisorAssignment) -> int:
    if assignment.employee_id:
        return 0
    return 1 if assignment.department_id else 2
