"""The people who answer for each of many employees, for work that goes through a whole company."""

from collections.abc import Iterator

from accounts.models import User
from people.models import Department, Employee, Exclusion, SupervisorAssignment
from people.selectors import in_calling_order, others_by_employee


class Supervisors:
    """As ``supervisors_of`` says for one; everything that decides it is read once."""

    def __init__(self) -> None:
        found = SupervisorAssignment.objects.in_force().select_related("supervisor__user")
        self._assignments = list(found)
        self._parents = dict(Department.objects.values_list("pk", "parent_id"))
        self._others = others_by_employee()
        excluded = Exclusion.objects.in_force().filter(employee__isnull=False)
        self._excluded = set(excluded.values_list("user_id", "employee_id"))

    def of(self, employee: Employee) -> list[User]:
        departments = {
            key
            for department in (employee.department_id, *self._others.get(employee.pk, ()))
            for key in self._with_those_above(department)
        }
        mine = [
            one
            for one in self._assignments
            if (
                one.employee_id == employee.pk
                or one.department_id in departments
                or (one.site_id is not None and one.site_id == employee.site_id)
            )
            and one.supervisor_id != employee.pk
        ]
        users = [one.supervisor.user for one in in_calling_order(mine)]
        return [user for user in users if user and not self.is_excluded(user, employee)]

    def is_excluded(self, user: User, employee: Employee) -> bool:
        return (user.pk, employee.pk) in self._excluded

    def _with_those_above(self, department: int | None) -> Iterator[int]:
        seen: set[int] = set()
        while department is not None and department not in seen:
            seen.add(department)
            yield department
            department = self._parents.get(department)
