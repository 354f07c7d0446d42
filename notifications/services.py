"""Notices to people. A notice and its delivery jobs are one transaction with their cause."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection, transaction
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
    """Schedule a notice to somebody by every way they have; once for the same ``dedupe``."""
    send_notices(
        {dedupe: recipient},
        kind=kind,
        words=lambda: (str(title), str(body)),
        path=path,
        incident_id=incident_id,
        drill=drill,
        lane=lane,
    )
    return Notice.objects.get(dedupe=dedupe)


@transaction.atomic(savepoint=False)
def send_notices(
    recipients: Mapping[str, Recipient],
    *,
    kind: str,
    words: Callable[[], tuple[str, str]],
    path: str,
    incident_id: UUID | None = None,
    drill: bool = False,
    lane: int = 0,
) -> None:
    """Schedule the same notice to several, by every way that each has. Their keys are ``dedupe``:
    nobody is told twice under the same one.

    Title and body may be read on a locked screen beside a customer: no names of those who ask for
    help, no places. These are on the page that ``path`` opens.

    ``words`` composes both, in each recipient's language and not in that of the person who caused
    the notice.
    """
    texts = _in_their_languages(recipients.values(), words)
    common = {"kind": kind, "path": path, "incident_id": incident_id, "drill": drill}
    notices = [
        _notice(recipient, texts[language_of(recipient)], dedupe=dedupe, **common)
        for dedupe, recipient in recipients.items()
    ]
    endpoints = endpoints_of(recipients.values())
    deliveries = [
        Delivery(notice=notice, channel=channel, address=address)
        for notice, ways in zip(notices, endpoints, strict=True)
        for channel, address in ways
    ]
    new = _insert(notices, deliveries)
    _schedule([one for one in deliveries if one.notice.public_id in new], lane)
    for notice, ways in zip(notices, endpoints, strict=True):
        if notice.public_id in new:
            _say_that_it_is_there(notice, ways)


def _notice(recipient: Recipient, text: tuple[str, str], **fields: Any) -> Notice:
    title, body = text
    return Notice(**{_recipient_field(recipient): recipient}, title=title, body=body, **fields)


def _in_their_languages(
    recipients: Iterable[Recipient], words: Callable[[], tuple[str, str]]
) -> dict[str, tuple[str, str]]:
    texts = {}
    for language in {language_of(recipient) for recipient in recipients}:
        with override(language):
            title, body = words()
        texts[language] = (_shortened(title), body)
    return texts


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


_INSERT = """
WITH told AS (
  INSERT INTO notifications_notice (public_id, recipient_user_id, recipient_device_id,
    recipient_employee_id, title, body, dedupe, kind, path, incident_id, drill)
  SELECT *, %(kind)s, %(path)s, %(incident)s::uuid, %(drill)s
  FROM unnest(%(notices)s::uuid[], %(users)s::bigint[], %(devices)s::bigint[],
    %(employees)s::bigint[], %(titles)s::text[], %(bodies)s::text[], %(keys)s::text[])
  ON CONFLICT (dedupe) DO NOTHING
  RETURNING id, public_id),
sent AS (
  INSERT INTO notifications_delivery
    (public_id, notice_id, channel, address, state, attempts, provider_id, last_error)
  SELECT way.public_id, told.id, way.channel, way.address, 'pending', 0, '', ''
  FROM unnest(%(deliveries)s::uuid[], %(of)s::uuid[], %(channels)s::text[], %(addresses)s::text[])
    AS way (public_id, notice, channel, address)
  JOIN told ON told.public_id = way.notice)
