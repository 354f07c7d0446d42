"""The purpose for which sound is recorded (利用目的), as the company tells its people."""

from django.db import transaction

from accounts.permissions import Actor
from audit.services import ADMIN_STREAM, append
from recordings.models import Purpose


@transaction.atomic
def publish_purpose(*, purpose: Purpose, actor: Actor) -> None:
    """What was told before stays readable: a change is a new version."""
    assert actor.user_id
    purpose.published_by_id = actor.user_id
    purpose.save(force_insert=True)
    append(ADMIN_STREAM, "purpose.published", actor, version=purpose.pk)


def purpose_now() -> str:
    """Empty where none was published."""
    return Purpose.objects.values_list("text", flat=True).first() or ""
