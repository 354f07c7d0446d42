"""Reach status of each supervisor: was a test message confirmed, and by which ways was it sent?"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.models import PushSubscription
from notifications.reach_checks import COUNTS_FOR, Check, last_confirmed, newest_checks
from people.models import Employee
from people.supervision.selectors import on_ladders

TONES = ("red", "amber", "green")
"""What wants a hand first."""


@dataclass(frozen=True, slots=True)
class ReachStatus:
    person: Employee
    tone: str
    label: str
    can_be_sent: bool
    check: Check | None
    confirmed_at: datetime | None

    @property
    def is_reached(self) -> bool:
        return self.tone == "green"


def reach_statuses() -> list[ReachStatus]:
    subscriptions = PushSubscription.objects.working().filter(user=OuterRef("user"))
    failing = PushSubscription.objects.failing().filter(user=OuterRef("user"))
    people = list(on_ladders().annotate(by_push=Exists(subscriptions), push_fails=Exists(failing)))
    users = [person.user_id for person in people if person.user_id]
    checks, confirmed = newest_checks(users), last_confirmed(users)
    statuses = [
        _status(person, checks.get(person.user_id or 0), confirmed.get(person.user_id or 0))
        for person in people
    ]
    return sorted(statuses, key=lambda status: TONES.index(status.tone))


def _status(person: Employee, check: Check | None, confirmed: datetime | None) -> ReachStatus:
    is_reachable = bool((person.user and person.user.email) or person.by_push)  # type: ignore[attr-defined]  # annotated
    push_fails = person.push_fails and not person.by_push  # type: ignore[attr-defined]  # annotated
    tone, label = _tone_and_label(check, confirmed, is_reachable, push_fails)
    return ReachStatus(person, tone, label, is_reachable, check, confirmed)


def _tone_and_label(
    check: Check | None, confirmed: datetime | None, is_reachable: bool, push_fails: bool
) -> tuple[str, str]:
    waits = check is not None and check.confirmed_at is None
    if not is_reachable:
        return "red", _("no way to tell")
    if check is not None and check.got_nowhere:
        return "red", _("could not be sent")
    if check is not None and check.is_overdue:
        return "red", _("no answer for more than a day")
    if push_fails:
        return "amber", _("browser notices do not arrive")
    if confirmed is not None and timezone.now() - confirmed < COUNTS_FOR:
        return "green", _("It arrived")
    if waits:
        return "amber", _("waiting for an answer")
    return "amber", _("confirmed too long ago") if confirmed else _("not sent yet")
