"""The record of a case as the desk reads it: the company's lines and the desk's own, in one."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from incidents.selectors import sentence
from operations.models import SeenEvent
from portal.supervisor.story import LOOKS, STRONG, Entry

DESK_LOOKS = {
    "desk_claimed": ("headset", "green"),
    "desk_handed_over": ("handshake", "green"),
    "desk_note": ("clipboard-pen", "blue"),
    "desk_phoned": ("phone", ""),
    "desk_unanswered": ("triangle-alert", "red"),
    "desk_console_lost": ("triangle-alert", "red"),
    "desk_break_glass": ("key-round", "red"),
    "desk_closed": ("circle-check", "green"),
    "police_called": ("phone-call", "red"),
    "police_reference": ("clipboard-pen", "blue"),
    "fire_called": ("phone-call", "red"),
    "fire_reference": ("clipboard-pen", "blue"),
}


def entries_of(events: Iterable[SeenEvent], zone: ZoneInfo) -> list[Entry]:
    """Newest first."""
    return [_entry(event, zone) for event in events][::-1]


def _entry(event: SeenEvent, zone: ZoneInfo) -> Entry:
    kind = event.kind
    icon, tone = (LOOKS | DESK_LOOKS).get(kind, ("bell", ""))
    return Entry(
        key=str(event.pk),
        at=event.at,
        text=sentence(kind, event.actor_kind, event.actor_name, event.payload),
        detail="\n".join(_details(event, zone)),
        icon="footprints" if kind.startswith("dispatch_") else icon,
        tone="amber" if kind.startswith("dispatch_") else tone,
        strong=kind in STRONG or kind in ("police_called", "fire_called", "desk_unanswered"),
    )


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
        "words": _("Words to the company"),
    }
    return [f"{label}：{facts[name]}" for name, label in labels.items() if facts.get(name)]
