"""Reading the record: the one timeline, and what employees may see of their own incident."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from incidents.event_kinds import Audience
from incidents.events import names_for
from incidents.models import LATE_AFTER, Incident, IncidentEvent, Message
from incidents.names_shown import NamesShown
from incidents.sentences import details, family, sentence
from notifications.models import Delivery, Notice
from notifications.services import people_reached
from operations.models import Case
from people.models import Device
from tenants.context import current_company
from web.columns import Columns
from web.device_clocks import meant_at


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    kind: str
    at: datetime
    text: str
    detail: str = ""


def timeline(incident: Incident) -> list[TimelineEntry]:
    """The record's events merged with what notifications know, oldest first."""
    lines = list(incident.events.exclude(kind__in=names_for(Audience.DESK)))
    names = NamesShown.in_events(lines)
    entries = [_entry(names.put_into(event)) for event in lines] + _notices(incident)
    return sorted(entries, key=lambda entry: entry.at)


def _entry(event: IncidentEvent) -> TimelineEntry:
    text = sentence(event, of_post=event.incident.post_id is not None)
    below = details(event, Audience.DEVICE, Audience.COMPANY)
    return TimelineEntry(event.kind, event.at, text, "\n".join(below))


def _notices(incident: Incident) -> list[TimelineEntry]:
    notices = Notice.objects.of_people(incident.public_id)
    entries = []
    for notice in notices.select_related("recipient_user").prefetch_related("deliveries"):
        assert notice.recipient_user is not None
        ways = [_delivery_text(delivery) for delivery in notice.deliveries.all()]
        words = _("%(name)s was notified") if ways else _("There is no way to notify %(name)s")
        text = words % {"name": notice.recipient_user.shown_name}
        detail = ", ".join(ways)
        entries.append(TimelineEntry("notice", notice.created_at, text, detail))
    return entries


def _delivery_text(delivery: Delivery) -> str:
    """State of a delivery in words; one that is retried is not on its way meanwhile."""
    tried = delivery.state == Delivery.State.PENDING and delivery.attempts
    state = _("not sent yet, tried again") if tried else delivery.get_state_display()
    return f"{delivery.get_channel_display()}: {state}"


def as_seen_by_employee(
    incident: Incident, device: Device, *, is_new: bool = False
) -> dict[str, Any]:
    """The employee's view, the only one for them. Under duress it differs from the real state.

    ``is_new``: it was opened just now, so nobody has said anything in it.
    """
    incident.newest_lines = None if is_new else _newest_lines(incident)
    shown_closed = incident.shown_closed_at is not None
    notified = people_reached(incident.public_id)
    pressed_again = _last_at(incident, PRESSED_AGAIN) if incident.presses else None
    in_danger = None if shown_closed else danger(incident, reached=notified > 0)
    return {
        "id": incident.public_id,
        "number": incident.number,
        "state": Incident.State.CLOSED if shown_closed else Incident.State.OPEN,
        "level": incident.level,
        "drill": incident.drill,
        "opened_at": incident.opened_at,
        "delivered": True,
        "notified_count": notified,
        "acknowledged_by": _polite(incident.acknowledged_by),
        "acknowledged_at": incident.acknowledged_at,
        "coming_by": _polite(incident.coming_by),
        "coming_at": incident.coming_at,
        "arrived_by": _polite(incident.arrived_by),
        "arrived_at": incident.arrived_at,
        "asked_on_site": None if shown_closed or is_new else _asked_on_site(incident),
        "safe_at": incident.safe_at,
        "late_minutes": late_minutes(incident),
        "pressed_again_at": pressed_again,
        "called_again_at": _called_again(incident, pressed_again),
        "again_at": incident.again_at,
        "danger": in_danger,
        "danger_at": _at(danger_line(incident)) if in_danger else None,
        "support": support_state(incident),
        "support_at": support_at(incident),
        "support_asked_by": support_asked_by(incident),
        "support_step": None if shown_closed else support_step(incident),
        "support_result": dict(Case.Result.choices).get(incident.desk_result),
        "support_requested_at": incident.support_requested_at,
        "support_available": current_company().has_support_contract,
        "closed_by": _closer(incident) if shown_closed else None,
        "closed_at": incident.shown_closed_at,
        "answer_wanted": answer_wanted(incident),
        "upload_until": incident.upload_until,
        "server_time": timezone.now(),
        "messages": [] if is_new else [_message(one, device) for one in incident.messages.all()],
    }


