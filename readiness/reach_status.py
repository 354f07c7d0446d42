"""Where each supervisor stands: whether a test message was confirmed, and by which ways it went."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from notifications.checks import COUNTS_FOR, Check, last_confirmed, newest_checks
from notifications.models import PushSubscription
from people.models import Employee
from people.supervision.selectors import on_ladders

TONES = ("red", "amber", "green")
"""What wants a hand first."""


@dataclass(frozen=True, slots=True)
class Standing:
    person: Employee
    tone: str
    says: str
    can_be_sent: bool
    check: Check | None
    confirmed_at: datetime | None

    @property
    def is_reached(self) -> bool:
        return self.tone == "green"


def standings() -> list[Standing]:
    mine = PushSubscription.objects.working().filter(user=OuterRef("user"))
    people = list(on_ladders().annotate(by_push=Exists(mine)))
    users = [one.user_id for one in people if one.user_id]
    checks, confirmed = newest_checks(users), last_confirmed(users)
    found = [
        _standing(one, checks.get(one.user_id or 0), confirmed.get(one.user_id or 0))
        for one in people
    ]
    return sorted(found, key=lambda one: TONES.index(one.tone))


def _standing(person: Employee, check: Check | None, confirmed: datetime | None) -> Standing:
    has_a_way = bool((person.user and person.user.email) or person.by_push)  # type: ignore[attr-defined]  # annotated
    tone, says = _state(check, confirmed, has_a_way)
    return Standing(person, tone, says, has_a_way, check, confirmed)


def _state(check: Check | None, confirmed: datetime | None, has_a_way: bool) -> tuple[str, str]:
    waits = check is not None and check.confirmed_at is None
    if not has_a_way:
        return "red", _("no way to tell")
    if check is not None and check.got_nowhere:
        return "red", _("could not be sent")
    if check is not None and check.is_overdue:
        return "red", _("no answer for more than a day")
    if confirmed is not None and timezone.now() - confirmed < COUNTS_FOR:
        return "green", _("It arrived")
    if waits:
        return "amber", _("waiting for an answer")
    return "amber", _("confirmed too long ago") if confirmed else _("not sent yet")
