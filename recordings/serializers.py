from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recordings.models import PlayRange, PlaySession, Recording
from web.instants import Instant

# Two names of one thing: ours, and what browsers call it.
CODECS = ("aac-lc", "mp4a.40.2")
RATES = (8000, 96_000)


class DeviceClock(Instant):
    """Sound is never refused for a clock: a time that no calendar can show counts as not given."""

    def to_internal_value(self, value: Any) -> datetime | None:  # type: ignore[override]  # None is an answer, too
        try:
            return super().to_internal_value(value)
        except serializers.ValidationError:
            return None


class RegisterSerializer(serializers.Serializer[Recording]):
    client_id = serializers.UUIDField()
    tap_id = serializers.UUIDField()
    codec = serializers.ChoiceField(choices=CODECS, default="aac-lc")
    sample_rate = serializers.IntegerField(min_value=RATES[0], max_value=RATES[1])
    frames_per_unit = serializers.IntegerField(min_value=1, max_value=500)
    started_at = DeviceClock(required=False, allow_null=True)

    def validate_started_at(self, at: datetime | None) -> datetime | None:
        """Limit it to now: a fast clock must not put sound into the future."""
        return min(at, timezone.now()) if at else None


class RegisteredSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ingest_url = serializers.CharField()
    next = serializers.IntegerField()


class PlayRangeSerializer(serializers.Serializer[PlayRange]):
    at = Instant()
    from_seconds = serializers.SerializerMethodField()
    to_seconds = serializers.SerializerMethodField()

    def get_from_seconds(self, played: PlayRange) -> int:
        return int(played.first_seq * played.session.recording.unit_seconds)

    def get_to_seconds(self, played: PlayRange) -> int:
        return int((played.last_seq + 1) * played.session.recording.unit_seconds)


class PlaySerializer(serializers.ModelSerializer[PlaySession]):
    id = serializers.UUIDField(source="public_id")
    who = serializers.CharField(source="actor_name")
    mode = serializers.CharField()
    last_heard_at = serializers.SerializerMethodField()
    ranges = PlayRangeSerializer(many=True)

    class Meta:
        model = PlaySession
        fields = ("id", "who", "mode", "reason", "acting", "started_at", "last_heard_at", "ranges")

    @extend_schema_field(Instant(allow_null=True))
    def get_last_heard_at(self, play: PlaySession) -> str | None:
        """Time when the last part was handed out; null if nothing was heard."""
        ranges = list(play.ranges.all())
        return Instant().to_representation(ranges[-1].at) if ranges else None
