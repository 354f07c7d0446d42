"""Shapes of the device API for incidents. They validate; they never write."""

import math
from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from incidents.models import Incident
from notifications.own_tests import PUSH, STATES
from people.models import AppSettings
from recordings.models import Recording
from web.instants import Instant

MOST_FIXES = 500
SENT_AT = (
    "When it is sent, by the clock that dated it. How long ago something was is the difference of "
    "the two; without it, it is of now. A clock that is wrong harms nothing."
)
FARTHEST_M = 40_075_000  # around the earth; 1e400 is a number in JSON and nowhere else


class Measured(serializers.FloatField):
    """A number that was measured: "nan", which passes every limit, and true are none."""

    def to_internal_value(self, value: Any) -> float:
        number = super().to_internal_value(value)
        if isinstance(value, bool) or not math.isfinite(number):
            self.fail("invalid")
        return number


class FixSerializer(serializers.Serializer[Any]):
    latitude = Measured(min_value=-90, max_value=90)
    longitude = Measured(min_value=-180, max_value=180)
    accuracy_m = Measured(min_value=0, max_value=FARTHEST_M, allow_null=True, default=None)
    recorded_at = Instant(required=False)

    def validate(self, fix: dict[str, Any]) -> dict[str, Any]:
        if (fix["latitude"], fix["longitude"]) == (0, 0):
            raise serializers.ValidationError("0, 0 is what a phone says that knows no position.")
        return fix


class RaiseSerializer(serializers.Serializer[Any]):
    """Only ``tap_id`` can make a press fail; whatever else cannot be read is left out."""

    tap_id = serializers.UUIDField()
    level = serializers.ChoiceField(choices=Incident.Level.choices, default=Incident.Level.ALARM)
    pressed_at = Instant(required=False, allow_null=True)
    sent_at = Instant(required=False, allow_null=True, help_text=SENT_AT)
    location = FixSerializer(required=False, allow_null=True)
    silent = serializers.BooleanField(default=True)
    drill = serializers.BooleanField(default=False)


class LevelSerializer(serializers.Serializer[Any]):
    """A cry for help, whatever can be read of it. The same ``client_id`` is one: it may be sent
    again."""

    level = serializers.ChoiceField(choices=Incident.Level.choices, default=Incident.Level.ALARM)
    client_id = serializers.UUIDField(required=False)


class AnswerSerializer(serializers.Serializer[Any]):
    """The same ``client_id`` is one: it may be sent again."""

    answer = serializers.ChoiceField(choices=["safe", "still_going", "ok"])
    client_id = serializers.UUIDField(required=False)


class MessageSerializer(serializers.Serializer[Any]):
    client_id = serializers.UUIDField()
    text = serializers.CharField(max_length=500)


class CloseSerializer(serializers.Serializer[Any]):
    outcome = serializers.ChoiceField(choices=["safe", "mistaken", "drill"], default="safe")
    pin = serializers.CharField(max_length=12, required=False, write_only=True)


class LocationsSerializer(serializers.Serializer[Any]):
    """Each position stands for itself: one that cannot be read costs not the others."""

    fixes = FixSerializer(many=True)
    sent_at = Instant(required=False, help_text=SENT_AT)


class BatchSerializer(serializers.Serializer[Any]):
    """The same as it is read: its positions one by one, each by its own shape."""

    fixes = serializers.ListField(max_length=MOST_FIXES)
    sent_at = Instant(required=False)


class RefusedFixSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Its place in the batch, from 0.")
    reason = serializers.CharField()


class StoredLocationsSerializer(serializers.Serializer[Any]):
    stored = serializers.IntegerField(help_text="How many of the batch are new.")
    refused = RefusedFixSerializer(many=True)


class SeenMessageSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    author = serializers.CharField()
    mine = serializers.BooleanField()
    text = serializers.CharField()
    at = Instant()


class AskedOnSiteSerializer(serializers.Serializer[Any]):
    by = serializers.CharField()
    people = serializers.CharField()
    at = Instant()


