from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from recordings.models import PlaySession, Recording, SoundMark
from recordings.selectors import HeardPart, parts_heard
from web.device_clocks import placed_at
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
    sent_at = DeviceClock(
        required=False,
        allow_null=True,
        help_text="Now, by the clock of started_at: a clock that is wrong harms nothing.",
    )

    def validate(self, fields: dict[str, Any]) -> dict[str, Any]:
        """When it began by our clock: the device's own may be anything."""
        (began,) = placed_at(
            arrived=timezone.now(),
            claimed=[fields.get("started_at")],
            sent=fields.pop("sent_at", None),
        )
        return fields | {"started_at": began}


class RegisteredSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    ingest_url = serializers.CharField()
    next = serializers.IntegerField()


class PlayRangeSerializer(serializers.Serializer[Any]):
    """A part that was heard without a gap."""

    at = Instant(help_text="When listening to it began.")
    from_seconds = serializers.IntegerField()
    to_seconds = serializers.IntegerField()


class PlayMarkSerializer(serializers.Serializer[SoundMark]):
    """A place that was marked while listening."""

    made_at = Instant()
    at_seconds = serializers.IntegerField(source="second")
    word = serializers.CharField()
    withdrawn = serializers.BooleanField(source="is_withdrawn")


class PlaySerializer(serializers.ModelSerializer[PlaySession]):
    """One listening."""

    id = serializers.UUIDField(source="public_id")
    who = serializers.CharField(source="actor_name")
    mode = serializers.CharField(help_text="As kind; dvr is a replay.")
    kind = serializers.SerializerMethodField()
    started_at = Instant()
    ended_at = serializers.SerializerMethodField()
    last_heard_at = serializers.SerializerMethodField()
    ranges = serializers.SerializerMethodField()
    marks = PlayMarkSerializer(many=True)

    class Meta:
        model = PlaySession
        fields = (
            "id",
            "who",
            "mode",
            "kind",
            "reason",
            "acting",
            "started_at",
            "ended_at",
            "last_heard_at",
            "ranges",
            "marks",
        )

    @extend_schema_field(serializers.ChoiceField(choices=["live", "replay"]))
    def get_kind(self, play: PlaySession) -> str:
        return "live" if play.mode == PlaySession.Mode.LIVE else "replay"

    @extend_schema_field(Instant(allow_null=True))
    def get_ended_at(self, play: PlaySession) -> str | None:
        """When it ended; of one that was left open, when the last part was handed out."""
        return _as_text(play.ended_at or _last_heard(play))

    @extend_schema_field(Instant(allow_null=True))
    def get_last_heard_at(self, play: PlaySession) -> str | None:
        """Time when the last part was handed out; null if nothing was heard."""
        return _as_text(_last_heard(play))

    @extend_schema_field(PlayRangeSerializer(many=True))
    def get_ranges(self, play: PlaySession) -> Any:
        return PlayRangeSerializer(
            [_range(play, part) for part in parts_heard(play)], many=True
        ).data


def _last_heard(play: PlaySession) -> datetime | None:
    return max((one.at for one in play.ranges.all()), default=None)


def _as_text(at: datetime | None) -> str | None:
    return None if at is None else Instant().to_representation(at)


def _range(play: PlaySession, part: HeardPart) -> dict[str, Any]:
    unit = play.recording.unit_seconds
    return {
        "at": part.at,
        "from_seconds": int(part.first_seq * unit),
        "to_seconds": int((part.last_seq + 1) * unit),
    }
