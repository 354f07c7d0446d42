"""What the person who pressed and her helpers say to each other, as bubbles with receipts."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from incidents.conversation import lines_of, notices_of_messages, read_up_to
from incidents.models import Incident, IncidentEvent
from incidents.sentences import family, of_security_company
from notifications.models import Notice, Receipt
from portal.live.sentences import unread_words
from portal.supervisor.facts import person_of, unread_in

SHOWN = {Receipt.Stage.DISPLAYED, Receipt.Stage.OPENED, Receipt.Stage.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Bubble:
    key: int
    at: datetime
    author: str
    text: str
    is_hers: bool
    is_button: bool
    is_unread: bool
    receipt: str  # arrived | shown | waiting | ""
    receipt_at: datetime | None


@dataclass(frozen=True, slots=True)
class Conversation:
    person: str
    bubbles: list[Bubble]
    unread: int

    @property
    def unread_words(self) -> str:
        return unread_words(self.unread)

    @property
    def newest(self) -> int:
        return self.bubbles[-1].key if self.bubbles else 0

    @property
    def newest_of_her(self) -> int:
        """The key of her newest message: a greater one is a new message."""
        written = (one.key for one in self.bubbles if one.is_hers and not one.is_button)
        return max(written, default=0)


def conversation_of(incident: Incident, viewer: User) -> Conversation:
    lines, read = lines_of(incident), read_up_to(viewer, [incident]).get(incident.pk, 0)
    sent = notices_of_messages(incident)
    bubbles = [_bubble(line, incident, sent, line.pk > read) for line in lines]
    return Conversation(person_of(incident), bubbles, unread_in(lines, read))


def _bubble(
    line: IncidentEvent,
    incident: Incident,
    sent: dict[str, list[Notice]],
    is_new: bool,
) -> Bubble:
    is_hers, is_button = line.actor_kind == "device", line.kind != "message"
    text = _pressed(line.kind) if is_button else str(line.payload.get("text", ""))
    notices = sent.get(str(line.payload.get("message")), [])
    receipt, at = _receipt(notices)
    is_unread = is_new and is_hers and not is_button
    author = person_of(incident) if is_hers else _helper(line)
    return Bubble(line.pk, line.at, author, text, is_hers, is_button, is_unread, receipt, at)


def _helper(line: IncidentEvent) -> str:
    is_desk = line.actor_kind == "operator"
    return of_security_company(line.actor_name) if is_desk else family(line.actor_name)


def _pressed(kind: str) -> str:
    return {
        "opened": _("Help (alarm)"),
        "tapped_again": _("Pressed again"),
        "raised": _("More help, please"),
        "still_going": _("Still going on"),
        "safe": _("I am safe"),
    }[kind]


def _receipt(notices: list[Notice]) -> tuple[str, datetime | None]:
    """The device's own word: that it came, or that a screen showed it."""
    receipts = [receipt for notice in notices for receipt in notice.receipts.all()]
    shown = [one.received_at for one in receipts if one.stage in SHOWN]
    arrived = [one.received_at for one in receipts if one.stage == Receipt.Stage.DELIVERED]
    if shown:
        return "shown", min(shown)
    if arrived:
        return "arrived", min(arrived)
    return ("waiting" if notices else ""), None
