"""E-mail over SMTP. The link opens a page; opening it does nothing by itself."""

import smtplib
import threading
import time

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications.channels.errors import DeliveryError
from notifications.links import acknowledge_path, check_path, personal_path
from notifications.models import Delivery, Notice
from notifications.wording import words_of
from tenants.links import absolute

TIMEOUT = 3.0
KEPT_FOR = 10.0
"""Seconds without a message; then a thread calls the server anew."""
# What a server that has hung up meanwhile looks like.
HUNG_UP = (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused, ConnectionError)

_kept = threading.local()


def deliver(delivery: Delivery) -> str:
    """Send, and return the Message-ID. The same delivery always has the same Message-ID."""
    message = message_of(delivery)
    try:
        _send(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise DeliveryError(f"refused {codes}", permanent=min(codes) >= 500) from error
    except smtplib.SMTPDataError as error:
        permanent = error.smtp_code >= 500
        raise DeliveryError(f"refused {error.smtp_code}", permanent=permanent) from error
    except (smtplib.SMTPException, OSError) as error:
        raise DeliveryError(f"{type(error).__name__}: {error}") from error
    return str(message.extra_headers["Message-ID"])


def message_of(delivery: Delivery) -> EmailMessage:
    notice = delivery.notice
    words = words_of(notice)
    lines = [
        words.body,
        "",
        words.open_page,
        link_of(delivery),
        "",
        str(settings.BRAND_NAME),
        "",
    ]
    return EmailMessage(
        subject=words.subject,
        body="\n".join(lines),
        to=[delivery.address],
        headers={
            "Message-ID": message_id(delivery),
            "Auto-Submitted": "auto-generated",
            "Importance": "high" if notice.incident_id else "normal",
        },
    )


def _send(message: EmailMessage) -> None:
    """Over the connection that each thread keeps for a burst of messages."""
    kept = _kept_connection()
    if kept is not None:
        try:
            _send_over(kept, message)
        except HUNG_UP:
            pass
        else:
            return
    fresh = get_connection(timeout=TIMEOUT)
    fresh.open()
    _send_over(fresh, message)


def _kept_connection() -> BaseEmailBackend | None:
    connection, server, used_at = getattr(_kept, "connection", (None, None, 0.0))
    if connection is None or (server == _server() and time.monotonic() - used_at < KEPT_FOR):
        return connection
    _kept.connection = (None, None, 0.0)
    connection.close()
    return None


def _send_over(connection: BaseEmailBackend, message: EmailMessage) -> None:
    """One that failed in any way is not used again."""
    _kept.connection = (None, None, 0.0)
    message.connection = connection
    try:
        message.send()
    except BaseException:
        connection.close()
        raise
    _kept.connection = (connection, _server(), time.monotonic())


def _server() -> tuple[str, str, int]:
    return settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT


def link_of(delivery: Delivery) -> str:
    notice = delivery.notice
    if notice.kind == Notice.CHECK:
        return absolute(check_path(delivery))
    if notice.incident_id and notice.recipient_user:
        return absolute(acknowledge_path(notice))
    if notice.recipient_employee is not None:
        return absolute(personal_path(notice))
    return absolute(notice.path or "/")


def message_id(delivery: Delivery) -> str:
    return f"<{delivery.public_id.hex}@{settings.MAIL_DOMAIN}>"
