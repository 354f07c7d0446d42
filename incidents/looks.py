"""Who of the security company looked at an incident, from the company's own audit."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from django.conf import settings
from django.utils.translation import gettext as _

from audit.models import AuditEvent
from incidents.models import Incident


@dataclass(frozen=True, slots=True)
class Look:
    """The same look, however often it was repeated in a row."""

    since: datetime
    until: datetime
    times: int
    who: str
    what: str


def looks_at(incident: Incident) -> list[Look]:
    """Oldest first."""
    entries = AuditEvent.objects.of(str(incident.public_id)).only("at", "payload")
    runs = groupby(entries, key=lambda one: (one.payload["verb"], one.payload["actor"]["id"]))
    return [_look(verb, list(run)) for (verb, _who), run in runs]


def _look(verb: str, run: list[AuditEvent]) -> Look:
    return Look(run[0].at, run[-1].at, len(run), settings.SECURITY_COMPANY_NAME, _words(verb))


def _words(verb: str) -> str:
    """A verb without words is shown as it is rather than hidden."""
    return {
        "case.viewed": _("saw the case"),
        "case.searched": _("found it by a search"),
        "case.followed": _("followed the position"),
        "case.positions": _("saw the positions"),
        "case.police_text": _("read the text for the call to the police"),
        "recording.waveform": _("saw the loudness of the recording"),
        "dispatch.viewed": _("saw where to go"),
        "break_glass.opened": _("opened it in an emergency without a request"),
        "break_glass.ended": _("ended the emergency view"),
    }.get(verb, verb)
