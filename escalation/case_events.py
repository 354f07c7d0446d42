"""What the security company's desk did, as it shows inside the company: state, record, notices.

The incident's own next decision may have taken it over before this job came: the case decides what
is so, the job writes the line.
"""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from accounts.permissions import Actor
from escalation import next_move
from escalation.moves.state import DeskNews, Event, Noticed
from incidents.models import Incident, IncidentEvent
from incidents.services import record_event, tell_of

WRITTEN_ALREADY = {
    "message", "desk_note", "desk_phoned", "police_called", "police_reference", "fire_called",
}  # fmt: skip
SILENT = {"desk_note", "break_glass_asked"}
NEWS_TO_EMPLOYEE = {
    "message", "police_called", "fire_called",
    "dispatch_requested", "dispatch_en_route", "dispatch_arrived", "dispatch_left",
}  # fmt: skip
NEWS_TO_PEOPLE = NEWS_TO_EMPLOYEE | {"break_glass", "dispatch_late", "dispatch_over_limit"}


@dataclass(frozen=True, slots=True)
class CaseEvent:
    """One `operations.case_changed`."""

    what: str
    key: str
    """Unique for each."""
    actor: Actor
    facts: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def follow(*, incident: Incident, event: CaseEvent) -> None:
    if event.what in SILENT:
        return
    incident = next_move.apply(incident, _as_response_event(event))
    if event.what in WRITTEN_ALREADY:
        tell_of(IncidentEvent.objects.get(incident=incident, pk=event.facts["event"]))
        return
    kind = event.what if event.what.startswith("dispatch_") else f"desk_{event.what}"
    record_event(incident=incident, kind=kind, actor=event.actor, payload=event.facts)


def _as_response_event(event: CaseEvent) -> Event:
    """Who has the case is read from the case itself."""
    if event.what not in NEWS_TO_PEOPLE:
        return Noticed()
    return DeskNews(event.what, event.key, event.what in NEWS_TO_EMPLOYEE)
