"""Handing a notice to its channel: at least once, and always under the delivery's own id."""

import logging
import random
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db import transaction

from jobs.registry import LastWord, Retry
from notifications.channels import email, webpush
from notifications.channels.errors import DeliveryError, PeerRests
from notifications.delivery_reads import read_delivery
from notifications.models import Delivery, Notice
from notifications.services import announce_unreachable

logger = logging.getLogger("notifications")

Channel = Callable[[Delivery], str]
CHANNELS: dict[str, Channel] = {
    Delivery.Channel.EMAIL: email.deliver,
    Delivery.Channel.WEBPUSH: webpush.deliver,
}
LIFE_SAFETY = 0
# By lane. A page that comes later than this helps nobody: others have been called long since.
WORTH_SENDING = (timedelta(minutes=10), timedelta(hours=6))
LONGEST_WAIT = (30.0, 300.0)


def deliver(delivery_id: UUID | str, *, lane: int) -> LastWord | None:
    """Send once more; returns what is to be written of it. Raises Retry while another attempt is
    worth it."""
    delivery, age = read_delivery(delivery_id)
    if not _still_wanted(delivery):
        delivery.cancel()
        return None
    try:
        provider_id = CHANNELS[delivery.channel](delivery)
    except DeliveryError as error:
        _failed(delivery, age, error, min(lane, 1))
        return None
    return delivery.handed_over(provider_id)


def _still_wanted(delivery: Delivery) -> bool:
    notice = delivery.notice
    if delivery.state != Delivery.State.PENDING or notice.cancelled_at is not None:
        return False
    if notice.recipient_device is not None:
        return notice.recipient_device.revoked_at is None
    if notice.recipient_employee is not None:
        return notice.recipient_employee.is_current
    return notice.recipient_user is not None and notice.recipient_user.is_active


def _failed(delivery: Delivery, age: timedelta, error: DeliveryError, lane: int) -> None:
    wait = wait_after(delivery.attempts + 1, lane, error.retry_after)
    too_late = age + wait > WORTH_SENDING[lane]
    final = error.permanent or too_late
    with transaction.atomic():
        delivery.note_failure(str(error), final=final, tried=not isinstance(error, PeerRests))
        if final:
            _say_that_nothing_gets_through(delivery.notice)
    if not final:
        raise Retry(wait, str(error))
    log = logger.error if lane == LIFE_SAFETY else logger.warning
    log(
        "notifications.delivery_failed",
        extra={"delivery": str(delivery.public_id), "channel": delivery.channel},
    )


def _say_that_nothing_gets_through(notice: Notice) -> None:
    """Announce that the last way to this person has failed: somebody else has to be called."""
    living = notice.deliveries.exclude(state=Delivery.State.FAILED)
    if notice.incident_id is None or notice.recipient_user_id is None or living.exists():
        return
    announce_unreachable(notice)


def wait_after(attempts: int, lane: int, asked: float | None = None) -> timedelta:
    """Wait 0, 1, 2, 4, 8 … s with jitter; longer if the provider asks, within the lane's limit."""
    if asked is None:
        asked = 0.0 if attempts <= 1 else 2.0 ** (attempts - 2)
    return timedelta(seconds=min(LONGEST_WAIT[lane], asked) * random.uniform(0.8, 1.2))  # noqa: S311
