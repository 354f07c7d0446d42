"""The one way by which mail leaves: the channel's notices, and the mails of jobs (../mail.py)."""

import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from notifications.channels.breaker import BREAKER, Breaker
from notifications.channels.errors import DeliveryError, NoAnswer
from notifications.channels.smtp import WITHIN, Backend, Deadline

KEPT_FOR = 10.0
"""Seconds without a message; then a thread calls the server anew."""
# What a server that has hung up meanwhile looks like.
HUNG_UP = (smtplib.SMTPServerDisconnected, smtplib.SMTPSenderRefused, ConnectionError)
Server = tuple[str, str, int]

_kept = threading.local()


class Sender:
    def __init__(self, *, within: float = WITHIN, breaker: Breaker = BREAKER) -> None:
        self._within, self._breaker = within, breaker

    def send(self, message: EmailMessage) -> None:
        """Send a message. Raises DeliveryError."""
        peer = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
        try:
            with self._breaker.call(peer), _in_our_words():
                _send(message, Deadline(self._within))
        except ValueError as error:  # an address or a subject that can be in no mail
            raise DeliveryError(f"unusable: {error}", permanent=True) from error


SENDER = Sender()


@contextmanager
def _in_our_words() -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        codes = [code for code, _text in error.recipients.values()]
        raise DeliveryError(f"refused {codes}", permanent=min(codes) >= 500) from error
    except smtplib.SMTPDataError as error:
        permanent = error.smtp_code >= 500
        raise DeliveryError(f"refused {error.smtp_code}", permanent=permanent) from error
    except smtplib.SMTPServerDisconnected as error:
        raise NoAnswer(str(error)) from error
    except smtplib.SMTPException as error:
        raise DeliveryError(f"{type(error).__name__}: {error}") from error
    except OSError as error:
        raise NoAnswer(f"{type(error).__name__}: {error}") from error


def _send(message: EmailMessage, deadline: Deadline) -> None:
    """Send over the connection that each thread keeps for a burst of messages."""
    kept = _kept_connection()
    if kept is not None:
        try:
            _send_over(kept, message, deadline)
        except HUNG_UP:
            pass
        else:
            return
    fresh = get_connection(deadline=deadline)
    if isinstance(fresh, Backend):
        fresh.open()
        _send_over(fresh, message, deadline)
    else:  # of tests, which hands over to nobody
        fresh.send_messages([message])


def _kept_connection() -> Backend | None:
    connection, server, used_at = getattr(_kept, "connection", (None, None, 0.0))
    if connection is None or (server == _server() and time.monotonic() - used_at < KEPT_FOR):
        return connection
    _kept.connection = (None, None, 0.0)
    connection.close()
    return None


def _send_over(connection: Backend, message: EmailMessage, deadline: Deadline) -> None:
    """Send over a kept connection; one that failed in any way is not used again."""
    _kept.connection = (None, None, 0.0)
    connection.deadline = deadline
    try:
        connection.send_messages([message])
    except BaseException:
        connection.close()
        raise
    _kept.connection = (connection, _server(), time.monotonic())


def _server() -> Server:
    return settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT
