"""Times of the API: RFC 3339 in UTC, whatever zone the company lives in."""

from datetime import UTC, datetime
from typing import Any

from rest_framework import serializers

# Beyond these no clock is off; the calendar's own ends cannot be shown in every time zone.
YEARS = range(1900, 2200)


class Instant(serializers.DateTimeField):
    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)

    def to_internal_value(self, value: Any) -> datetime:
        moment: datetime = super().to_internal_value(value)
        if moment.year not in YEARS:
            self.fail("overflow")
        return moment
