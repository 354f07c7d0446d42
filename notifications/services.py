"""Notices to people. A notice and its delivery jobs are one transaction with their cause."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import override

from accounts.models import User
from jobs.models import Urgency
from jobs.services import Promise, announce, cancel, schedule_all
from notifications.links import GOOD_FOR, read_token
from notifications.live import device_group, hint, incident_group, user_group
from notifications.messages import language_of
from notifications.models import LONGEST_TITLE, Delivery, Notice, PushSubscription, Receipt
from people.models import Device, Employee
from tenants.context import current_company

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

DELIVER = "notifications.deliver"
Recipient = User | Device | Employee
Endpoint = tuple[str, str]
"""A channel, and the address in it."""


@transaction.atomic(savepoint=False)
def send_notice(
    *,
    recipient: Recipient,
    kind: str,
    title: "StrOrPromise",
    path: str,
    dedupe: str,
    body: "StrOrPromise" = "",
    incident_id: UUID | None = None,
    drill: bool = False,
    lane: int = 0,
) -> Notice:
    """Schedule a notice to somebody by every way they have; once for the same ``dedupe``.

    Title and body may be read on a locked screen beside a customer: no names of those who ask for
    help, no places. These are on the page that ``path`` opens.

    Give words of ours lazily (``gettext_lazy``, or ``lazy()`` around what composes them): they are
    rendered here, in the recipient's language and not in that of the person who caused the notice.
    """
    with override(language_of(recipient)):
        title, body = _shortened(str(title)), str(body)
    ours = Notice(
        dedupe=dedupe,
        **{_recipient_field(recipient): recipient},
        kind=kind,
        title=title,
        body=body,
        path=path,
        incident_id=incident_id,
        drill=drill,
    )
    Notice.objects.bulk_create([ours], ignore_conflicts=True)
    notice = Notice.objects.get(dedupe=dedupe)
    if notice.public_id == ours.public_id:
        _schedule_deliveries(notice, recipient, lane)
        _hint(notice)
    return notice


def _shortened(title: str) -> str:
    """Cut a title that is too long; the page shows the message whole."""
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"


def _recipient_field(recipient: Recipient) -> str:
    if isinstance(recipient, Employee):
        return "recipient_employee"
    return "recipient_device" if isinstance(recipient, Device) else "recipient_user"


def _owner(owner: User | Device) -> dict[str, User | Device | None]:
    if isinstance(owner, Device):
        return {"device": owner, "user": None}
    return {"user": owner, "device": None}


def _schedule_deliveries(notice: Notice, recipient: Recipient, lane: int) -> None:
    """Schedule one job a way, all due now: a failing way never holds up another, and a rehearsal
    of thousands no alarm. A person with none is called in vain: somebody else has to be called.
    """
    rehearsed = notice.drill or notice.kind == Notice.CHECK
    deliveries = [
        Delivery(notice=notice, channel=channel, address=address)
        for channel, address in endpoints_of(recipient)
    ]
    urgency = Urgency.DRILL if rehearsed and lane == 0 else None
    promises = [
        Promise(
            kind=DELIVER,
            key=job_key(delivery.public_id),
            payload={"delivery": str(delivery.public_id)},
            lane=lane,
            crew=delivery.channel,
            urgency=urgency,
        )
        for delivery in Delivery.objects.bulk_create(deliveries)
    ]
    schedule_all(current_company(), promises)
    if not deliveries and notice.kind == Notice.ALARM:
        announce_unreachable(notice)


def announce_unreachable(notice: Notice) -> None:
    """Announce that no way to the person of an alarm's notice is left."""
    company = current_company()
    announce(
        company,
        fact="notifications.person_unreachable",
        key=f"{company.schema}:{notice.pk}",
        payload={"incident": str(notice.incident_id), "user": notice.recipient_user_id},
    )


def endpoints_of(recipient: Recipient) -> Iterator[Endpoint]:
    """Channel and address of every way that this person or device has today."""
    if not isinstance(recipient, Device) and recipient.email:
        yield Delivery.Channel.EMAIL, recipient.email
    if isinstance(recipient, Employee):
        return
    subscriptions = PushSubscription.objects.working().filter(**_owner(recipient))
    for endpoint in subscriptions.values_list("endpoint", flat=True):
        yield Delivery.Channel.WEBPUSH, endpoint


def job_key(delivery_id: UUID) -> str:
    return f"{DELIVER}:{delivery_id}"


def _hint(notice: Notice) -> None:
    company = current_company()
    message = {"t": "notice", "id": str(notice.public_id), "kind": notice.kind}
    if notice.recipient_device_id is not None:
        hint(company.id, device_group(company.id, notice.recipient_device_id), message)
    elif notice.recipient_user_id is not None:
        hint(company.id, user_group(company.id, notice.recipient_user_id), message)


@transaction.atomic
def stop_paging(incident_id: UUID, user: User) -> None:
    """Take back what has not been sent yet to a person who has seen the alarm."""
    notices = Notice.objects.filter(incident_id=incident_id, recipient_user=user)
    notices.filter(cancelled_at__isnull=True).update(cancelled_at=Now())
    waiting = Delivery.objects.pending().filter(notice__in=notices.values("pk"))
    ids = list(waiting.values_list("public_id", flat=True))
    waiting.update(state=Delivery.State.CANCELLED)
    cancel(*[job_key(public_id) for public_id in ids])


@transaction.atomic
def record_receipt(notice: Notice, stage: str, at: datetime, source: str) -> None:
    """Note what a device says about a notice; the first word of each source and stage stands."""
    _receipt, created = Receipt.objects.get_or_create(
        notice=notice, stage=stage, source=source, defaults={"at": at}
    )
    if created and notice.incident_id is not None:
        company_id = current_company().id
        message = {"t": "changed", "k": "incident", "pk": str(notice.incident_id)}
        hint(company_id, incident_group(company_id, notice.incident_id), message)


def save_push_subscription(
    owner: User | Device, endpoint: str, p256dh: str, auth: str
) -> PushSubscription:
    """Remember a browser; one that was given up and subscribes again is tried again."""
    keys: dict[str, Any] = {"p256dh": p256dh, "auth": auth, "failed_at": None}
    subscription, _created = PushSubscription.objects.update_or_create(
        endpoint=endpoint, defaults={**_owner(owner), **keys}
    )
    return subscription


def notice_for_link(public_id: UUID, token: str, good_for: int = GOOD_FOR) -> Notice | None:
    """The notice that a message's link was made for; None when forged, foreign or too old."""
    if not read_token(public_id, token, good_for):
        return None
    notices = Notice.objects.select_related("recipient_user", "recipient_employee")
    return notices.filter(public_id=public_id).first()
