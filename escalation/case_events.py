"""What the security company's desk did, as it shows inside the company: state, record, notices.

The incident's own next decision may have taken it over before this job came: the case decides what
is so, the job writes the line.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from audit.actors import Actor
from escalation import next_move
from escalation.moves.state import DeskNews, Event, Noticed
from incidents.event_kinds import EventKind
from incidents.events import known
from incidents.log import announce_event, record_event
from incidents.models import Incident, IncidentEvent

WRITTEN_ALREADY = {
    "message",
    "desk_note",
    "desk_phoned",
    "police_called",
    "fire_called",
}
SILENT = {"desk_note", "break_glass_asked"}
DECIDED = {
    "desk_claimed",
    "desk_given_back",
    "desk_console_lost",
    "desk_handed_over",
    "desk_closed",
}
"""Who has the case is read from the case itself, and announced with the next decision."""


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """The payload of one `operations.case_changed`."""

    what: str
    key: str
    """Unique for each."""
    actor: Actor
    facts: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def apply_case_event(*, incident: Incident, event: CaseEvent) -> None:
    if event.what in SILENT:
        return
    kind = known(_name_of(event.what))
    incident = next_move.apply(incident, _as_response_event(kind, event.key))
    if event.what in WRITTEN_ALREADY:
        announce_event(IncidentEvent.objects.get(incident=incident, pk=event.facts["event"]))
        return
    record_event(incident=incident, kind=kind.name, actor=event.actor, payload=event.facts)


def _name_of(what: str) -> str:
    is_a_kind = what in WRITTEN_ALREADY or what.startswith("dispatch_")
    return what if is_a_kind else f"desk_{what}"


def _as_response_event(kind: EventKind, key: str) -> Event:
    if kind.name in DECIDED or not kind.notice:
        return Noticed()
    return DeskNews(kind.name, key, kind.notice_to_device)
