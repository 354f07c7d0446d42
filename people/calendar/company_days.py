"""The company's own days: they begin at midnight in its time zone."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

from tenants.context import current_company


def today() -> date:
    return timezone.now().astimezone(_zone()).date()


def start_of(day: date) -> datetime:
    return datetime.combine(day, time(), _zone())


def _zone() -> ZoneInfo:
    return ZoneInfo(current_company().time_zone)
