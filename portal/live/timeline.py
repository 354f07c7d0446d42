"""The timeline as the page shows it: the record's own words, with an icon and a colour by kind."""

from dataclasses import dataclass
from datetime import datetime

from incidents.events import kind_of
from incidents.models import Incident
from incidents.selectors import timeline

CRIES = ("tapped_again", "raised", "still_going", "reopened")


@dataclass(frozen=True, slots=True)
class TimelineRow:
    key: str
    at: datetime
    text: str
    detail: str
    icon: str
    tone: str
    strong: bool
    is_notice: bool = False
    """Who was told by which way: folded, because it hides what happened."""


def entries_of(incident: Incident) -> list[TimelineRow]:
    """Entries of an incident, newest first."""
    lines = enumerate(timeline(incident))
    entries = [
        entry_of(line.kind, str(key), line.at, line.text, line.detail) for key, line in lines
    ]
    return entries[::-1]


def entry_of(kind: str, key: str, at: datetime, text: str, detail: str) -> TimelineRow:
    """An entry styled by its event kind; any other kind, as a notice, looks ordinary."""
    look = kind_of(kind)
    is_notice = kind == "notice"
    return TimelineRow(key, at, text, detail, look.icon, look.tone, look.strong, is_notice)
