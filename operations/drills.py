"""合同訓練: a company announces it, the lead agrees, and only then its drills reach the desk."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from audit.actors import Actor
from jobs.services import HasId
from operations.errors import DrillNotPossible, UnknownDrill
from operations.events import hint_consoles, id_of
from operations.models import JointDrill

LONGEST = timedelta(hours=4)
SHOWN = timedelta(days=31)


@transaction.atomic
def announce(*, company: HasId, by: UUID, starts_at: datetime, ends_at: datetime) -> JointDrill:
    """Announce it. Raises DrillNotPossible: over, without length, or longer than four hours."""
    if ends_at <= max(starts_at, timezone.now()) or ends_at - starts_at > LONGEST:
        raise DrillNotPossible
    drill = JointDrill.objects.create(
        company_id=company.id, announced_by=by, starts_at=starts_at, ends_at=ends_at
    )
    hint_consoles("joint_drill")
    return drill


def agree(*, drill_id: UUID, lead: Actor) -> None:
    """Agree to it. Raises UnknownDrill, also for one that was answered, withdrawn or is over."""
    _answer(drill_id, answered_by=id_of(lead), agreed_at=Now())


def decline(*, drill_id: UUID, lead: Actor) -> None:
    """Decline it. Raises UnknownDrill."""
    _answer(drill_id, answered_by=id_of(lead), declined_at=Now())


def _answer(drill_id: UUID, **fresh: object) -> None:
    if not JointDrill.objects.waiting().filter(public_id=drill_id).update(**fresh):
        raise UnknownDrill


def cancel(*, company: HasId, drill_id: UUID) -> None:
    """Cancel it for the company; a running one ends at once, open incidents stay as they are.

    Raises UnknownDrill.
    """
    drills = JointDrill.objects.filter(company_id=company.id, cancelled_at=None, ends_at__gt=Now())
    if not drills.filter(public_id=drill_id).update(cancelled_at=Now()):
        raise UnknownDrill


def is_running(company: HasId) -> bool:
    return JointDrill.objects.running().filter(company_id=company.id).exists()


def drills_of(company: HasId) -> QuerySet[JointDrill]:
    return everyones().filter(company_id=company.id)


def everyones() -> QuerySet[JointDrill]:
    recent = JointDrill.objects.filter(ends_at__gt=timezone.now() - SHOWN)
    return recent.select_related("company")
