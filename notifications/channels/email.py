"""E-mail over SMTP. The link opens a page; opening it does nothing by itself."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, get_connection

from notifications.channels.errors import DeliveryError
from notifications.links import acknowledge_path
from notifications.models import Delivery, Notice
from notifications.wording import words_of
from tenants.links import absolute

TIMEOUT = 3.0


def deliver(delivery: Delivery) -> str:
    """Send, and return the Message-ID. The same delivery always has the same Message-ID."""
    message = message_of(delivery)
    try:
        message.send()
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
        link_of(notice),
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
        connection=get_connection(timeout=TIMEOUT),
    )


def link_of(notice: Notice) -> str:
    if notice.incident_id and notice.recipient_user:
        return absolute(acknowledge_path(notice))
    return absolute(notice.path or "/")


def message_id(delivery: Delivery) -> str:
    return f"<{delivery.public_id.hex}@{settings.MAIL_DOMAIN}>"
