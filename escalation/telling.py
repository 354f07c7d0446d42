"""Telling those in an incident: the devices that raised it, and the people called so far."""

from accounts.models import User
from incidents.models import Incident
from notifications.services import send_notice
from people.models import Device


def tell_devices(incident: Incident, what: str, text: str) -> None:
    for device in Device.objects.filter(taps__incident=incident).distinct():
        send_notice(
            recipient=device,
            kind="answer",
            title=text,
            path="/app/",
            incident_id=incident.public_id,
            drill=incident.drill != Incident.Drill.NONE,
            dedupe=f"{what}:{incident.public_id}:{incident.round}:{device.pk}",
        )


def tell_people_called(incident: Incident, what: str, text: str) -> None:
    """Everybody on the plan who has been called, but never the reporter."""
    called = incident.rungs.filter(climbed_at__isnull=False).values_list("user_ids", flat=True)
    ids = {user_id for users in called for user_id in users}
    if incident.acknowledged_by_id is not None:
        ids.add(incident.acknowledged_by_id)
    if incident.reporter is not None and incident.reporter.user_id is not None:
        ids.discard(incident.reporter.user_id)
    for user in User.objects.filter(pk__in=ids, is_active=True):
        send_notice(
            recipient=user,
            kind="desk",
            title=text,
            path=f"/portal/incidents/{incident.public_id}/",
            incident_id=incident.public_id,
            drill=incident.drill != Incident.Drill.NONE,
            dedupe=f"{what}:{incident.public_id}:{incident.round}:{user.pk}",
        )
