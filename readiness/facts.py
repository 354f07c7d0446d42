"""The figures behind the readiness of every site, in as many queries for two sites as for 200."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from escalation.models import Exercise
from notifications.checks import reached
from notifications.models import PushSubscription
from people.models import Department, Device, Employee, Site, SupervisorAssignment, at_work
from people.supervision.selectors import others_by_employee
from readiness.score import SiteFacts

Row = tuple[int, int | None, int, bool]
"""Employee, site, department, whether a device is enrolled."""


class Callers:
    """Who would be called for whom today and has a way to be told; everything is read once."""

    def __init__(self) -> None:
        told = PushSubscription.objects.working().filter(user=OuterRef("supervisor__user"))
        confirmed = reached().filter(notice__recipient_user=OuterRef("supervisor__user"))
        found = SupervisorAssignment.objects.active_on().order_by()
        can_sign_in, mail = "supervisor__user__is_active", "supervisor__user__email"
        rows = found.annotate(by_push=Exists(told), confirmed=Exists(confirmed)).values_list(
            "supervisor",
            "department",
            "site",
            "employee",
            can_sign_in,
            mail,
            "by_push",
            "confirmed",
        )
        self.unreachable: set[int] = set()
        self.unconfirmed: set[int] = set()
        self._sites: defaultdict[int, set[int]] = defaultdict(set)
        self._people: defaultdict[int, set[int]] = defaultdict(set)
        self._own: defaultdict[int, set[int]] = defaultdict(set)
        for supervisor, department, site, employee, signs_in, mail, by_push, has_confirmed in rows:
            if not has_confirmed:
                self.unconfirmed.add(supervisor)
            if not (signs_in and (by_push or mail)):
                self.unreachable.add(supervisor)
            elif department:
                self._own[department].add(supervisor)
            elif site:
                self._sites[site].add(supervisor)
            elif employee:
                self._people[employee].add(supervisor)
        self._others = others_by_employee()
        self._parents = dict(Department.objects.values_list("pk", "parent_id"))
        self._lines: dict[int, set[int]] = {}

    def of(self, employee: int, site: int | None, department: int) -> set[int]:
        callers = self._line(department) | self._people.get(employee, set())
        for other in self._others.get(employee, ()):
            callers |= self._line(other)
        if site is not None:
            callers |= self._sites.get(site, set())
        return callers - {employee}

    def _line(self, department: int) -> set[int]:
        """Of a department and those above it."""
        if department not in self._lines:
            found: set[int] = set()
            seen: set[int] = set()
            here: int | None = department
            while here is not None and here not in seen:
                seen.add(here)
                found |= self._own.get(here, set())
                here = self._parents.get(here)
            self._lines[department] = found
        return self._lines[department]


def site_facts(callers: Callers) -> list[SiteFacts]:
    by_site: defaultdict[int | None, list[Row]] = defaultdict(list)
    for row in _employees():
        by_site[row[1]].append(row)
    passed = _passed()
    guided = Site.objects.values_list("pk", "name", "guide__police_number")
    known = [(pk, name, bool(number)) for pk, name, number in guided]
    return [
        _facts(key, name, by_site[key], callers, passed.get(key), has_guide)
        for key, name, has_guide in [*known, (None, _("no site"), False)]
    ]


def _employees() -> Iterable[Row]:
    phones = Exists(Device.objects.in_use().filter(employee=OuterRef("pk")))
    working = Employee.objects.filter(at_work()).order_by()
    return working.annotate(enrolled=phones).values_list("pk", "site", "department", "enrolled")


def _passed() -> dict[int | None, datetime]:
    """The newest by the site of the tap: an exercise of a department may be held at several."""
    done = Exercise.objects.filter(passed_at__isnull=False).order_by()
    rows = done.values_list("passed_with__site").annotate(last=Max("passed_at"))
    return dict(rows)


def _facts(
    key: int | None,
    name: str,
    rows: list[Row],
    callers: Callers,
    passed_at: datetime | None,
    has_guide: bool,
) -> SiteFacts:
    called = [callers.of(pk, site, department) for pk, site, department, _enrolled in rows]
    return SiteFacts(
        key=key,
        name=name,
        people=len(rows),
        covered=sum(bool(who) for who in called),
        reached=sum(bool(who - callers.unconfirmed) for who in called),
        with_deputy=sum(len(who) > 1 for who in called),
        enrolled=sum(row[3] for row in rows),
        exercise_days=(timezone.now() - passed_at).days if passed_at else None,
        has_guide=has_guide,
    )