def answer_wanted(incident: Incident) -> bool:
    """Whether somebody else closed it, and she has not said yet whether she is safe."""
    by_others = incident.closed_by_kind == "user"
    if incident.is_open or not by_others or incident.safe_at:
        return False
    return not incident.events.filter(kind="goes_on_in", at__gte=incident.closed_at).exists()


@dataclass(frozen=True, slots=True)
class LastCry:
    """The newest press, or that it goes on: when she meant it, and when it came."""

    meant_at: datetime
    came_at: datetime

    @property
    def was_late(self) -> bool:
        return self.came_at - self.meant_at > LATE_AFTER


def first_cry(incident: Incident) -> LastCry:
    """The press that opened it."""
    return LastCry(
        min(incident.pressed_at or incident.opened_at, incident.opened_at), incident.opened_at
    )


_LAST_TAP = """
SELECT received_at, pressed_at, sent_at FROM incidents_tap
WHERE incident_id = %s ORDER BY received_at DESC, id DESC LIMIT 1"""


def last_cry(incident: Incident) -> LastCry:
    with connection.cursor() as cursor:
        cursor.execute(_LAST_TAP, [incident.pk])
        tap = cursor.fetchone()
    event = _last(incident, ("still_going", "raised", "reopened"))
    if tap is None or (event is not None and event.at > tap[0]):
        at = event.at if event else incident.opened_at
        return LastCry(at, at)
    received, pressed, sent = tap
    return LastCry(meant_at(arrived=received, claimed=pressed, sent=sent), received)


def late_minutes(incident: Incident) -> int | None:
    """Minutes that the newest press was on its way, if that is too long."""
    is_first = incident.presses == 0 and incident.round == 1
    cry = (first_cry if is_first else last_cry)(incident)
    return int((cry.came_at - cry.meant_at).total_seconds() // 60) if cry.was_late else None


def danger(incident: Incident, *, reached: bool = True) -> str | None:
    """Why 110 stands in red on the screens: nobody has come, and nobody is coming or acting."""
    helped = incident.is_awaited or incident.desk == Incident.Desk.ACTING or incident.safe_at
    if not incident.is_open or helped:
        return None
    if incident.desk == Incident.Desk.UNANSWERED:
        return "desk_silent"
    if not incident.told_110:
        return None
    return "nobody_came" if reached else "nobody_reached"


def danger_line(incident: Incident) -> IncidentEvent | None:
    """The line that caused `danger`, where there is one."""
    is_silent = incident.desk == Incident.Desk.UNANSWERED
    return _last(incident, ("desk_unanswered",) if is_silent else DANGERS)


ONE_DECISION = timedelta(seconds=2)
PRESSED_AGAIN = ("tapped_again", "still_going")
DANGERS = ("desk_unanswered", "nobody_left", "suspended", "cannot_come", "not_arrived")
"""Everybody was advised to call 110, or after that the person on the way does not come."""


def _called_again(incident: Incident, pressed: datetime | None) -> datetime | None:
    """When everybody was called for that press; the decision is a moment older than its line, and
    where nobody is left whom it could call there is no such moment."""
    cried, called = incident.cried_at, incident.called_at
    if pressed is None or cried is None or called is None or called < cried or incident.round == 1:
        return None
    return cried if cried > pressed - ONE_DECISION else None


_LINE = Columns(IncidentEvent, apart_from=["payload"])
_NEWEST = f"""
SELECT DISTINCT ON (line.kind) {_LINE.of("line")} FROM incidents_incidentevent AS line
WHERE line.incident_id = %s AND (line.kind = ANY(%s) OR %s)
ORDER BY line.kind, line.at DESC, line.id DESC"""  # noqa: S608 - our own words


def _newest_lines(incident: Incident, kinds: Collection[str] | None = None) -> list[IncidentEvent]:
    """The newest line of each of these kinds, or of all."""
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [incident.pk, list(kinds or ()), kinds is None])
        return [_LINE.instance(row) for row in cursor.fetchall()]


