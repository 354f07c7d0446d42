"""Which alarms ring in the open portal, and for whom."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident, IncidentEvent
from incidents.selectors import answer_wanted
from incidents.visibility import Visibility
from notifications.models import Notice

CALLS_COUNT_FOR = timedelta(hours=12)
TAKEN_OVER = ("desk_claimed", "desk_handed_over")


@dataclass(frozen=True, slots=True)
class Ring:
    """An alarm that waits for this person's answer to a call."""

    incident: Incident
    called_at: datetime


def rings_for(viewer: Visibility, *, only: UUID | None = None) -> list[Ring]:
    called_at = _newest_calls(viewer.user, only)
    if not called_at:
        return []
    ringing = Incident.objects.select_related("reporter").prefetch_related("post__site", "site")
    ringing = ringing.filter(public_id__in=called_at).order_by("opened_at")
    incidents = viewer.visible(ringing)
    settled = _settled(viewer.user, incidents)
    return [
        Ring(incident, called_at[incident.public_id])
        for incident in incidents
        if _rings(incident, called_at[incident.public_id], *settled.get(incident.pk, (None, None)))
    ]


def may_confirm(user: User, incident: Incident) -> bool:
    """Whether nobody has seen it, or this person is being called all the same."""
    if not incident.is_open:
        return False
    return incident.acknowledged_at is None or rings_since(user, incident) is not None


def rings_since(user: User, incident: Incident) -> datetime | None:
    """Since when this open alarm rings for this person; None: it does not."""
    rings = rings_for(Visibility(user), only=incident.public_id) if incident.is_open else []
    return rings[0].called_at if rings else None


def _newest_calls(user: User, only: UUID | None) -> dict[UUID, datetime]:
    """Loud notices not taken back: people who confirm take back their own."""
    calls = Notice.objects.filter(recipient_user=user, kind="alarm", cancelled_at__isnull=True)
    recent = calls.filter(created_at__gte=timezone.now() - CALLS_COUNT_FOR)
    # By way of the few alarms: somebody may have been called for years.
    recent = recent.filter(incident_id__in=_may_ring().values("public_id"))
    if only is not None:
        recent = recent.filter(incident_id=only)
    last = recent.order_by().values_list("incident_id").annotate(Max("created_at"))
    return {pk: at for pk, at in last if pk}


def _may_ring() -> QuerySet[Incident]:
    """Condition: open, or closed by others without a word from her."""
    lately = timezone.now() - 2 * CALLS_COUNT_FOR
    unanswered = Q(state="closed", closed_by_kind="user", safe_at=None, closed_at__gte=lately)
    return Incident.objects.filter(Q(state=Incident.State.OPEN) | unanswered).order_by()


def _settled(
    user: User, incidents: list[Incident]
) -> dict[int, tuple[datetime | None, datetime | None]]:
    """Times by incident key: when this person last did something in it, and when the security
    company last took it over."""
    own = Q(actor_kind="user", actor_id=str(user.public_id))
    lines = IncidentEvent.objects.filter(incident__in=[incident.pk for incident in incidents])
    lines = lines.filter(own | Q(kind__in=TAKEN_OVER)).order_by()
    newest = lines.values_list("incident").annotate(
        done=Max("at", filter=own), taken=Max("at", filter=Q(kind__in=TAKEN_OVER))
    )
    return {incident: (done, taken) for incident, done, taken in newest}


def _rings(
    incident: Incident, called_at: datetime, own: datetime | None, taken: datetime | None
) -> bool:
    """Whether it rings: until somebody has seen it; after that, until the person answers, or until
    what they were called for is settled by somebody else."""
    if own is not None and own > called_at:
        return False
    if not incident.is_open:
        # Closed by others, no word from her: people called after that have to look.
        closed = incident.closed_at
        return closed is not None and called_at > closed and answer_wanted(incident)
    settled = [incident.acknowledged_at, incident.coming_at, incident.arrived_at, incident.safe_at]
    if incident.acknowledged_at and incident.desk == Incident.Desk.ACTING:
        settled.append(taken)
    return all(called_at > at for at in settled if at)