@extend_schema_serializer(component_name="SeenIncident")
class EmployeeIncidentSerializer(serializers.Serializer[Any]):
    """The incident as the employee may see it."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Incident.State.choices)
    level = serializers.ChoiceField(choices=Incident.Level.choices)
    drill = serializers.ChoiceField(choices=Incident.Drill.choices)
    opened_at = Instant()
    delivered = serializers.BooleanField()
    notified_count = serializers.IntegerField()
    acknowledged_by = serializers.CharField(allow_null=True)
    acknowledged_at = Instant(allow_null=True)
    coming_by = serializers.CharField(allow_null=True)
    coming_at = Instant(allow_null=True)
    arrived_by = serializers.CharField(allow_null=True)
    arrived_at = Instant(allow_null=True)
    asked_on_site = AskedOnSiteSerializer(
        allow_null=True, help_text="A supervisor asked people on site to go there; until one does."
    )
    safe_at = Instant(allow_null=True)
    late_minutes = serializers.IntegerField(
        allow_null=True,
        help_text="So long the press was on its way: the page asks whether help is still needed.",
    )
    pressed_again_at = Instant(allow_null=True)
    called_again_at = Instant(
        allow_null=True, help_text="When everybody was called for that press; null: not yet."
    )
    again_at = Instant(
        allow_null=True, help_text="When everybody is called for it, if they were called just then."
    )
    danger = serializers.ChoiceField(
        choices=["desk_silent", "nobody_came", "nobody_reached"],
        allow_null=True,
        help_text="Shown in red with 110, with sound, whatever else the screen shows.",
    )
    danger_at = Instant(allow_null=True)
    support = serializers.ChoiceField(
        choices=["none", "requested", "unanswered", "claimed", "ended"]
    )
    support_at = Instant(
        allow_null=True, help_text="Since when it stands so; the waiting is counted from it."
    )
    support_asked_by = serializers.ChoiceField(
        choices=["employee", "supervisor", "system"], allow_null=True
    )
    support_step = serializers.CharField(allow_null=True)
    support_result = serializers.CharField(
        allow_null=True, help_text="With what the security company has ended."
    )
    support_requested_at = Instant(allow_null=True)
    support_available = serializers.BooleanField()
    closed_by = serializers.CharField(allow_null=True)
    closed_at = Instant(allow_null=True)
    answer_wanted = serializers.BooleanField()
    upload_until = Instant(allow_null=True)
    server_time = Instant()
    messages = SeenMessageSerializer(many=True)


class ReachableSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()


class PlaceSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    internal_number = serializers.CharField()
    number_to_dial = serializers.CharField(
        allow_blank=True, help_text="Empty where a mobile telephone cannot dial the number."
    )


class ExerciseSerializer(serializers.Serializer[Any]):
    """While it runs the button asks whether it is a drill; unanswered for 5 s it is not."""

    ends_at = Instant()


class OwnTestSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(help_text="Of the notice; its receipts say confirmed or missed.")
    at = Instant()
    state = serializers.ChoiceField(choices=STATES)


class DeviceSerializer(serializers.Serializer[Any]):
    device_id = serializers.UUIDField()
    holder = ReachableSerializer()
    reachable = ReachableSerializer(many=True)
    support_available = serializers.BooleanField()
    exercise = ExerciseSerializer(allow_null=True)
    purpose = serializers.CharField(allow_blank=True)
    purpose_published_at = Instant(allow_null=True)
    site = PlaceSerializer(allow_null=True)
    screen_after_tap = serializers.ChoiceField(choices=AppSettings.Screen.choices)
    brand = serializers.CharField()
    security_company = serializers.CharField()
    server_time = Instant()
    test_notice = OwnTestSerializer(
        allow_null=True, help_text="The newest test notice; confirmed and missed said the person."
    )
    push = serializers.ChoiceField(
        choices=PUSH, help_text="Whether a push service takes what is sent to this device."
    )


class OwnRecordingSerializer(serializers.Serializer[Recording]):
    id = serializers.UUIDField(source="public_id")
    seconds = serializers.SerializerMethodField()

    def get_seconds(self, recording: Any) -> int:
        return int((recording.reach or 0) / recording.sample_rate + 0.5)


class OwnIncidentSerializer(serializers.Serializer[Incident]):
    id = serializers.UUIDField(source="public_id")
    number = serializers.IntegerField()
    state = serializers.CharField()
    drill = serializers.CharField()
    opened_at = Instant()
    recordings = OwnRecordingSerializer(many=True)