def _last(incident: Incident, kinds: Collection[str]) -> IncidentEvent | None:
    """The newest line of these kinds; one answer that asks often reads all at once before."""
    known = incident.newest_lines
    lines = _newest_lines(incident, kinds) if known is None else known
    asked = [line for line in lines if line.kind in kinds]
    return max(asked, key=lambda line: (line.at, line.pk), default=None)


def _last_at(incident: Incident, kinds: Collection[str]) -> datetime | None:
    return _at(_last(incident, kinds))


def _at(line: IncidentEvent | None) -> datetime | None:
    return line.at if line else None


ENDS_THE_ASKING = (
    "tapped_again",
    "raised",
    "still_going",
    "reopened",
    "cannot_come",
    "not_arrived",
)


def asked_on_site(incident: Incident) -> IncidentEvent | None:
    """現場の人に頼む, as long as it is waited for: nobody comes, and she has not cried since."""
    if not incident.is_open or incident.is_awaited or incident.safe_at:
        return None
    last = _last(incident, ("asked_on_site", *ENDS_THE_ASKING))
    return last if last and last.kind == "asked_on_site" else None


def _asked_on_site(incident: Incident) -> dict[str, Any] | None:
    line = asked_on_site(incident)
    if line is None:
        return None
    names = pgettext("between the parts of a list", ", ").join(map(family, line.payload["people"]))
    return {"by": family(line.actor_name), "people": names, "at": line.at}


SUPPORT = {
    Incident.Desk.NONE: "none",
    Incident.Desk.ASKED: "requested",
    Incident.Desk.UNANSWERED: "unanswered",
    Incident.Desk.ACTING: "claimed",
    Incident.Desk.ENDED: "ended",
}


def support_state(incident: Incident) -> str:
    """Where the request to the security company stands; an internal drill only rehearses it."""
    if incident.drill == Incident.Drill.INTERNAL:
        return "requested" if incident.support_requested_at else "none"
    return SUPPORT[Incident.Desk(incident.desk)]


def support_asked_by(incident: Incident) -> str | None:
    if incident.support_requested_at is None:
        return None
    last = _last(incident, ("support_requested", "support_requested_again", "support_rehearsed"))
    asked = {"device": "employee", "user": "supervisor"}
    return asked.get(last.actor_kind, "system") if last else None


def support_step(incident: Incident) -> str | None:
    """What the security company did last, while it has the case; in words."""
    if incident.desk not in (Incident.Desk.ACTING, Incident.Desk.ENDED):
        return None
    last = _last(incident, names_for(Audience.DEVICE))
    return _entry(last).text if last else None


def support_at(incident: Incident) -> datetime | None:
    """Time of the support state: asked, silent, or the last act of the security company."""
    if incident.desk == Incident.Desk.UNANSWERED:
        return _last_at(incident, ("desk_unanswered",)) or incident.desk_at
    if incident.desk in (Incident.Desk.ACTING, Incident.Desk.ENDED):
        return _last_at(incident, names_for(Audience.DEVICE)) or incident.desk_at
    return incident.desk_at


def _polite(user: Any) -> str | None:
    return user.polite_name if user else None


def _closer(incident: Incident) -> str:
    name = incident.closed_by_name
    return family(name) if incident.closed_by_kind == "user" else name


def _message(message: Message, device: Device) -> dict[str, Any]:
    return {
        "id": message.public_id,
        "author": _author(message),
        "mine": message.author_kind == Message.Author.EMPLOYEE,
        "text": message.text,
        "at": message.at,
    }


def _author(message: Message) -> str:
    """Author of a message; of the security company's staff the company's name comes first."""
    if message.author_kind != Message.Author.OPERATOR:
        return message.author_name
    return f"{settings.SECURITY_COMPANY_NAME} {message.author_name}"
