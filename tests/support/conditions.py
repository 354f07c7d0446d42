"""Answers of a day, as the app sends them."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone

from tests.conftest import Phone


def today() -> date:
    return timezone.localdate()


def say(phone: Phone, condition: str, on: date | None = None, **fields: object):
    return phone.call("put", f"check-ins/{on or today()}", {"condition": condition} | fields)


TOKYO = ZoneInfo("Asia/Tokyo")


FRIDAY = date(2026, 11, 20)


def at(clock: str, on: date = FRIDAY) -> datetime:
    return datetime.combine(on, datetime.strptime(clock, "%H:%M").time(), TOKYO)  # noqa: DTZ007
