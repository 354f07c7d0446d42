"""A device, or a person with a sign-in, tests the own notices: that a push service took one says
nothing, the person does."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from jobs.clock import database_now
from notifications.models import Delivery, Notice, PushSubscription, Receipt
from notifications.services import record_receipt, send_notice
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
    failed: list[str] = field(default_factory=list)
    """Ways that it did not leave by, in words."""


def send_test(to: Device | User) -> None:
    """Send one to the device or the person itself, by every way, once a minute."""
    is_device = isinstance(to, Device)
    whose = to.pk if is_device else f"user:{to.pk}"
    send_notice(
        recipient=to,
        kind=Notice.TEST,
        title=gettext_lazy("Test: notices reach this device"),
        path="/app/" if is_device else "/portal/#notices",  # where it is asked whether it came
        dedupe=f"test:{whose}:{database_now():%Y%m%d%H%M}",
        lane=1,
    )


def newest_test(of: Device | User) -> OwnTest | None:
    notice = _newest(of)
    if notice is None:
        return None
    return OwnTest(str(notice.public_id), notice.created_at, _state(notice), _failed(notice))


def answer_test(*, user: User, stage: str) -> None:
    """Note that the newest one came, or that it did not; without one there is nothing to note."""
    notice = _newest(user)
    if notice is not None:
        record_receipt(notice, stage, timezone.now(), "page")


def _newest(of: Device | User) -> Notice | None:
    notices = Notice.objects.filter(kind=Notice.TEST, **_whose("recipient_", of))
    return notices.prefetch_related("receipts", "deliveries").first()


def _whose(prefix: str, owner: Device | User) -> dict[str, Device | User]:
    return {f"{prefix}{'device' if isinstance(owner, Device) else 'user'}": owner}


def _failed(notice: Notice) -> list[str]:
    failed = [one for one in notice.deliveries.all() if one.state == Delivery.State.FAILED]
    return sorted({one.get_channel_display() for one in failed})


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


def push_of(owner: Device | User) -> str:
    """Whether this device can be woken, or any browser of this person."""
    subscriptions = PushSubscription.objects.filter(**_whose("", owner))
    if subscriptions.working().exists():
        return "working"
    return "failing" if subscriptions.exists() else "none"
