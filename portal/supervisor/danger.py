"""The red card: nobody has come and nobody is coming, so somebody has to call 110 now."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident
from incidents.selectors import danger_line
from portal.live.facts import Act, AlarmFacts
from portal.live.sentences import danger_title
from portal.supervisor import rows
from tenants.context import current_company


@dataclass(frozen=True, slots=True)
class DangerCard:
    title: str
    reason: str
    since: datetime
    read_aloud: str
    """To the police: the place first."""
    called: Act | None
    """Who has called 110 since."""


def danger_card(incident: Incident, reader: User, facts: AlarmFacts) -> DangerCard | None:
    if facts.danger is None or facts.danger_at is None:
        return None
    line, called = danger_line(incident), facts.called_110
    return DangerCard(
        title=danger_title(facts.danger),
        reason=_reason(facts.danger, line.kind if line else ""),
        since=facts.danger_at,
        read_aloud=read_aloud(incident, reader),
        called=called if called and called.at >= facts.danger_at else None,
    )


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
