"""The purpose for which sound is recorded (利用目的), as the company states it to its people.

Nobody who presses is ever refused, so the law's "informed beforehand" is kept where a device is
enrolled: before a purpose was published no enrolment code is given out.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from recordings.models import Purpose

USUAL_PURPOSE = _(
    "We record the sound and the position from the press of the button until the alarm has ended,"
    " in order to protect our employees against harassment by customers, to send help and to keep"
    " evidence. Only those who help, and those in HR who look after the case, listen to it;"
    " everyone who listens is recorded and shown to the person. It is not used for evaluation."
)


class NotPublished(Exception):
    """People would be recorded without having been informed why."""


@transaction.atomic
def publish_purpose(*, purpose: Purpose, actor: Actor) -> None:
    """Publish a new version; earlier ones stay readable."""
    assert actor.user_id
    purpose.published_by_id = actor.user_id
    purpose.save(force_insert=True)
    append(ADMIN_STREAM, "purpose.published", actor, version=purpose.pk)


def purpose_now() -> Purpose | None:
    return Purpose.objects.first()


def purpose_at(moment: datetime) -> Purpose | None:
    """The version in force at that time."""
    return Purpose.objects.filter(published_at__lte=moment).first()


def must_be_published() -> None:
    """Check this before a new device may record. Raises NotPublished."""
    if not Purpose.objects.exists():
        raise NotPublished
