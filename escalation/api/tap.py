"""The door of what can only press: a Shortcut, an action button, a watch, a call button.

The token stands in the address, because such things often cannot send a header, and it opens
nothing but this: no reading beyond its own alarm's plain state, no other call of the API.
"""

import uuid
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import override
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from audit.services import ADMIN_STREAM, append
from escalation.alarms import raise_alarm
from escalation.api.incidents import press_of
from escalation.notice_words import to_employee
from escalation.serializers import RaiseSerializer
from incidents.models import Incident
from incidents.selectors import as_seen_by_employee
from people.devices.api import DeviceView, device_of
from people.devices.services import UnknownToken, authenticate_tap, issue_tap_token
from people.models import Device
from people.supervision.selectors import actor_for_device
from tenants.links import absolute
from web import bodies
from web.problems import Problem


class TapBodySerializer(RaiseSerializer):
    """Everything may be left out, and what cannot be read is."""

    tap_id = serializers.UUIDField(required=False)


class TapAnswerSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()
    state = serializers.ChoiceField(choices=Incident.State.choices)
    delivered = serializers.BooleanField()
    text = serializers.CharField(help_text="One line to show or to speak.")


class TapView(APIView):
    authentication_classes = ()
    permission_classes = ()

    @extend_schema(
        operation_id="tap",
        request=TapBodySerializer,
        responses={200: TapAnswerSerializer, 201: TapAnswerSerializer},
    )
    def post(self, request: Request, tap_token: str) -> Response:
        device = _button_of(tap_token)
        incident, created = raise_alarm(device=device, press=press_of(_body_of(request)))
        is_first = created and incident.taps.count() == 1
        code = status.HTTP_201_CREATED if is_first else status.HTTP_200_OK
        return Response(_answer(incident, device), status=code)


def _button_of(tap_token: str) -> Device:
    try:
        device = authenticate_tap(tap_token)
    except UnknownToken as error:
        raise Problem(404, "unknown-tap-token") from error
    if not device.may_report:
        raise Problem(404, "unknown-tap-token")
    return device


def _body_of(request: Request) -> dict[str, Any]:
    """The body, whatever it is wrapped in; a press without a tap_id gets one."""
    data = bodies.salvaged(request.body)
    return {**data, "tap_id": _uuid(data.get("tap_id")) or str(uuid.uuid4())}


def _uuid(value: object) -> str | None:
    try:
        return str(UUID(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _answer(incident: Incident, device: Device) -> Any:
    seen = as_seen_by_employee(incident, device)
    with override(settings.LANGUAGE_CODE):
        return TapAnswerSerializer(seen | {"text": _spoken(seen)}).data


def _spoken(seen: dict[str, Any]) -> str:
    number = {"number": seen["number"]}
    if seen["state"] == Incident.State.CLOSED:
        text = _("Alarm %(number)s has ended. If you need help, press once more.") % number
    else:
        state = {"said": _state_in_words(seen)}
        text = _("Alarm %(number)s has arrived. %(said)s") % (number | state)
    is_drill = seen["drill"] != Incident.Drill.NONE
    return _("[Drill] %(title)s") % {"title": text} if is_drill else text


def _state_in_words(seen: dict[str, Any]) -> str:
    """The state as her screen shows it, the most important only."""
    if seen["danger"]:
        return to_employee(IN_DANGER[seen["danger"]], None)
    if seen["arrived_by"]:
        return _("%(name)s has arrived") % {"name": seen["arrived_by"]}
    if seen["coming_by"]:
        return _("%(name)s is on the way") % {"name": seen["coming_by"]}
    if seen["support"] == "claimed":
        return to_employee("claimed", None)
    if seen["acknowledged_by"]:
        return _("%(name)s has seen it") % {"name": seen["acknowledged_by"]}
    if seen["support"] == "requested" and seen["drill"] != Incident.Drill.INTERNAL:
        return _("The security company is being asked.")
    if not seen["notified_count"]:
        return to_employee("nobody_reached", None)
    return _("Your supervisors are being told. In danger, call 110.")


IN_DANGER = {
    "desk_silent": "desk_silent",
    "nobody_came": "call_110",
    "nobody_reached": "nobody_reached",
}


class NewTapTokenSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=80, allow_blank=True, default="")


class TapTokenSerializer(serializers.Serializer[Any]):
    device_id = serializers.UUIDField()
    tap_token = serializers.CharField()
    url = serializers.CharField(help_text="Where to POST; shown only now.")


class TapTokensView(DeviceView):
    """Create an address for a Shortcut or a button of the device's holder."""

    @extend_schema(
        operation_id="createTapToken",
        request=NewTapTokenSerializer,
        responses={201: TapTokenSerializer},
    )
    def post(self, request: Request) -> Response:
        shape = NewTapTokenSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        device = device_of(request)
        button, token = issue_tap_token(holder=device.holder, **shape.validated_data)
        append(
            ADMIN_STREAM,
            "tap_token.issued",
            actor_for_device(device),
            device=str(button.public_id),
        )
        body = {"device_id": button.public_id, "tap_token": token, "url": tap_url(token)}
        return Response(TapTokenSerializer(body).data, status=status.HTTP_201_CREATED)


class TapTokenView(DeviceView):
    @extend_schema(
        operation_id="revokeTapToken",
        responses={204: OpenApiResponse(description="presses of it are marked from now on")},
    )
    def delete(self, request: Request, device_id: UUID) -> Response:
        button = Device.objects.filter(public_id=device_id, kind=Device.Kind.BUTTON).first()
        if button is None or not button.belongs_to_same_holder(device_of(request)):
            raise Http404
        button.revoke()
        return Response(status=status.HTTP_204_NO_CONTENT)


def tap_url(token: str) -> str:
    return absolute(f"/api/v1/tap/{token}")
