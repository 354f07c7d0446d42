"""What HR's start page says: what needs a hand today, each with the list where it is done."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from accounts.models import User
from people.models import Department, Employee
from people.supervision.coverage import by_department, uncovered_employees
from portal.administration.access import sees_readiness
from portal.hr.cards import cards_for, sees
from portal.hr.readiness_page import for_start_page
from portal.hr.recovery import recovery_notice_for


@dataclass(frozen=True, slots=True)
class Gap:
    department: Department
    people: int
    link: str


def for_hr(user: User) -> dict[str, Any]:
    uncovered = uncovered_employees() if sees(user, "people.supervisorassignment") else []
    ready = for_start_page(len(uncovered)) if sees_readiness(user) else {}
    cards = list(cards_for(user, len(uncovered)))
    quiet = not any(card.needs_a_hand for card in cards)
    shown = {"cards": cards, "is_quiet": quiet, "gaps": _gaps(user, uncovered)}
    return shown | {"recovery": recovery_notice_for(user)} | ready


def _gaps(user: User, uncovered: list[Employee]) -> list[Gap]:
    assigns = user.has_perm("people.add_supervisorassignment")
    add = reverse("admin:people_supervisorassignment_add")
    return [
        Gap(department, people, f"{add}?department={department.pk}" if assigns else "")
        for department, people in by_department(uncovered)
    ]
