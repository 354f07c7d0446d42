"""Whose devices somebody manages: everybody's, or those of their own sites' people and posts."""

from typing import Any, TypeVar

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery

from accounts.models import User
from accounts.permissions import Subject, can
from people.models import Device, Employee, EnrolmentCode, Post, Site, at_work
from people.supervision.duties import Exclusions, managed_sites
from people.supervision.selectors import silent_devices

Holder = TypeVar("Holder", Employee, Post)


class ManagedDevices:
    """What a manager of devices hands out sheets for, and revokes. Without people hidden by a
    conflict of interest: enrolling in somebody's name shows that person's alarms."""

    def __init__(self, user: User) -> None:
        self.actor = user.as_actor()
        self._sites = managed_sites(user)
        self._hidden = Exclusions(user).employee_ids()
        self.manages_all = can(self.actor, "issue", Subject("enrolment_code"))

    @property
    def manages_any(self) -> bool:
        own = Subject("enrolment_code", in_scope=bool(self._sites))
        return can(self.actor, "issue", own)

    def sites(self) -> QuerySet[Site]:
        return Site.objects.all() if self.manages_all else Site.objects.filter(pk__in=self._sites)

    def employees(self) -> QuerySet[Employee]:
        """Employees who may hold a device today, annotated with what is known of theirs."""
        employees = Employee.objects.filter(at_work(), self._within()).exclude(pk__in=self._hidden)
        return with_devices(employees, "employee")

    def without_device(self) -> QuerySet[Employee]:
        """Employees without a device, those without a sheet first."""
        in_turn = F("sheet_until").asc(nulls_first=True)
        employees: QuerySet[Any] = self.employees()
        waiting = employees.filter(is_enrolled=False)
        return waiting.order_by(in_turn, "family_kana", "given_kana", "number")

    def posts(self) -> QuerySet[Post]:
        return with_devices(Post.objects.filter(self._within()), "post")

    def devices(self) -> QuerySet[Device]:
        """Devices that are not revoked, buttons included."""
        devices = Device.objects.filter(
            self._within("employee__") | self._within("post__"), revoked_at__isnull=True
        )
        return devices.exclude(employee__in=self._hidden)

    def codes(self, site: Site | None = None) -> QuerySet[EnrolmentCode]:
        """Codes of sheets that are still good: of one site, or of all that are managed."""
        codes = EnrolmentCode.objects.good()
        if site is not None or not self.manages_all:
            within = self._sites if site is None else {site.pk}
            codes = codes.filter(Q(employee__site__in=within) | Q(post__site__in=within))
        return codes.exclude(employee__in=self._hidden)

    def _within(self, prefix: str = "") -> Q:
        return Q() if self.manages_all else Q(**{f"{prefix}site__in": self._sites})


def with_devices(holders: QuerySet[Holder], holder: str) -> QuerySet[Holder]:
    """Annotate whether a holder has enrolled, is silent, and how long the newest sheet is good."""
    in_use = Device.objects.in_use().filter(**{holder: OuterRef("pk")})
    silent = silent_devices().filter(**{holder: OuterRef("pk")})
    codes = EnrolmentCode.objects.good().filter(**{holder: OuterRef("pk")}).order_by()
    until = codes.values(holder).annotate(until=Max("expires_at")).values("until")
    return holders.annotate(
        is_enrolled=Exists(in_use), is_silent=Exists(silent), sheet_until=Subquery(until)
    )
