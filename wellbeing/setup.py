"""What HR decides about conditions. Nobody reads an answer by deciding."""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from audit.services import ADMIN_STREAM, append
from wellbeing.models import WellbeingSettings


@transaction.atomic
def save_settings(*, settings: WellbeingSettings, user: User) -> None:
    """Save the settings, with who switched named lists on, and when: not by the form."""
    before = WellbeingSettings.objects.select_for_update().first()
    was_on = before is not None and before.exports_on
    if settings.exports_on and not was_on:
        settings.exports_by, settings.exports_since = user, timezone.now()
    if not settings.exports_on:
        settings.exports_by, settings.exports_since, settings.exports_reason = None, None, ""
    settings.save()
    if settings.exports_on != was_on:
        append(
            ADMIN_STREAM,
            "conditions.exports_switched",
            user.as_actor(),
            is_on=settings.exports_on,
        )
