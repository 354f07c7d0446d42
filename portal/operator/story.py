"""The record of a case as the desk reads it: the company's lines and the desk's own, in one."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from incidents.sentences import sentence
from operations.models import SeenEvent
from portal.supervisor.story import Entry, entry_of


def entries_of(events: Iterable[SeenEvent], zone: ZoneInfo, *, of_post: bool) -> list[Entry]:
    """Newest first."""
    return [_entry(event, zone, of_post) for event in events][::-1]


def _entry(event: SeenEvent, zone: ZoneInfo, of_post: bool) -> Entry:
    text = sentence(event, of_post=of_post)
    return entry_of(event.kind, str(event.pk), event.at, text, "\n".join(_details(event, zone)))


def _details(event: SeenEvent, zone: ZoneInfo) -> list[str]:
    """What the line itself leaves out; the time of a call as it was at the place."""
    facts = dict(event.payload)
    if called_at := parse_datetime(str(facts.get("called_at", ""))):
        facts["called_at"] = f"{called_at.astimezone(zone):%H:%M}"
    labels = {
        "called_at": _("Time of the call"),
        "spoken_to": _("Police officer spoken to")
        if event.kind == "police_called"
        else _("Person spoken to"),
        "situation": _("What is happening"),
        "people": _("People involved"),
        "weapon": _("Weapons"),
    }
    return [f"{label}：{facts[name]}" for name, label in labels.items() if facts.get(name)]
