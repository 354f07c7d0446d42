"""The device's word about itself during an alarm. Nothing that it says is refused."""

from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from escalation.api.incidents import readable
from incidents.device_states import note_state
from incidents.models import DeviceState
from incidents.models.device_state import LONGEST_NETWORK, MOST_SECONDS
from people.devices.api import DeviceView, HasDeviceEvenRevoked, device_of
from web import bodies
from web.instants import Instant

Sound, Position = DeviceState.Sound, DeviceState.Position


class DeviceStateSerializer(serializers.Serializer[Any]):
    """What cannot be read counts as not said, and a word that is not known as "unknown"."""

    sound = serializers.ChoiceField(choices=Sound.choices, default=Sound.UNKNOWN)
    position = serializers.ChoiceField(choices=Position.choices, default=Position.UNKNOWN)
    unsent_seconds = serializers.IntegerField(
        min_value=0, max_value=MOST_SECONDS, allow_null=True, default=None
    )
    battery_percent = serializers.IntegerField(
        min_value=0, max_value=100, allow_null=True, default=None
    )
    network = serializers.CharField(max_length=LONGEST_NETWORK, allow_blank=True, default="")
    tap_id = serializers.UUIDField(allow_null=True, default=None)
    at = Instant(allow_null=True, default=None, help_text="When it was so, by the device's clock.")


class DeviceStateView(DeviceView):
    """Sent when an alarm begins and when something changes, every five seconds at most."""

    permission_classes = (HasDeviceEvenRevoked,)

    @extend_schema(
        operation_id="putDeviceState",
        request=DeviceStateSerializer,
        responses={204: OpenApiResponse(description="Those who help can read it.")},
    )
    def put(self, request: Request) -> Response:
        said = readable(DeviceStateSerializer, bodies.salvaged(request.body))
        note_state(device=device_of(request), said=said)
        return Response(status=status.HTTP_204_NO_CONTENT)
