"""E-mail over SMTP. The link opens a page; opening it does nothing by itself."""

from django.conf import settings
from django.core.mail import EmailMessage

from notifications.channels.sender import SENDER, Sender
from notifications.links import acknowledge_path, check_path, personal_path
from notifications.messages import render_for_recipient
from notifications.models import Delivery, Notice
from tenants.links import absolute


def deliver(delivery: Delivery, sender: Sender = SENDER) -> str:
    """Send, and return the Message-ID. The same delivery always has the same Message-ID."""
    message = message_of(delivery)
    sender.send(message)
    return str(message.extra_headers["Message-ID"])


def message_of(delivery: Delivery) -> EmailMessage:
    notice = delivery.notice
    words = render_for_recipient(notice)
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
