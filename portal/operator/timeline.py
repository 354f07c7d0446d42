"""The record of a case as the desk reads it: the company's lines and the desk's own, in one."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from incidents.event_kinds import Audience
from incidents.sentences import details, sentence
from operations.models import SeenEvent
from portal.live.timeline import TimelineRow, entry_of


def entries_of(events: Iterable[SeenEvent], zone: ZoneInfo, *, of_post: bool) -> list[TimelineRow]:
    """Entries of a case's events, newest first."""
    return [_entry(event, zone, of_post) for event in events][::-1]


def _entry(event: SeenEvent, zone: ZoneInfo, of_post: bool) -> TimelineRow:
    """An entry; a call's time as it was at the place."""
    text, below = sentence(event, of_post=of_post), details(event, *Audience, zone=zone)
    return entry_of(event.kind, str(event.pk), event.at, text, "\n".join(below))