SELECT id, public_id FROM told"""


def _insert(notices: Sequence[Notice], deliveries: Sequence[Delivery]) -> set[UUID]:
    """Insert those that are new, with their deliveries. Returns which they are."""
    if not notices:
        return set()
    one = notices[0]
    values = {
        "kind": one.kind,
        "path": one.path,
        "incident": one.incident_id,
        "drill": one.drill,
        "notices": [notice.public_id for notice in notices],
        "users": [notice.recipient_user_id for notice in notices],
        "devices": [notice.recipient_device_id for notice in notices],
        "employees": [notice.recipient_employee_id for notice in notices],
        "titles": [notice.title for notice in notices],
        "bodies": [notice.body for notice in notices],
        "keys": [notice.dedupe for notice in notices],
        "deliveries": [delivery.public_id for delivery in deliveries],
        "of": [delivery.notice.public_id for delivery in deliveries],
        "channels": [str(delivery.channel) for delivery in deliveries],
        "addresses": [delivery.address for delivery in deliveries],
    }
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
        keys = {public_id: pk for pk, public_id in cursor.fetchall()}
    for notice in notices:
        notice.pk = keys.get(notice.public_id)
    return set(keys)


def _schedule(deliveries: Sequence[Delivery], lane: int) -> None:
    """Schedule one job a way, all due now: a failing way never holds up another, and a rehearsal
    of thousands no alarm."""
    promises = [
        Promise(
            kind=DELIVER,
            key=job_key(delivery.public_id),
            payload={"delivery": str(delivery.public_id)},
            lane=lane,
            crew=delivery.channel,
            urgency=Urgency.DRILL if lane == 0 and _is_rehearsed(delivery.notice) else None,
        )
        for delivery in deliveries
    ]
    schedule_all(current_company(), promises)


def _is_rehearsed(notice: Notice) -> bool:
    return notice.drill or notice.kind == Notice.CHECK


def _say_that_it_is_there(notice: Notice, ways: Sequence[Endpoint]) -> None:
    """A person without a way is called in vain: somebody else has to be called."""
    if not ways and notice.kind == Notice.ALARM:
        announce_unreachable(notice)
    _hint(notice)


def announce_unreachable(notice: Notice) -> None:
    """Announce that no way to the person of an alarm's notice is left."""
    company = current_company()
    announce(
        company,
        fact="notifications.person_unreachable",
        key=f"{company.schema}:{notice.pk}",
        payload={"incident": str(notice.incident_id), "user": notice.recipient_user_id},
    )


_WORKING = """
SELECT user_id, device_id, endpoint FROM notifications_pushsubscription
WHERE failed_at IS NULL AND (user_id = ANY(%s) OR device_id = ANY(%s)) ORDER BY id"""


def endpoints_of(recipients: Iterable[Recipient]) -> list[list[Endpoint]]:
    """Channel and address of every way that each of these people or devices has today."""
    recipients = list(recipients)
    users = [one.pk for one in recipients if isinstance(one, User)]
    devices = [one.pk for one in recipients if isinstance(one, Device)]
    pushed: defaultdict[tuple[str, int], list[Endpoint]] = defaultdict(list)
    if users or devices:
        with connection.cursor() as cursor:
            cursor.execute(_WORKING, [users, devices])
            for user, device, endpoint in cursor.fetchall():
                owner = ("recipient_user", user) if user else ("recipient_device", device)
                pushed[owner].append((Delivery.Channel.WEBPUSH, endpoint))
    return [
        _by_email(recipient) + pushed[_recipient_field(recipient), recipient.pk]
        for recipient in recipients
    ]


def push_state_of(user: User) -> tuple[int, int]:
    """In how many browsers this person's notices arrive, and in how many they do not."""
    mine = PushSubscription.objects.filter(user=user)
    return mine.working().count(), mine.failing().count()


def _by_email(recipient: Recipient) -> list[Endpoint]:
    if isinstance(recipient, Device) or not recipient.email:
        return []
    return [(Delivery.Channel.EMAIL, recipient.email)]


def job_key(delivery_id: UUID) -> str:
    return f"{DELIVER}:{delivery_id}"


def _hint(notice: Notice) -> None:
    company = current_company()
    message = {"t": "notice", "id": str(notice.public_id), "kind": notice.kind}
    if notice.recipient_device_id is not None:
        hint(company.id, device_group(company.id, notice.recipient_device_id), message)
    elif notice.recipient_user_id is not None:
        hint(company.id, user_group(company.id, notice.recipient_user_id), message)


_REACHED = """
SELECT count(*) FROM notifications_notice AS notice
WHERE notice.incident_id = %s AND notice.recipient_user_id IS NOT NULL AND (
  EXISTS (
    SELECT FROM notifications_delivery AS way
    WHERE way.notice_id = notice.id AND way.state <> 'failed')
  OR EXISTS (SELECT FROM notifications_receipt AS said WHERE said.notice_id = notice.id))"""


def people_reached(incident_id: UUID) -> int:
    """How many notices of one alarm can reach somebody of the company: a way has not failed, or
    their page has shown it. A notice to somebody without e-mail and browser reaches nobody."""
    with connection.cursor() as cursor:
        cursor.execute(_REACHED, [incident_id])
        return int(cursor.fetchone()[0])


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
    keys: dict[str, Any] = {"p256dh": p256dh, "auth": auth, "failed_at": None, "refused_at": None}
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
