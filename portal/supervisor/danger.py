"""The red card: nobody has come and nobody is coming, so somebody has to call 110 now."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident
from incidents.selectors import danger
from notifications.models import Notice
from portal.supervisor import rows
from tenants.context import current_company


@dataclass(frozen=True, slots=True)
class DangerCard:
    title: str
    reason: str
    since: datetime
    read_aloud: str
    """To the police: the place first."""


def danger_card(incident: Incident, reader: User) -> DangerCard | None:
    told = Notice.objects.filter(incident_id=incident.public_id, recipient_user__isnull=False)
    why = danger(incident, reached=told.exists())
    if why is None:
        return None
    title, reason = _words()[why]
    return DangerCard(title, reason, _since(incident), read_aloud(incident, reader))


def _words() -> dict[str, tuple[str, str]]:
    return {
        "desk_silent": (
            _("The security company does not answer. Call 110"),
            _("90 seconds have passed since the request. The person is shown the same."),
        ),
        "nobody_came": (
            _("Nobody is on the way yet. Call 110"),
            _("Everybody who can be called has been called. The person is shown the same."),
        ),
        "nobody_reached": (
            _("Nobody could be reached. Call 110"),
            _("There was nobody to call. The person is shown the same."),
        ),
    }


def _since(incident: Incident) -> datetime:
    kinds = ("desk_unanswered", "nobody_left", "suspended")
    line = incident.events.filter(kind__in=kinds).order_by("at", "pk").last()
    return line.at if line else incident.opened_at


def read_aloud(incident: Incident, reader: User) -> str:
    site, floor = rows.site_of(incident), incident.holder.floor
    place = " ".join(part for part in (current_company().name, site and site.name, floor) if part)
    where = _(", ").join(part for part in (site and site.address, place) if part)
    words = (
        _("%(where)s. %(person)s, who works here, has called for help. I am %(reader)s.")
        if incident.reporter
        else _("%(where)s. Help was called for at %(person)s. I am %(reader)s.")
    )
    person, me = rows.reporter_of(incident), reader.get_full_name()
    return words % {"where": where, "person": person, "reader": me}
