"""What the administration's lists of people, places and devices are narrowed down by."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from people.models import Device, Employee, at_work
from people.supervision.coverage import uncovered_employees, uncovered_posts
from people.supervision.selectors import SILENT_DAYS, assignments_ending_soon, silent_devices


class AtWorkFilter(admin.SimpleListFilter):
    """At work or not; people who have left are shown only on request."""

    title = _("employment state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("left", _("left")), ("all", _("everybody"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield first | {"display": _("at work")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Employee]) -> QuerySet[Employee]:
        if self.value() == "all":
            return queryset
        return queryset.exclude(at_work()) if self.value() == "left" else queryset.filter(at_work())


class EnrolledFilter(admin.SimpleListFilter):
    title = _("device")
    parameter_name = "enrolled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("enrolled")), ("no", _("not enrolled yet"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in {"yes", "no"}:
            return queryset
        return queryset.filter(is_enrolled=self.value() == "yes")


class CoveredFilter(admin.SimpleListFilter):
    title = _("supervisor")
    parameter_name = "covered"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("nobody would be called"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(pk__in=self.uncovered()) if self.value() == "no" else queryset

    def uncovered(self) -> Any:
        return [one.pk for one in uncovered_employees()]


class PostCoveredFilter(CoveredFilter):
    def uncovered(self) -> Any:
        return uncovered_posts().values("pk")


class TodayFilter(admin.SimpleListFilter):
    """Filter rows that are valid from a day until a day, by today."""

    title = _("validity")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("in force today")), ("no", _("not in force"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        today = queryset.model.objects.in_force().values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=today)
        return queryset.exclude(pk__in=today) if self.value() == "no" else queryset


class InForceFilter(TodayFilter):
    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        ending = ("ending", _("ending within 30 days"))
        return [*super().lookups(request, model_admin), ending]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "ending":
            return queryset.filter(pk__in=assignments_ending_soon().values("pk"))
        return super().queryset(request, queryset)


SILENT = (7, SILENT_DAYS, 30, 90)


class DeviceStateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        silent = [(f"silent{days}", _("silent for %(n)s days") % {"n": days}) for days in SILENT]
        return [*silent, ("revoked", _("revoked")), ("all", _("all"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        yield first | {"display": _("in use")}
        yield from others

    def queryset(self, request: HttpRequest, queryset: QuerySet[Device]) -> QuerySet[Device]:
        if self.value() == "all":
            return queryset
        for days in SILENT:
            if self.value() == f"silent{days}":
                return queryset.filter(pk__in=silent_devices(days).values("pk"))
        return queryset.filter(revoked_at__isnull=self.value() != "revoked")
