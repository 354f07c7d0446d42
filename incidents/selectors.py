"""Reading the record: the one timeline, and what the employee may see of the own incident."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

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
    name = _called(actor_kind, actor_name)
    words = _sentences().get(kind, "%(name)s: " + kind)
    known = {"text": "", "call_sign": "", "reference": ""}
    facts = {key: payload.get(key) or "–" for key in known}
    results = {**dict(Case.Result.choices), **dict(Dispatch.Result.choices)}
    result = results.get(payload.get("result", ""), "")
    reason = dict(AccessGrant.Reason.choices).get(payload.get("reason", ""), "–")
    call = _call_in_brief(payload)
    return words % {**facts, "name": name, "result": result, "reason": reason, "call": call}


def _called(actor_kind: str, actor_name: str) -> str:
    """People are named politely; the system and a company are no people."""
    is_person = actor_name and actor_kind != "system"
    person = pgettext("politely", "%(name)s") % {"name": actor_name} if is_person else ""
    if actor_kind in ("operator", "responder"):
        return f"{settings.SECURITY_COMPANY_NAME} {person}".strip()
    return person or _("The system")


def _call_in_brief(payload: dict[str, Any]) -> str:
    """Of a call to 110 or 119: what was dialled, and what can be referred to."""
    reference = payload.get("reference")
    facts = {
        "number": payload.get("number_called", ""),
        "station": payload.get("station", ""),
        "reference": _("reference %(number)s") % {"number": reference}
        if reference
        else _("reference not known yet"),
    }
    if facts["station"]:
        return _("%(number)s, %(station)s, %(reference)s") % facts
    return _("%(number)s, %(reference)s") % facts


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
        "police_called": _("%(name)s called 110 (%(call)s)"),
        "police_reference": _("Reference number of the 110 call: %(reference)s"),
        "fire_called": _("%(name)s called 119 (%(call)s)"),
        "fire_reference": _("Reference number of the 119 call: %(reference)s"),
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
        "support": support_state(incident),
        "support_step": None if shown_closed else support_step(incident),
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
    return not incident.is_open and incident.closed_by_kind != "device" and not incident.safe_at


def support_state(incident: Incident) -> str:
    if incident.operator_claimed_at:
        return "claimed"
    return "requested" if incident.support_requested_at else "none"


DESK_STEPS = (
    "desk_claimed", "desk_handed_over", "desk_closed", "police_called", "fire_called",
    "dispatch_requested", "dispatch_en_route", "dispatch_arrived", "dispatch_left",
)  # fmt: skip


def support_step(incident: Incident) -> str | None:
    """What the security company did last, while it has the case; in words."""
    if not incident.operator_claimed_at:
        return None
    last = incident.events.filter(kind__in=DESK_STEPS).order_by("at", "pk").last()
    return _entry(last).text if last else None


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
        "author": message.author_name,
        "mine": message.author_kind == Message.Author.EMPLOYEE,
        "text": message.text,
        "at": message.at,
    }
