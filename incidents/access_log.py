"""Who of the security company looked at an incident, from the company's own audit."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.models import AuditEvent
from incidents.models import Incident
from incidents.sentences import of_security_company
from operations.selectors import operator_names

WORDS = {
    "break_glass.opened": _("opened it in an emergency without a request"),
    "break_glass.ended": _("ended the emergency view"),
    "case.viewed": _("saw the case"),
    "case.read_along": _("read the case along, as the lead"),
    "case.offered": _("saw how many notes there are, for a hand-over"),
    "case.searched": _("found it by a search"),
    "case.followed": _("followed the position"),
    "case.positions": _("saw the positions"),
    "case.police_text": _("read the text for the call to the police"),
    "recording.waveform": _("saw the loudness of the recording"),
    "recording.marks": _("saw the marks in the recording"),
    "incident.message": _("sent a message"),
    "incident.desk_note": _("wrote a note for the security company"),
    "incident.desk_phoned": _("recorded a telephone call"),
    "incident.police_called": _("recorded the call to 110"),
    "incident.police_reference": _("recorded the reference of the call to 110"),
    "incident.fire_called": _("recorded the call to 119"),
    "incident.fire_reference": _("recorded the reference of the call to 119"),
    "dispatch.viewed": _("saw where to go"),
    "dispatch.report": _("reported to the operator"),
}
"""Of everything that the security company appends to the audit of an incident."""


@dataclass(frozen=True, slots=True)
class AccessLogEntry:
    """Consecutive identical accesses, merged."""

    since: datetime
    until: datetime
    times: int
    who: str
    what: str


def access_log_of(incident: Incident) -> list[AccessLogEntry]:
    """Oldest first."""
    entries = AuditEvent.objects.of(str(incident.public_id)).only("at", "payload")
    runs = [list(run) for _by, run in groupby(entries, key=_verb_and_operator)]
    names = operator_names(_operator(run[0]) for run in runs)
    return [_entry(run, names) for run in runs]


def _verb_and_operator(entry: AuditEvent) -> tuple[str, UUID | None]:
    return entry.payload["verb"], _operator(entry)


def _operator(entry: AuditEvent) -> UUID | None:
    actor = entry.payload["actor"]
    return UUID(actor["id"]) if actor["kind"] == "operator" else None


def _entry(run: list[AuditEvent], names: dict[UUID, str]) -> AccessLogEntry:
    """Merge a run of entries; a verb without words is shown as it is rather than hidden."""
    verb, operator = _verb_and_operator(run[0])
    who = of_security_company(names.get(operator, "") if operator else "")
    return AccessLogEntry(run[0].at, run[-1].at, len(run), who, str(WORDS.get(verb, verb)))
