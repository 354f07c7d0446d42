"""What HR's start page says: what needs a hand today, each with the list where it is done."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from incidents.models import Incident
from incidents.selectors import kept_from
from people.models import Department, Device, Employee, at_work
from people.selectors import assignments_ending_soon, silent_devices, uncovered_departments
from portal.hr.checklist import ENOUGH_HR_ADMINS
from portal.hr.readiness_page import for_start_page, sees_readiness
from portal.hr.recovery import shown_to


@dataclass(frozen=True, slots=True)
class Card:
    title: str
    count: int
    link: str
    is_urgent: bool = False


@dataclass(frozen=True, slots=True)
class Gap:
    department: Department
    people: int
    link: str


def for_hr(user: User) -> dict[str, Any]:
    gaps = _gaps() if _may(user, _ASSIGNMENT) else []
    ready = for_start_page() if sees_readiness(user) else {}
    shown = {"cards": list(_cards(user)), "gaps": gaps, "recovery": shown_to(user)}
    return shown | ready


_ASSIGNMENT = "people.supervisorassignment"


def _may(user: User, model: str) -> bool:
    room, name = model.split(".")
    return user.has_perm(f"{room}.view_{name}")


def _list(model: str, query: str = "") -> str:
    return reverse(f"admin:{model.replace('.', '_')}_changelist") + query


def _cards(user: User) -> Iterator[Card]:
    if _may(user, "incidents.incident"):
        count = Incident.objects.real().open().exclude(pk__in=kept_from(user)).count()
        link = _list("incidents.incident", "?state__exact=open&drill__exact=none")
        yield Card(_("Alarms that are open"), count, link, is_urgent=count > 0)
    if _may(user, "people.employee"):
        yield Card(_("Employees without a device"), _without_device(),
                   _list("people.employee", "?enrolled=no"))  # fmt: skip
        yield Card(_("Devices silent for two weeks"), silent_devices().count(),
                   _list("people.device", "?state=silent"))  # fmt: skip
        yield Card(_("Supervisor assignments ending within 30 days"),
                   assignments_ending_soon().count(),
                   _list(_ASSIGNMENT, "?in_force=ending"))  # fmt: skip
    if _may(user, "accounts.user"):
        count = User.objects.filter(roles__contains=[Role.HR_ADMIN], is_active=True).count()
        few = count < ENOUGH_HR_ADMINS
        title = _("HR administrators (at least two are needed)") if few else _("HR administrators")
        yield Card(title, count, _list("accounts.user"), is_urgent=few)


def _without_device() -> int:
    mine = Device.objects.filter(employee=OuterRef("pk"), revoked_at__isnull=True)
    mine = mine.exclude(kind=Device.Kind.BUTTON)
    return Employee.objects.filter(at_work()).exclude(Exists(mine)).count()


def _gaps() -> list[Gap]:
    add = reverse("admin:people_supervisorassignment_add")
    return [
        Gap(department, people, f"{add}?department={department.pk}")
        for department, people in uncovered_departments()
    ]
