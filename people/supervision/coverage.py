"""The people who answer for each of many employees, for work that goes through a whole company."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from people.models import (
    Department,
    Device,
    Employee,
    Exclusion,
    Post,
    SupervisorAssignment,
    at_work,
)
from people.supervision.selectors import in_calling_order, others_by_employee, with_leave

Assignments = defaultdict[int | None, list[SupervisorAssignment]]


class Supervisors:
    """``supervisors_of`` for many holders; everything that decides it is read once."""

    def __init__(self) -> None:
        self._departments: Assignments = defaultdict(list)
        self._sites: Assignments = defaultdict(list)
        self._employees: Assignments = defaultdict(list)
        in_force = SupervisorAssignment.objects.in_force().select_related("supervisor__user")
        for assignment in with_leave(in_force):
            self._departments[assignment.department_id].append(assignment)
            self._sites[assignment.site_id].append(assignment)
            self._employees[assignment.employee_id].append(assignment)
        self._parents = dict(Department.objects.values_list("pk", "parent_id"))
        self._others = others_by_employee()
        excluded = Exclusion.objects.in_force().filter(employee__isnull=False)
        self._excluded = set(excluded.values_list("user_id", "employee_id"))

    def of(self, employee: Employee) -> list[User]:
        users = [one.supervisor.user for one in self.assigned(employee)]
        return [user for user in users if user and not self.is_excluded(user, employee)]

    def assigned(self, holder: Employee | Post) -> list[SupervisorAssignment]:
        """Assignments in calling order, without regard to leave and conflicts of interest."""
        if isinstance(holder, Post):
            return in_calling_order(self._sites[holder.site_id])
        return in_calling_order(self._assigned(holder))

    def is_excluded(self, user: User, employee: Employee) -> bool:
        return (user.pk, employee.pk) in self._excluded

    def _assigned(self, employee: Employee) -> Iterator[SupervisorAssignment]:
        assignments = list(self._employees[employee.pk])
        for department in self._departments_of(employee):
            assignments += self._departments[department]
        if employee.site_id is not None:
            assignments += self._sites[employee.site_id]
        return (one for one in assignments if one.supervisor_id != employee.pk)

    def _departments_of(self, employee: Employee) -> set[int]:
        own = (employee.department_id, *self._others.get(employee.pk, ()))
        return {key for department in own for key in self._with_those_above(department)}

    def _with_those_above(self, department: int | None) -> Iterator[int]:
        seen: set[int] = set()
        while department is not None and department not in seen:
            seen.add(department)
            yield department
            department = self._parents.get(department)


def uncovered_employees() -> list[Employee]:
    """Employees for whom nobody would be called now, with key, department and site loaded."""
    supervisors = Supervisors()
    working = Employee.objects.filter(at_work()).order_by().only("department_id", "site_id")
    return [one for one in working if not supervisors.of(one)]


def by_department(employees: list[Employee]) -> list[tuple[Department, int]]:
    counted = Counter(one.department_id for one in employees)
    return [(one, counted[one.pk]) for one in Department.objects.filter(pk__in=counted)]


def uncovered_posts() -> QuerySet[Post]:
    """Posts with a device that would call nobody."""
    answering = SupervisorAssignment.objects.in_force().filter(site=OuterRef("site"))
    devices = Device.objects.filter(post=OuterRef("pk"), revoked_at__isnull=True)
    return Post.objects.filter(Exists(devices)).exclude(Exists(answering))
