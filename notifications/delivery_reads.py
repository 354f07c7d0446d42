"""What is read when something is sent: of the delivery what its channel and its words need, of a
browser its keys."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from accounts.models import User
from notifications.models import Delivery, Notice, PushSubscription
from web.columns import Columns

_DELIVERY = Columns(
    Delivery, only=("id", "public_id", "notice_id", "channel", "address", "state", "attempts")
)
_NOTICE = Columns(Notice, apart_from=("dedupe", "created_at"))
_USER = Columns(User, only=("id", "language", "is_active"))
_READ = f"""
SELECT statement_timestamp() - notice.created_at,
  {_DELIVERY.of("delivery")}, {_NOTICE.of("notice")}, {_USER.of("someone")}
FROM notifications_delivery AS delivery
JOIN notifications_notice AS notice ON notice.id = delivery.notice_id
LEFT JOIN accounts_user AS someone ON someone.id = notice.recipient_user_id
WHERE delivery.public_id = %s"""  # noqa: S608 - our own words

_BROWSER = Columns(PushSubscription, only=("id", "endpoint", "p256dh", "auth", "refused_at"))
_READ_BROWSER = f"""
SELECT {_BROWSER.of("browser")} FROM notifications_pushsubscription AS browser
WHERE browser.endpoint = %s AND browser.failed_at IS NULL"""  # noqa: S608 - our own words


def read_delivery(public_id: UUID | str) -> tuple[Delivery, timedelta]:
    """The delivery and its age, by the database's clock. Raises Delivery.DoesNotExist."""
    row = _row(_READ, public_id)
    if row is None:
        raise Delivery.DoesNotExist
    age, values = row[0], row[1:]
    delivery = _DELIVERY.instance(values[: len(_DELIVERY)])
    delivery.notice = _NOTICE.instance(values[len(_DELIVERY) : -len(_USER)])
    if delivery.notice.recipient_user_id is not None:
        delivery.notice.recipient_user = _USER.instance(values[-len(_USER) :])
    return delivery, age


def read_browser(endpoint: str) -> PushSubscription | None:
    """The browser behind an endpoint; None if it was given up."""
    row = _row(_READ_BROWSER, endpoint)
    return None if row is None else _BROWSER.instance(row)


def _row(sql: str, value: UUID | str) -> tuple[Any, ...] | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, [value])
        row: tuple[Any, ...] | None = cursor.fetchone()
    return row
