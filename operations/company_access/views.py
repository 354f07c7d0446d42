"""What `door.read(query=…)` reads for a page. Call these only inside it."""

from dataclasses import dataclass

from operations.errors import NoGrant
from operations.models import (
    SeenContact,
    SeenDeviceState,
    SeenEvent,
    SeenFix,
    SeenIncident,
    SeenMessage,
    SeenRecording,
)

NOTES = ("desk_note", "responder_note")
"""The desk's own, responders' reports included: the company's timeline shows none."""


@dataclass(frozen=True, slots=True)
class CaseView:
    incident: SeenIncident
    contacts: list[SeenContact]
    fixes: list[SeenFix]
    device: SeenDeviceState | None
    messages: list[SeenMessage]
    events: list[SeenEvent]
    recordings: list[SeenRecording]

    @property
    def notes(self) -> list[SeenEvent]:
        return [event for event in self.events if event.kind in NOTES]


def count_notes() -> int:
    return SeenEvent.objects.filter(kind__in=NOTES).count()


def case_view() -> CaseView:
    return CaseView(
        incident=place(),
        contacts=list(SeenContact.objects.all()),
        fixes=list(SeenFix.objects.all()),
        device=SeenDeviceState.objects.first(),
        messages=list(SeenMessage.objects.all()),
        events=list(SeenEvent.objects.all()),
        recordings=list(SeenRecording.objects.all()),
    )


@dataclass(frozen=True, slots=True)
class Destination:
    """What a responder gets: the place, and where the person was last."""

    incident: SeenIncident
    last_fix: SeenFix | None


def destination() -> Destination:
    return Destination(incident=place(), last_fix=SeenFix.objects.last())


def place() -> SeenIncident:
    """Person and place: all that a responder gets."""
    incident = SeenIncident.objects.first()
    if incident is None:
        raise NoGrant
    return incident
