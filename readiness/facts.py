"""The figures behind the readiness of every site, in as many queries for two sites as for 200."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, Max, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from escalation.models import Exercise
from notifications.models import PushSubscription
from notifications.reach_checks import reached
from people.models import Department, Device, Employee, Site, SupervisorAssignment, at_work
from people.supervision.selectors import others_by_employee
from readiness.score import SiteFacts

Row = tuple[int, int | None, int, bool]
"""Employee, site, department, whether a device is enrolled."""


class ReachableSupervisors:
    """Who would be called for whom today and can be reached; everything is read once."""

    def __init__(self) -> None:
        push = PushSubscription.objects.working().filter(user=OuterRef("supervisor__user"))
        confirmed = reached().filter(notice__recipient_user=OuterRef("supervisor__user"))
        assignments = SupervisorAssignment.objects.active_on().order_by()
        can_sign_in, mail = "supervisor__user__is_active", "supervisor__user__email"
        rows = assignments.annotate(by_push=Exists(push), confirmed=Exists(confirmed)).values_list(
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
        supervisors = self._line(department) | self._people.get(employee, set())
        for other in self._others.get(employee, ()):
            supervisors |= self._line(other)
        if site is not None:
            supervisors |= self._sites.get(site, set())
        return supervisors - {employee}

    def _line(self, department: int) -> set[int]:
        """Supervisors of a department and of those above it."""
        if department not in self._lines:
            supervisors: set[int] = set()
            seen: set[int] = set()
            key: int | None = department
            while key is not None and key not in seen:
                seen.add(key)
                supervisors |= self._own.get(key, set())
                key = self._parents.get(key)
            self._lines[department] = supervisors
        return self._lines[department]


def site_facts(supervisors: ReachableSupervisors) -> list[SiteFacts]:
    by_site: defaultdict[int | None, list[Row]] = defaultdict(list)
    for row in _employees():
        by_site[row[1]].append(row)
    passed = _passed()
    guided = Site.objects.values_list("pk", "name", "guide__police_number")
    known = [(pk, name, bool(number)) for pk, name, number in guided]
    return [
        _facts(key, name, by_site[key], supervisors, passed.get(key), has_guide)
        for key, name, has_guide in [*known, (None, _("no site"), False)]
    ]


def _employees() -> Iterable[Row]:
    phones = Exists(Device.objects.in_use().filter(employee=OuterRef("pk")))
    working = Employee.objects.filter(at_work()).order_by()
    return working.annotate(enrolled=phones).values_list("pk", "site", "department", "enrolled")


def _passed() -> dict[int | None, datetime]:
    """Newest passed exercise by the site of its tap: one of a department may be held at several."""
    done = Exercise.objects.filter(passed_at__isnull=False).order_by()
    rows = done.values_list("passed_with__site").annotate(last=Max("passed_at"))
    return dict(rows)


def _facts(
    key: int | None,
    name: str,
    rows: list[Row],
    supervisors: ReachableSupervisors,
    passed_at: datetime | None,
    has_guide: bool,
) -> SiteFacts:
    called = [supervisors.of(pk, site, department) for pk, site, department, _enrolled in rows]
    return SiteFacts(
        key=key,
        name=name,
        people=len(rows),
        covered=sum(bool(who) for who in called),
        reached=sum(bool(who - supervisors.unconfirmed) for who in called),
        with_deputy=sum(len(who) > 1 for who in called),
        enrolled=sum(row[3] for row in rows),
        exercise_days=(timezone.now() - passed_at).days if passed_at else None,
        has_guide=has_guide,
    )
