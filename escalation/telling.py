"""Telling those in an incident: the devices that raised it, and the people called so far."""

from typing import TYPE_CHECKING

from accounts.models import User
from incidents.models import Incident
from incidents.services import devices_of
from notifications.services import send_notice
from people.duties import Exclusions
from people.models import Device

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


def must_not_learn_of(incident: Incident, user: User) -> bool:
    """The reporter is never called to the own alarm; a conflict of interest may be newer than the
    frozen plan."""
    own = incident.reporter is not None and incident.reporter.user_id == user.pk
    return own or Exclusions(user).hide(incident.holder, incident.public_id)


def tell_devices(incident: Incident, what: str, text: "StrOrPromise") -> None:
    for device in Device.objects.filter(pk__in=devices_of(incident)):
        send_notice(
            recipient=device,
            kind="answer",
            title=text,
            path="/app/",
            incident_id=incident.public_id,
            drill=incident.drill != Incident.Drill.NONE,
            dedupe=f"{what}:{incident.public_id}:{incident.round}:device:{device.pk}",
        )


def tell_people_called(incident: Incident, what: str, text: "StrOrPromise") -> None:
    """Everybody on the plan who has been called, and may still know of it."""
    called = incident.rungs.filter(climbed_at__isnull=False).values_list("user_ids", flat=True)
    ids = {user_id for users in called for user_id in users}
    if incident.acknowledged_by_id is not None:
        ids.add(incident.acknowledged_by_id)
    for user in User.objects.filter(pk__in=ids, is_active=True):
        if must_not_learn_of(incident, user):
            continue
        send_notice(
            recipient=user,
            kind="desk",
            title=text,
            path=f"/portal/incidents/{incident.public_id}/",
            incident_id=incident.public_id,
            drill=incident.drill != Incident.Drill.NONE,
            dedupe=f"{what}:{incident.public_id}:{incident.round}:user:{user.pk}",
        )
