"""The timeline as the page shows it: the record's own words, with an icon and a colour by kind."""

from dataclasses import dataclass
from datetime import datetime

from incidents.models import Incident
from incidents.selectors import timeline

# kind of entry -> icon, tone; what is missing here is an ordinary entry
LOOKS = {
    "opened": ("siren", "red"),
    "raised": ("siren", "red"),
    "tapped_again": ("siren", "red"),
    "still_going": ("triangle-alert", "red"),
    "acknowledged": ("check", "green"),
    "heading_out": ("footprints", "green"),
    "asked_on_site": ("users", ""),
    "support_requested": ("shield-alert", "red"),
    "climbed": ("bell-ring", ""),
    "nobody_left": ("triangle-alert", "red"),
    "operator_claimed": ("headset", "green"),
    "message": ("send", "blue"),
    "note": ("clipboard-pen", ""),
    "safe": ("circle-check", "green"),
    "closed": ("circle-check", "green"),
    "play": ("headphones", ""),
    "recording_started": ("mic", ""),
    "recording_complete": ("mic", ""),
}
STRONG = {"opened", "raised", "still_going", "support_requested"}


@dataclass(frozen=True, slots=True)
class Entry:
    key: str
    at: datetime
    text: str
    detail: str
    icon: str
    tone: str
    strong: bool


def entries_of(incident: Incident) -> list[Entry]:
    """Newest first: what just happened is what is looked for."""
    entries = []
    for number, line in enumerate(timeline(incident)):
        kind = str(line.kind).lower()
        icon, tone = LOOKS.get(kind, ("bell", ""))
        entries.append(
            Entry(
                key=str(number),
                at=line.at,
                text=line.text,
                detail=line.detail,
                icon=icon,
                tone=tone,
                strong=kind in STRONG,
            )
        )
    return entries[::-1]
