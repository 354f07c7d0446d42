"""What `desk.read(fn=…)` reads for a page. Call these only inside it."""

from dataclasses import dataclass

from operations.errors import NoGrant
from operations.models import (
    SeenContact,
    SeenEvent,
    SeenFix,
    SeenIncident,
    SeenMessage,
    SeenRecording,
)


@dataclass(frozen=True, slots=True)
class CaseSight:
    incident: SeenIncident
    contacts: list[SeenContact]
    fixes: list[SeenFix]
    messages: list[SeenMessage]
    events: list[SeenEvent]
    recordings: list[SeenRecording]

    @property
    def notes(self) -> list[SeenEvent]:
        """The desk's own: the company's timeline does not show them."""
        return [event for event in self.events if event.kind == "desk_note"]


def case_sight() -> CaseSight:
    return CaseSight(
        incident=place(),
        contacts=list(SeenContact.objects.all()),
        fixes=list(SeenFix.objects.all()),
        messages=list(SeenMessage.objects.all()),
        events=list(SeenEvent.objects.all()),
        recordings=list(SeenRecording.objects.all()),
    )


def place() -> SeenIncident:
    """Who and where: all that a responder gets."""
    incident = SeenIncident.objects.first()
    if incident is None:
        raise NoGrant
    return incident
