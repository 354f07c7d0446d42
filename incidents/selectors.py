"""Reading the record: the one timeline, and what the employee may see of the own incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident, IncidentEvent, Message
from notifications.models import Delivery, Notice
from operations.models import AccessGrant, Case, Dispatch
from people.duties import Exclusions
from people.models import Device
from tenants.context import current_company

DESK_ONLY = ("desk_note", "responder_note")
"""Lines that only those with a grant read."""


def kept_from(user: User) -> QuerySet[Incident]:
    """What does not exist for this person because of a conflict of interest."""
    exclusions = Exclusions(user)
    return Incident.objects.filter(
        Q(reporter__in=exclusions.employee_ids()) | Q(public_id__in=exclusions.incident_ids())
    )


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    kind: str
    at: datetime
    text: str
    detail: str = ""


def timeline(incident: Incident) -> list[TimelineEntry]:
    """Oldest first: the record's events, merged with what notifications know."""
    entries = [_entry(event) for event in incident.events.exclude(kind__in=DESK_ONLY)]
    entries += _notices(incident)
    return sorted(entries, key=lambda entry: entry.at)


def _entry(event: IncidentEvent) -> TimelineEntry:
    text = sentence(event.kind, event.actor_kind, event.actor_name, event.payload)
    return TimelineEntry(event.kind, event.at, text, str(event.payload.get("detail", "")))


def sentence(kind: str, actor_kind: str, actor_name: str, payload: dict[str, Any]) -> str:
    """One line of the record in words, the same for the company's pages and the desk's."""
    name = actor_name or _("The system")
    if actor_kind in ("operator", "responder"):
        name = f"{settings.SECURITY_COMPANY_NAME} {actor_name}".strip()
    words = _sentences().get(kind, "%(name)s: " + kind)
    known = {"text": "", "call_sign": "", "number_called": "", "reference": "", "station": ""}
    facts = {key: payload.get(key) or "–" for key in known}
    results = {**dict(Case.Result.choices), **dict(Dispatch.Result.choices)}
    result = results.get(payload.get("result", ""), "")
    reason = dict(AccessGrant.Reason.choices).get(payload.get("reason", ""), "–")
    return words % {**facts, "name": name, "result": result, "reason": reason}


def _sentences() -> dict[str, str]:
    return {
        "opened": _("%(name)s raised an alarm"),
        "tapped_again": _("%(name)s pressed again"),
        "raised": _("%(name)s asked for more help"),
        "acknowledged": _("%(name)s confirmed the alarm"),
        "heading_out": _("%(name)s has set out"),
        "asked_on_site": _("%(name)s asked the people on site"),
        "climbed": _("Nobody is coming yet: the next people were called"),
        "nobody_left": _("Everybody responsible has been called"),
        "support_requested": _("%(name)s asked the security company for support"),
        "message": _("%(name)s: %(text)s"),
        "note": _("Note by %(name)s: %(text)s"),
        "safe": _("%(name)s is safe"),
        "still_going": _("%(name)s: it is still going on"),
        "closed": _("%(name)s closed the incident"),
        "classified": _("%(name)s chose the categories: %(text)s"),
        **_desk_sentences(),
        "recording_started": _("Recording started"),
        "recording_complete": _("The recording arrived completely"),
    }


def _desk_sentences() -> dict[str, str]:
    return {
        "desk_claimed": _("%(name)s has taken over"),
        "desk_given_back": _("%(name)s has given the case back to the queue"),
        "desk_console_lost": _("An operator's console fell silent: the case waits again"),
        "desk_handed_over": _("%(name)s has taken over from a colleague"),
        "desk_unanswered": _("The security company did not answer for 90 seconds: call 110"),
        "desk_break_glass": _("%(name)s opened the record by break-glass: %(reason)s"),
        "desk_phoned": _("%(name)s telephoned"),
        "desk_note": _("Note by %(name)s: %(text)s"),
        "responder_note": _("Report by %(name)s: %(text)s"),
        "desk_closed": _("%(name)s has finished: %(result)s"),
        "police_called": _(
            "%(name)s called 110 (%(number_called)s), reference %(reference)s, %(station)s"
        ),
        "fire_called": _(
            "%(name)s called 119 (%(number_called)s), reference %(reference)s, %(station)s"
        ),
        "dispatch_requested": _("%(name)s asked responder %(call_sign)s to go"),
        "dispatch_reserved": _("Responder %(call_sign)s is reserved and comes next"),
        "dispatch_accepted": _("Responder %(call_sign)s accepted"),
        "dispatch_en_route": _("Responder %(call_sign)s is on the way"),
        "dispatch_arrived": _("Responder %(call_sign)s has arrived"),
        "dispatch_left": _("Responder %(call_sign)s has left: %(result)s"),
        "dispatch_declined": _("Responder %(call_sign)s cannot go"),
        "dispatch_cancelled": _("Responder %(call_sign)s was called back"),
        "dispatch_late": _("Responder %(call_sign)s has not arrived within 25 minutes"),
        "dispatch_over_limit": _("Responder %(call_sign)s has been out for an hour"),
    }


