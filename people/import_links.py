"""Who answers for whom, as a file of employees says it: checked as a whole, then made."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from people.models import Employee, SupervisorAssignment


class SupervisorLinks:
    """``wanted``: an employee's key, the number of who answers for them."""

    def __init__(self, wanted: dict[int, str]) -> None:
        self._wanted = wanted
        found = Employee.objects.select_related("user").filter(number__in=set(wanted.values()))
        self._supervisors = {one.number: one for one in found}
        standing = SupervisorAssignment.objects.filter(employee__isnull=False, ends_on=None)
        self._standing = set(standing.values_list("supervisor_id", "employee_id"))
        self._above: dict[int, set[int]] = {}
        for supervisor, employee in self._standing:
            self._above.setdefault(employee, set()).add(supervisor)
        for employee, number in wanted.items():
            if number in self._supervisors:
                self._above.setdefault(employee, set()).add(self._supervisors[number].pk)

    def refused(self) -> Iterator[tuple[int, str]]:
        for employee, number in self._wanted.items():
            if reason := self._why_not(employee, number):
                yield employee, reason

    def _why_not(self, employee: int, number: str) -> str:
        supervisor = self._supervisors.get(number)
        if supervisor is None:
            return _("Supervisor %(number)s is not registered.") % {"number": number}
        if not supervisor.is_current:
            return _("Supervisor %(number)s has left.") % {"number": number}
        if supervisor.user is None:
            words = {"number": number}
            return _("Supervisor %(number)s has no sign-in and could not be called.") % words
        if self._is_above(supervisor.pk, employee):
            words = {"number": number}
            return _("Supervisor %(number)s would answer for themselves in a circle.") % words
        return ""

    def _is_above(self, start: int, sought: int) -> bool:
        """Whether ``sought`` answers, directly or not, for ``start``."""
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            one = waiting.pop()
            if one == sought:
                return True
            if one not in seen:
                seen.add(one)
                waiting += self._above.get(one, ())
        return False

    def make(self) -> list[int]:
        """The keys of the assignments that did not stand yet."""
        made = []
        for employee, number in self._wanted.items():
            supervisor = self._supervisors[number]
            if (supervisor.pk, employee) not in self._standing:
                link = SupervisorAssignment.objects.create(
                    supervisor=supervisor, employee_id=employee
                )
                made.append(link.pk)
        return made
