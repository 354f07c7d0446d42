"""The red card: nobody has come and nobody is coming, so somebody has to call 110 now."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident
from incidents.selectors import danger, danger_line
from notifications.services import people_reached
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
    why = danger(incident, reached=people_reached(incident.public_id) > 0)
    if why is None:
        return None
    line = danger_line(incident)
    return DangerCard(
        title=_titles()[why],
        reason=_reason(why, line.kind if line else ""),
        since=line.at if line else incident.opened_at,
        read_aloud=read_aloud(incident, reader),
    )


def _titles() -> dict[str, str]:
    return {
        "desk_silent": _("The security company does not answer. Call 110"),
        "nobody_came": _("Nobody is on the way yet. Call 110"),
        "nobody_reached": _("Nobody could be reached. Call 110"),
    }


def _reason(why: str, kind: str) -> str:
    """The reason, from the line that caused the danger."""
    if why == "nobody_reached":
        return _("There was nobody to call.")
    if why == "desk_silent":
        return _("90 seconds have passed since the request.")
    return {
        "desk_unanswered": _("The security company did not answer and was asked once more."),
        "nobody_left": _("Everybody on the contact plan has been called."),
        "suspended": _("The service was stopped."),
        "cannot_come": _("The person who was on the way cannot come."),
        "not_arrived": _("There was no word from the person who was on the way."),
    }.get(kind, "")


def read_aloud(incident: Incident, reader: User) -> str:
    site, floor = rows.site_of(incident), incident.holder.floor
    place = " ".join(part for part in (current_company().name, site and site.name, floor) if part)
    where = _(", ").join(part for part in (site and site.address, place) if part)
    words = (
        _("%(where)s. %(person)s, who works here, has called for help. I am %(reader)s.")
        if incident.reporter
        else _("%(where)s. Help was called for at %(person)s. I am %(reader)s.")
    )
    person, me = rows.reporter_of(incident), reader.shown_name
    return words % {"where": where, "person": person, "reader": me}
