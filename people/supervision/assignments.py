"""Who answers for whom, as a file of employees says it: checked as a whole, then made.

What an earlier file said about a person is replaced; what somebody chose by hand stays.
"""

from collections.abc import Iterator
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from people.models import Employee, SupervisorAssignment


class SupervisorLinks:
    """The file's supervisor links. ``wanted``: employee key to the supervisor's number."""

    def __init__(self, wanted: dict[int, str]) -> None:
        self._wanted = wanted
        employees = Employee.objects.select_related("user").filter(number__in=set(wanted.values()))
        self._supervisors = {one.number: one for one in employees}
        self._standing = {
            (one.supervisor_id, one.employee_id): one
            for one in SupervisorAssignment.objects.filter(employee__isnull=False, ends_on=None)
        }
        self.made: list[int] = []
        self.ended: list[tuple[int, str | None]] = []
        """With the end each had before, as undoing an import needs it."""
        self._above: dict[int, set[int]] = {}
        for (supervisor, employee), link in self._standing.items():
            if not self._replaces(link):
                self._above.setdefault(employee or 0, set()).add(supervisor)
        for employee, number in wanted.items():
            if number in self._supervisors:
                self._above.setdefault(employee, set()).add(self._supervisors[number].pk)

    def supervisors(self) -> list[Employee]:
        """Supervisors named by this file, in the order of their numbers."""
        return [self._supervisors[number] for number in sorted(self._supervisors)]

    def supervisor_of(self, employee: int) -> Employee | None:
        """The new supervisor, if the file names one who is not theirs already."""
        supervisor = self._supervisors.get(self._wanted.get(employee, ""))
        return (
            None
            if supervisor is None or (supervisor.pk, employee) in self._standing
            else supervisor
        )

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
        if self._is_above(supervisor.pk, employee):
            words = {"number": number}
            return _("Supervisor %(number)s would answer for themselves in a circle.") % words
        return ""

    def _is_above(self, start: int, sought: int) -> bool:
        """Whether ``sought`` answers, directly or not, for ``start``."""
        seen: set[int] = set()
        waiting = [start]
        while waiting:
            person = waiting.pop()
            if person == sought:
                return True
            if person not in seen:
                seen.add(person)
                waiting += self._above.get(person, ())
        return False

    def _replaces(self, link: SupervisorAssignment) -> bool:
        number = self._wanted.get(link.employee_id or 0)
        wanted = self._supervisors.get(number) if number else None
        return link.from_file and wanted is not None and wanted.pk != link.supervisor_id

    def make(self) -> None:
        for link in self._standing.values():
            if self._replaces(link):
                self.ended.append((link.pk, None))
                end_yesterday(link)
        people = Employee.objects.in_bulk(self._wanted)
        for key, number in self._wanted.items():
            supervisor = self._supervisors[number]
            if (supervisor.pk, key) not in self._standing:
                link = SupervisorAssignment.objects.create(
                    supervisor=supervisor, employee=people[key], from_file=True
                )
                self.made.append(link.pk)


def end_yesterday(link: SupervisorAssignment) -> None:
    """End an assignment yesterday; one that began today, tonight: none ends before it began."""
    link.ends_on = max(link.starts_on, timezone.localdate() - timedelta(days=1))
    link.save(update_fields=["ends_on"])


def supervisor_numbers() -> dict[int, str]:
    """Number of the first own supervisor, for everybody who has one."""
    today: date = timezone.localdate()
    assignments = SupervisorAssignment.objects.filter(employee__isnull=False).exclude(
        ends_on__lt=today
    )
    rows = assignments.order_by("-from_file", "priority", "pk")
    first: dict[int, str] = {}
    for employee, number in rows.values_list("employee", "supervisor__number"):
        first.setdefault(employee, number)
    return first
