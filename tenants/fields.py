"""Times of the API: RFC 3339 in UTC, whatever zone the company lives in."""

from datetime import UTC
from typing import Any

from rest_framework import serializers


class Instant(serializers.DateTimeField):
    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)
