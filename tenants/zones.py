"""A company's own time zone: where its days begin and end, whatever the server's clock shows."""

from datetime import date
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import timezone


def zone(name: str) -> ZoneInfo:
    """A zone that does not exist must not cost an alarm: then it is the server's."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


def today_in(name: str) -> date:
    """For code that is inside no company, which has a day of its own."""
    return timezone.localdate(timezone=zone(name))
