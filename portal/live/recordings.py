"""The recordings of an incident, as the sound card offers them."""

from dataclasses import dataclass
from uuid import UUID

from django.utils import timezone

from incidents.models import Incident
from portal.live.clock import milliseconds
from recordings.models import Recording


@dataclass(frozen=True, slots=True)
class RecordingChoice:
    public_id: UUID
    label: str
    is_live: bool
    started_ms: int | None


def takes_of(incident: Incident) -> list[RecordingChoice]:
    """Recordings of an incident, the newest live one first: it is the one to listen to."""
    recordings = Recording.objects.filter(incident=incident).select_related("device")
    takes = [take_of(recording) for recording in recordings.order_by("-started_at")]
    return sorted(takes, key=lambda take: not take.is_live)


def take_of(recording: Recording) -> RecordingChoice:
    at = timezone.localtime(recording.started_at)
    return RecordingChoice(
        public_id=recording.public_id,
        label=f"{recording.device} {at:%H:%M}",
        is_live=recording.is_live,
        started_ms=milliseconds(recording.started_at),
    )