def _notices(incident: Incident) -> list[TimelineEntry]:
    notices = Notice.objects.filter(incident_id=incident.public_id, recipient_user__isnull=False)
    entries = []
    for notice in notices.select_related("recipient_user").prefetch_related("deliveries"):
        assert notice.recipient_user is not None
        text = _("%(name)s was notified") % {"name": notice.recipient_user.get_full_name()}
        detail = ", ".join(_delivery_text(delivery) for delivery in notice.deliveries.all())
        entries.append(TimelineEntry("notice", notice.created_at, text, detail))
    return entries


def _delivery_text(delivery: Delivery) -> str:
    return f"{delivery.get_channel_display()}: {delivery.get_state_display()}"


def as_seen_by_employee(incident: Incident, device: Device) -> dict[str, Any]:
    """The only read of employee doors. Under duress it differs from the real state."""
    shown_closed = incident.shown_closed_at is not None
    notified = Notice.objects.filter(
        incident_id=incident.public_id, recipient_user__isnull=False
    ).count()
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
        "safe_at": incident.safe_at,
        "late_minutes": _late_minutes(incident),
        "called_at": incident.called_at,
        "again_at": incident.again_at,
        "pressed_again_at": _last_at(incident, PRESSED_AGAIN) if incident.presses else None,
        "danger": in_danger,
        "danger_at": _last_at(incident, DANGERS) if in_danger else None,
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
        "messages": [_message(message, device) for message in incident.messages.all()],
    }


def answer_wanted(incident: Incident) -> bool:
    """Somebody else closed it, and she has not said yet whether she is safe."""
    by_others = incident.closed_by_kind == "user"
    return not incident.is_open and by_others and not incident.safe_at


def _late_minutes(incident: Incident) -> int | None:
    if incident.pressed_at is None or not incident.is_late:
        return None
    return int((incident.opened_at - incident.pressed_at).total_seconds() // 60)


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


PRESSED_AGAIN = ("tapped_again", "still_going")
DANGERS = ("desk_unanswered", "nobody_left", "suspended")
"""Lines beside which 110 begins to stand in red."""


def _last(incident: Incident, kinds: tuple[str, ...]) -> IncidentEvent | None:
    return incident.events.filter(kind__in=kinds).order_by("at", "pk").last()


def _last_at(incident: Incident, kinds: tuple[str, ...]) -> datetime | None:
    last = _last(incident, kinds)
    return last.at if last else None


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


DESK_STEPS = (
    "desk_claimed", "desk_handed_over", "desk_closed", "police_called", "fire_called",
    "dispatch_requested", "dispatch_en_route", "dispatch_arrived", "dispatch_left",
)  # fmt: skip


def support_step(incident: Incident) -> str | None:
    """What the security company did last, while it has the case; in words."""
    if incident.desk not in (Incident.Desk.ACTING, Incident.Desk.ENDED):
        return None
    last = _last(incident, DESK_STEPS)
    return _entry(last).text if last else None


def support_at(incident: Incident) -> datetime | None:
    """Since when it stands so: asked, or the last that the security company did."""
    if incident.desk in (Incident.Desk.ACTING, Incident.Desk.ENDED):
        return _last_at(incident, DESK_STEPS) or incident.desk_at
    return incident.desk_at


def _polite(user: Any) -> str | None:
    return user.polite_name if user else None


def _closer(incident: Incident) -> str:
    """As people call each other: the family name, which comes first."""
    name = incident.closed_by_name
    if incident.closed_by_kind != "user":
        return name
    return _("%(name)s-san") % {"name": name.partition(" ")[0]}


def _message(message: Message, device: Device) -> dict[str, Any]:
    return {
        "id": message.public_id,
        "author": _author(message),
        "mine": message.author_kind == Message.Author.EMPLOYEE,
        "text": message.text,
        "at": message.at,
    }


def _author(message: Message) -> str:
    """Who of the security company writes is nobody she knows: whose they are comes first."""
    if message.author_kind != Message.Author.OPERATOR:
        return message.author_name
    return f"{settings.SECURITY_COMPANY_NAME} {message.author_name}"
