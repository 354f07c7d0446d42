"""Shapes of the device API for conditions. They validate; they never write."""

from typing import Any

from rest_framework import serializers

from web.instants import Instant
from wellbeing.icons import Icon
from wellbeing.models import CheckIn
from wellbeing.models.checkins import CheckInAudience, Condition

MOST_NOTE = 1000


class CheckInAnswerSerializer(serializers.Serializer[Any]):
    condition = serializers.ChoiceField(choices=Condition.choices)
    note = serializers.CharField(max_length=MOST_NOTE, allow_blank=True, default="")
    note_audience = serializers.ChoiceField(
        choices=CheckInAudience.choices, default=CheckInAudience.SUPERVISOR
    )
    wants_contact = serializers.BooleanField(default=False)


class CheckInSerializer(serializers.Serializer[CheckIn]):
    date = serializers.DateField()
    condition = serializers.ChoiceField(choices=Condition.choices)
    note = serializers.CharField()
    note_audience = serializers.ChoiceField(choices=CheckInAudience.choices)
    wants_contact = serializers.BooleanField()
    updated_at = Instant()


class AudienceSerializer(serializers.Serializer[Any]):
    value = serializers.ChoiceField(choices=CheckInAudience.choices)
    text = serializers.CharField()
    readers = serializers.ListField(child=serializers.CharField())


class LineSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    phone = serializers.CharField()
    url = serializers.CharField()
    hours = serializers.CharField()


class IconSerializer(serializers.Serializer[Icon]):
    """One of the two is empty: the name of a built-in picture, or a sign to be written."""

    picture = serializers.CharField(allow_blank=True)
    sign = serializers.CharField(allow_blank=True)


class IconsSerializer(serializers.Serializer[Any]):
    good = IconSerializer()
    normal = IconSerializer()
    bad = IconSerializer()


class OwnConditionsSerializer(serializers.Serializer[Any]):
    """What the app needs for today's question. ``is_on`` false: do not ask."""

    is_on = serializers.BooleanField()
    today = serializers.DateField()
    audiences = AudienceSerializer(many=True)
    default_audience = serializers.ChoiceField(choices=CheckInAudience.choices)
    health_available = serializers.BooleanField()
    lines = LineSerializer(many=True)
    history = CheckInSerializer(many=True)
    icons = IconsSerializer()


class DaySerializer(serializers.Serializer[Any]):
    """A day of a month. Without a condition: nothing was answered."""

    date = serializers.DateField()
    condition = serializers.ChoiceField(choices=Condition.choices, allow_null=True)
    note = serializers.CharField(allow_blank=True)
    is_working = serializers.BooleanField()


class MonthSerializer(serializers.Serializer[Any]):
    days = DaySerializer(many=True)
    today = serializers.DateField()
    is_first = serializers.BooleanField(help_text="Nothing is kept of the months before it.")


class LookSerializer(serializers.Serializer[Any]):
    who = serializers.CharField()
    on = serializers.DateField()


class ContactSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    role = serializers.CharField(help_text="What this person is to her, in words.")


class CareSerializer(serializers.Serializer[Any]):
    """Contacts after one incident: who may ask, who was chosen, on which days."""

    contacts = ContactSerializer(many=True)
    chosen = serializers.UUIDField(allow_null=True)
    declined = serializers.BooleanField()
    days = serializers.ListField(child=serializers.DateField())
    lines = LineSerializer(many=True)


class CareChoiceSerializer(serializers.Serializer[Any]):
    contact = serializers.UUIDField(allow_null=True, default=None)
    declined = serializers.BooleanField(default=False)
