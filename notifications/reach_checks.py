"""Test messages (届き方の確認): by the ways of an alarm, never like one, each confirmed by hand.

A supervisor counts as reached for ninety days after pressing 届きました. That a mail server or a
push service took a message proves nothing.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F, Max, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from notifications.models import Delivery, Notice, Receipt
from notifications.services import endpoints_of, notice_for_link, record_receipt, send_notice

COUNTS_FOR = timedelta(days=90)
ANSWER_WITHIN = timedelta(days=1)
LINK_GOOD_FOR = 7 * 24 * 3600
"""Longer than an alarm's: sent on a Friday, it is answered on Monday."""


@transaction.atomic
def send_checks(*, actor: Actor, run: UUID, users: Iterable[User]) -> int:
    """Send one to every user who can be reached; the same run is sent once. Returns how many."""
    if Notice.objects.filter(dedupe__startswith=_dedupe(run)).exists():
        return 0
    users = list(users)
    ways = zip(users, endpoints_of(users), strict=True)
    reachable = [user for user, endpoints in ways if endpoints]
    for user in reachable:
        send_notice(
            recipient=user,
            kind=Notice.CHECK,
            title=gettext_lazy("Does this reach you? This is no alarm"),
            body=gettext_lazy("A test by HR. Open the page and press “It arrived”."),
            path="/portal/reach/",
            dedupe=f"{_dedupe(run)}{user.pk}",
            lane=1,
        )
    append(ADMIN_STREAM, "reach_check.sent", actor, to=[str(user.public_id) for user in reachable])
    return len(reachable)


def _dedupe(run: UUID) -> str:
    return f"{Notice.CHECK}:{run}:"


def check_for_link(public_id: UUID, token: str) -> Notice | None:
    """The test message of a link; None too where its person no longer signs in."""
    notice = notice_for_link(public_id, token, LINK_GOOD_FOR)
    if notice is None or notice.kind != Notice.CHECK:
        return None
    user = notice.recipient_user
    return notice if user is not None and user.is_active else None


def note_answer(*, notice: Notice, stage: str, by: str) -> None:
    """Record an answer. ``by``: the delivery whose link it was, if it is this message's."""
    known = {str(key) for key in notice.deliveries.values_list("public_id", flat=True)}
    record_receipt(notice, stage, timezone.now(), by if by in known else "page")


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    channel: str
    address: str
    state: str
    error: str
    sent_at: datetime | None
    delivered_at: datetime | None
    opened_at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Check:
    """The newest test message that was sent to somebody."""

    sent_at: datetime
    confirmed_at: datetime | None
    is_overdue: bool
    deliveries: list[DeliveryReport]

    @property
    def got_nowhere(self) -> bool:
        failed = [report.state == Delivery.State.FAILED for report in self.deliveries]
        return self.confirmed_at is None and bool(failed) and all(failed)


def newest_checks(users: Collection[int]) -> dict[int, Check]:
    age = ExpressionWrapper(Now() - F("created_at"), output_field=DurationField())
    notices = Notice.objects.filter(kind=Notice.CHECK, recipient_user__in=users).annotate(age=age)
    newest = notices.order_by("recipient_user_id", "-created_at", "-pk")
    loaded = newest.distinct("recipient_user_id").prefetch_related("deliveries", "receipts")
    return {notice.recipient_user_id or 0: _check(notice, notice.age) for notice in loaded}  # type: ignore[attr-defined]  # annotated


def _check(notice: Notice, age: timedelta) -> Check:
    receipts = list(notice.receipts.all())
    confirmed = [
        receipt.received_at for receipt in receipts if receipt.stage == Receipt.Stage.CONFIRMED
    ]
    at = {(receipt.source, receipt.stage): receipt.received_at for receipt in receipts}
    return Check(
        sent_at=notice.created_at,
        confirmed_at=min(confirmed, default=None),
        is_overdue=not confirmed and age > ANSWER_WITHIN,
        deliveries=[_report(delivery, at) for delivery in notice.deliveries.all()],
    )


def _report(delivery: Delivery, at: dict[tuple[str, str], datetime]) -> DeliveryReport:
    key, stage = str(delivery.public_id), Receipt.Stage
    return DeliveryReport(
        channel=delivery.channel,
        address=delivery.address,
        state=delivery.state,
        error=delivery.last_error,
        sent_at=delivery.handed_over_at,
        delivered_at=at.get((key, stage.DISPLAYED)) or at.get((key, stage.DELIVERED)),
        opened_at=at.get((key, stage.OPENED)),
        confirmed_at=at.get((key, stage.CONFIRMED)),
    )


def last_confirmed(users: Collection[int]) -> dict[int, datetime]:
    confirmations = _confirmed().filter(notice__recipient_user__in=users).order_by()
    rows = confirmations.values_list("notice__recipient_user").annotate(last=Max("received_at"))
    return {user: last for user, last in rows if user is not None}


def reached() -> QuerySet[Receipt]:
    """Confirmations that still count; ``notice__recipient_user`` is who pressed."""
    return _confirmed().filter(received_at__gt=Now() - COUNTS_FOR)


def _confirmed() -> QuerySet[Receipt]:
    return Receipt.objects.filter(stage=Receipt.Stage.CONFIRMED, notice__kind=Notice.CHECK)
