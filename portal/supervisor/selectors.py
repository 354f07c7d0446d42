"""Incidents as one person may see them. Every way to one passes `incident_for`."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from accounts.models import User
from incidents.models import Incident, IncidentEvent, IncidentQuerySet
from incidents.visibility import Visibility
from notifications.models import Receipt
from notifications.services import notice_for_link

RELATED = (
    "reporter__department",
    "reporter__user",
    "post__site",
    "site",
    "device",
    "acknowledged_by",
    "coming_by",
    "arrived_by",
)
# By statements of their own: one with nine joins takes longer to plan than to run.
IN_A_ROW = ("post__site", "site", "acknowledged_by", "coming_by", "arrived_by")
# More open incidents than this at once is a catastrophe that no list helps with.
MOST_OPEN = 200


def incident_for(user: User, public_id: UUID) -> Incident:
    """The incident, or the same 404 whether it is unknown, foreign or kept from this person."""
    incident = Incident.objects.select_related(*RELATED).filter(public_id=public_id).first()
    if incident is None or not Visibility(user).may("see_incident", incident):
        raise Http404
    return incident


def may_act(user: User, incident: Incident) -> bool:
    return Visibility(user).may("answer_incident", incident)


def may_classify(user: User, incident: Incident) -> bool:
    return Visibility(user).may("classify", incident)


def was_shown_to_person(incident: Incident) -> bool:
    """Whether a device of hers reported that it displayed an answer since somebody saw it."""
    shown = Receipt.objects.filter(
        notice__incident_id=incident.public_id,
        notice__recipient_device__isnull=False,
        notice__kind="answer",
        notice__created_at__gte=incident.acknowledged_at,
    )
    return shown.exclude(stage=Receipt.Stage.DELIVERED).exists()


def open_incidents(user: User) -> list[Incident]:
    return list(_for_rows(_open(Visibility(user).condition()))[:MOST_OPEN])


def _for_rows(incidents: QuerySet[Incident]) -> QuerySet[Incident]:
    return incidents.select_related("reporter__department").prefetch_related(*IN_A_ROW)


def open_ids(visible: Q) -> list[UUID]:
    """Public ids of the open incidents, in the same order."""
    return list(_open(visible).values_list("public_id", flat=True)[:MOST_OPEN])


def _open(visible: Q) -> IncidentQuerySet:
    """Open incidents; rights come before the limit, so that alarms of others hide none."""
    return Incident.objects.open().filter(visible).pressing_first()


def may_follow(user_id: int, public_ids: set[UUID]) -> set[UUID]:
    """Filter incidents to those whose hints this person's socket may carry."""
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None:
        return set()
    asked = Incident.objects.select_related(*RELATED).filter(public_id__in=public_ids)
    return {incident.public_id for incident in Visibility(user).visible(asked)}


def changed_since(visible: Q, since: datetime) -> list[UUID]:
    events = IncidentEvent.objects.filter(at__gte=since).order_by()
    touched = set(events.values_list("incident_id", flat=True))
    if not touched:
        return []
    changed = Incident.objects.filter(visible, pk__in=touched)
    return list(changed.order_by().values_list("public_id", flat=True))


def notice_of_link(public_id: UUID, token: str) -> tuple[User | None, Incident | None]:
    """The recipient of a message's link, and the incident it is about."""
    notice = notice_for_link(public_id, token)
    if notice is None or notice.recipient_user is None or notice.incident_id is None:
        return None, None
    if not notice.recipient_user.is_active:
        return None, None
    incidents = Incident.objects.select_related(*RELATED).filter(public_id=notice.incident_id)
    seen = Visibility(notice.recipient_user).visible(incidents)
    return (notice.recipient_user, seen[0]) if seen else (None, None)
