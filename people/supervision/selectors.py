"""Who answers for whom right now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from people.models import (
    Department,
    Device,
    Employee,
    Leave,
    Post,
    SupervisorAssignment,
)

SILENT_DAYS = 14
ENDING_SOON_DAYS = 30


def actor_for_device(device: Device) -> Actor:
    return Actor(kind="device", id=str(device.public_id), name=device.holder.full_name)


@dataclass(frozen=True, slots=True)
class Answerable:
    """Somebody who answers for a holder, and can be called."""

    assignment_id: int
    supervisor_id: int
    user_id: int
    priority: int
    on_site: bool
    is_away: bool
    """On leave that day."""


# The circle of departments ends where nothing new is found.
_ANSWERABLE = """
WITH RECURSIVE works_in (id) AS (
  SELECT department_id FROM people_employee WHERE id = %(employee)s
  UNION SELECT department_id FROM people_employee_other_departments WHERE employee_id = %(employee)s
  UNION SELECT parent_id FROM people_department JOIN works_in USING (id)
  WHERE parent_id IS NOT NULL)
SELECT assignment.id, supervisor.id, person.id, assignment.priority, assignment.on_site,
  EXISTS (
    SELECT FROM people_leave AS leave
    WHERE leave.employee_id = supervisor.id
      AND leave.starts_on <= %(day)s AND leave.ends_on >= %(day)s)
FROM people_supervisorassignment AS assignment
JOIN people_employee AS supervisor ON supervisor.id = assignment.supervisor_id
JOIN accounts_user AS person ON person.id = supervisor.user_id
WHERE (assignment.employee_id = %(employee)s OR assignment.site_id = %(site)s
    OR assignment.department_id = ANY(ARRAY(SELECT id FROM works_in)))
  AND assignment.starts_on <= %(day)s
  AND (assignment.ends_on IS NULL OR assignment.ends_on >= %(day)s)
  AND (supervisor.ended_on IS NULL OR supervisor.ended_on >= %(day)s)
  AND supervisor.id IS DISTINCT FROM %(employee)s AND person.is_active
  AND NOT EXISTS (
    SELECT FROM people_exclusion AS kept
    WHERE kept.user_id = person.id AND kept.employee_id = %(employee)s AND kept.ended_at IS NULL
      AND kept.user_id IS DISTINCT FROM %(viewer)s)
ORDER BY assignment.priority,
  CASE WHEN assignment.employee_id IS NOT NULL THEN 0
    WHEN assignment.department_id IS NOT NULL THEN 1 ELSE 2 END,
  assignment.id"""


def answerable_for(
    holder: Employee | Post, *, on: date | None = None, viewer: User | None = None
) -> list[Answerable]:
    """Who answers for somebody today, in calling order, the nearest scope first, each person once,
    never the holder's own, nobody who must not learn of it; people on leave come last.

    Shown to somebody, their own exclusion is left out of account: that there is one must not be
    seen by whom it concerns.
    """
    values = {
        "employee": holder.pk if isinstance(holder, Employee) else None,
        "site": holder.site_id,
        "day": on or timezone.localdate(),
        "viewer": viewer.pk if viewer else None,
    }
    with connection.cursor() as cursor:
        cursor.execute(_ANSWERABLE, values)
        found = [Answerable(*row) for row in cursor.fetchall()]
    once: dict[int, Answerable] = {}
    for one in found:
        once.setdefault(one.supervisor_id, one)
    return sorted(once.values(), key=lambda one: one.is_away)


def supervisors_of(
    holder: Employee | Post, *, on: date | None = None, viewer: User | None = None
) -> list[SupervisorAssignment]:
    """The assignments of those who answer for somebody, for pages that show more of them."""
    found = answerable_for(holder, on=on, viewer=viewer)
    assignments = SupervisorAssignment.objects.select_related("supervisor__user")
    known = assignments.in_bulk([one.assignment_id for one in found])
    for one in found:
        known[one.assignment_id].is_away = one.is_away
    return [known[one.assignment_id] for one in found]


def with_leave(
    assignments: QuerySet[SupervisorAssignment], on: date | None = None
) -> QuerySet[SupervisorAssignment]:
    """Annotate whether the supervisor is on leave: today unless a day is given."""
    day = on or timezone.localdate()
    leaves = Leave.objects.filter(employee=OuterRef("supervisor"))
    away = Exists(leaves.filter(starts_on__lte=day, ends_on__gte=day))
    return assignments.annotate(is_away=away)  # type: ignore[no-redef]  # the model declares it


def in_calling_order(assignments: Iterable[SupervisorAssignment]) -> list[SupervisorAssignment]:
    """One holder's assignments, the nearest scope first, each person once."""
    ordered = sorted(assignments, key=lambda a: (a.priority, _width(a), a.pk))
    once: dict[int, SupervisorAssignment] = {}
    for assignment in ordered:
        once.setdefault(assignment.supervisor_id, assignment)
    return list(once.values())


def scope_of(holder: Employee | Post) -> Q:
    if isinstance(holder, Post):
        return Q(site=holder.site_id)
    scope = Q(employee=holder) | Q(department__in=departments_of(holder))
    return scope | Q(site=holder.site_id) if holder.site_id else scope


def departments_of(employee: Employee) -> set[int]:
    """Keys of every department somebody works in, and of those above."""
    keys: set[int] = set()
    for own in (employee.department, *employee.other_departments.all()):
        department: Department | None = own
        while department is not None and department.pk not in keys:
            keys.add(department.pk)
            department = department.parent
    return keys


def others_by_employee() -> dict[int, set[int]]:
    """The further departments of everybody who has any: few people do."""
    others: dict[int, set[int]] = {}
    pairs = Employee.other_departments.through.objects.values_list("employee", "department")
    for employee, department in pairs:
        others.setdefault(employee, set()).add(department)
    return others


def devices_within(*, site_id: int | None, department_id: int | None) -> QuerySet[Device]:
    """Devices in use with a screen, of a site, or of a department and those below it."""
    used = Device.objects.in_use()
    if site_id:
        return used.filter(Q(employee__site=site_id) | Q(post__site=site_id))
    departments = {one.pk: one for one in Department.objects.all()}
    below = [pk for pk in departments if department_id in set(_line(pk, departments))]
    also = Employee.other_departments.through.objects.filter(department__in=below)
    return used.filter(Q(employee__department__in=below) | Q(employee__in=also.values("employee")))


def silent_devices(days: int = SILENT_DAYS) -> QuerySet[Device]:
    """Devices in use but long not heard: lost, broken or left in a drawer. A button says nothing
    until it is pressed."""
    before = timezone.now() - timedelta(days=days)
    heard = Device.objects.in_use().annotate(heard_at=Coalesce("last_seen_at", "enrolled_at"))
    return heard.filter(heard_at__lt=before)


def on_ladders() -> QuerySet[Employee]:
    """Everybody who would be called for anybody today."""
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
