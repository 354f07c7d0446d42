"""Shapes of the device API."""

from typing import Any

from rest_framework import serializers

from notifications.channels.webpush import is_allowed
from notifications.models import Receipt
from web.instants import Instant


class ReceiptSerializer(serializers.Serializer[Any]):
    """Whether a test notice arrived is said by the person: confirmed or missed."""

    stage = serializers.ChoiceField(choices=Receipt.Stage.choices)
    at = Instant(required=False, help_text="When, by the device's clock.")


class SubscriptionKeysSerializer(serializers.Serializer[Any]):
    p256dh = serializers.RegexField(r"^[A-Za-z0-9_-]{80,100}=*$")
    auth = serializers.RegexField(r"^[A-Za-z0-9_-]{16,40}=*$")


class SubscriptionSerializer(serializers.Serializer[Any]):
    """A browser's PushSubscription as its own toJSON() writes it."""

    endpoint = serializers.CharField(max_length=1000)
    keys = SubscriptionKeysSerializer()

    def validate_endpoint(self, endpoint: str) -> str:
        if not is_allowed(endpoint):
            raise serializers.ValidationError("Not a known push service.", code="unknown_service")
        return endpoint
