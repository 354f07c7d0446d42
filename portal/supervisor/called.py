"""Who has been called to an open alarm, and what became of it as far as is known."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident
from notifications.models import Delivery, Notice, Receipt

SEEN = {Receipt.Stage.DISPLAYED, Receipt.Stage.OPENED, Receipt.Stage.CONFIRMED}


@dataclass(frozen=True, slots=True)
class Called:
    name: str
    state: str
    tone: str  # ok | danger | ""
    at: datetime | None


def called_to(incident: Incident, people: Iterable[User]) -> list[Called]:
    """People called, by the newest call to each."""
    calls = Notice.objects.filter(incident_id=incident.public_id, kind="alarm")
    notices = calls.prefetch_related("deliveries", "receipts").order_by("created_at", "pk")
    newest = {notice.recipient_user_id: notice for notice in notices}
    called = ((person, newest[person.pk]) for person in people if person.pk in newest)
    return [_called(incident, person, call) for person, call in called]


def _called(incident: Incident, person: User, call: Notice) -> Called:
    name = person.polite_name
    if person == incident.arrived_by:
        return Called(name, _("has arrived"), "ok", incident.arrived_at)
    if person == incident.coming_by:
        return Called(name, _("is on the way"), "ok", incident.coming_at)
    return Called(name, *_state_of(call))


def _state_of(call: Notice) -> tuple[str, str, datetime]:
    """Reported by the person, else by the device, else by the messages' carrier."""
    if call.cancelled_at is not None:
        return _("has confirmed"), "ok", call.cancelled_at
    receipts = sorted(call.receipts.all(), key=lambda receipt: receipt.stage not in SEEN)
    if receipts:
        is_seen = receipts[0].stage in SEEN
        words = _("shown on the device") if is_seen else _("arrived on the device")
        return words, "ok", receipts[0].received_at
    deliveries = list(call.deliveries.all())
    states = {delivery.state for delivery in deliveries}
    if Delivery.State.HANDED_OVER in states:
        return _("sent, no answer yet"), "", call.created_at
    if Delivery.State.PENDING in states:
        tried = any(delivery.attempts for delivery in deliveries)
        words = _("not sent yet, tried again") if tried else _("being called")
        return words, "danger" if tried else "", call.created_at
    return _("cannot be reached"), "danger", call.created_at
