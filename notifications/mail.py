"""Mails that are no notices. Each is the work of one job, and only of a job: nobody who asks for
a page waits for a mail server."""

import logging
import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models.functions import Now

from jobs.models import Job
from jobs.registry import Retry
from notifications.channels.errors import DeliveryError, PeerRests
from notifications.channels.sender import SENDER, Sender
from notifications.delivery import WORTH_SENDING

logger = logging.getLogger("notifications")


def send(job: Job, message: EmailMessage | None, sender: Sender = SENDER) -> None:
    """Send a job's mail, always under the same Message-ID; None where there is no recipient left.

    A refusal for good ends the job. Every other fault is raised, so that the job is repeated.
    """
    if message is None:
        return
    message.extra_headers.setdefault("Message-ID", message_id(job))
    try:
        sender.send(message)
    except PeerRests as error:
        if not _is_young(job):
            raise
        raise Retry(timedelta(seconds=error.retry_after or 0), str(error)) from error
    except DeliveryError as error:
        if not error.permanent:
            raise
        logger.error("notifications.mail_refused", extra={"job": job.pk, "kind": job.kind})


def message_id(job: Job) -> str:
    return f"<{uuid.uuid5(uuid.NAMESPACE_URL, job.key).hex}@{settings.MAIL_DOMAIN}>"


def _is_young(job: Job) -> bool:
    """Whether the job is recent, by the database's clock. Older ones fail visibly."""
    since = Now() - WORTH_SENDING[min(job.lane, 1)]
    return Job.objects.filter(pk=job.pk, created_at__gt=since).exists()
