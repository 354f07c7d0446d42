"""A device tests its own notices: that a push service took one says nothing, the person does."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy

from jobs.clock import database_now
from notifications.models import Delivery, Notice, PushSubscription, Receipt
from notifications.services import send_notice
from people.models import Device

STATES = ("sent", "displayed", "confirmed", "missed", "failed")
PUSH = ("working", "failing", "none")
SAID_BY_A_PERSON = (Receipt.Stage.CONFIRMED, Receipt.Stage.MISSED)
"""Others confirm on a page of their own: notifications/reach_checks.py."""


@dataclass(frozen=True, slots=True)
class OwnTest:
    id: str
    at: datetime
    state: str


def send_test(device: Device) -> None:
    """Send one to the device itself, once a minute."""
    send_notice(
        recipient=device,
        kind=Notice.TEST,
        title=gettext_lazy("Test: notices reach this device"),
        path="/app/",
        dedupe=f"test:{device.pk}:{database_now():%Y%m%d%H%M}",
        lane=1,
    )


def newest_test(device: Device) -> OwnTest | None:
    notices = Notice.objects.filter(kind=Notice.TEST, recipient_device=device)
    notice = notices.prefetch_related("receipts", "deliveries").first()
    if notice is None:
        return None
    return OwnTest(str(notice.public_id), notice.created_at, _state(notice))


def _state(notice: Notice) -> str:
    """What the person said last; else what the device, and then what the service said."""
    stages = [receipt.stage for receipt in notice.receipts.all()]
    answers = [stage for stage in stages if stage in SAID_BY_A_PERSON]
    if answers:
        return answers[-1]
    if stages:
        return "displayed"
    failed = [delivery.state == Delivery.State.FAILED for delivery in notice.deliveries.all()]
    return "failed" if all(failed) else "sent"


def push_of(device: Device) -> str:
    """Whether this device can be woken."""
    subscriptions = PushSubscription.objects.filter(device=device)
    if subscriptions.working().exists():
        return "working"
    return "failing" if subscriptions.exists() else "none"
