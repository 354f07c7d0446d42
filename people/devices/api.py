"""The device API's door for people: enrolment, the device itself, its push token."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle
from rest_framework.views import APIView

from people.devices.services import UnknownCode, UnknownToken, authenticate, note_seen, redeem_code
from people.models import AppSettings, Device, Site
from web.instants import Instant
from web.openapi import NOT_FOUND, ProblemSerializer
from web.problems import Problem


class DeviceAuthentication(BaseAuthentication):
    """Bearer token of a device; cookies are never looked at, so there is no CSRF to fear."""

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Device] | None:
        scheme, _space, token = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        try:
            device = authenticate(token.strip())
        except UnknownToken as error:
            raise AuthenticationFailed(code="unknown_token") from error
        if not getattr(request.parser_context["view"], "notes_itself_that_it_is_seen", False):
            note_seen(device)
        return AnonymousUser(), device

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular's hook has no types
    target_class = DeviceAuthentication
    name = "deviceToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class HasDevice(BasePermission):
    def has_permission(self, request: Request, view: APIView) -> bool:
        if not isinstance(request.auth, Device):
            return False
        if request.auth.revoked_at is not None:
            raise Problem(403, "device-revoked", _("This device was revoked. It can only report."))
        return True


class HasDeviceEvenRevoked(BasePermission):
    """A revoked device of a current employee may still report, and only that."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.auth, Device)


class DeviceView(APIView):
    authentication_classes = (DeviceAuthentication,)
    permission_classes: tuple[type[BasePermission], ...] = (HasDevice,)
    notes_itself_that_it_is_seen = False
    """True: the call does so in its own transaction, and there is one commit fewer."""


def device_of(request: Request) -> Device:
    assert isinstance(request.auth, Device)
    return request.auth


class UnknownCallView(APIView):
    """Whatever this API does not have is said in its own language, not by a page."""

    authentication_classes = ()
    permission_classes = ()
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise Problem(404, "not-found")


# A button is not enrolled: a device's holder makes it (`POST device/tap-token`), or HR does.
KINDS = [choice for choice in Device.Kind.choices if choice[0] != Device.Kind.BUTTON]


class EnrolSerializer(serializers.Serializer[Device]):
    code = serializers.CharField(
        max_length=2000, help_text="As it was typed or pasted; the whole address will do."
    )
    kind = serializers.ChoiceField(choices=KINDS)
    name = serializers.CharField(max_length=80, allow_blank=True, default="")


class EnrolledSerializer(serializers.Serializer[Any]):
    device_id = serializers.UUIDField()
    token = serializers.CharField()


MINUTE = 60


class GuessThrottle(AnonRateThrottle):
    """Limit wrong codes only, because a whole shop enrols behind one address."""

    rate = "60/min"
    scope = "guesses"

    def throttle_success(self) -> bool:
        return True

    def count(self, request: Request, view: APIView) -> None:
        self.allow_request(request, view)
        self.cache.set(self.key, [self.now, *self.history], MINUTE)


class EnrolView(APIView):
    authentication_classes = ()
    permission_classes = ()
    throttle_classes = (GuessThrottle,)

    @extend_schema(
        operation_id="enrollDevice",
        request=EnrolSerializer,
        responses={201: EnrolledSerializer, NOT_FOUND: ProblemSerializer},
        auth=[{}],  # type: ignore[list-item]  # nobody has to be known
    )
    def post(self, request: Request) -> Response:
        shape = EnrolSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        try:
            device, token = redeem_code(**shape.validated_data)
        except UnknownCode as error:
            GuessThrottle().count(request, self)
            raise Problem(404, "unknown-code") from error
        body = {"device_id": device.public_id, "token": token}
        return Response(EnrolledSerializer(body).data, status=status.HTTP_201_CREATED)


class PushSerializer(serializers.Serializer[Any]):
    token = serializers.CharField(max_length=300)
    permissions = serializers.ListField(child=serializers.CharField(max_length=40), default=list)


class PushView(DeviceView):
    @extend_schema(operation_id="putDevicePush", request=PushSerializer, responses={204: None})
    def put(self, request: Request) -> Response:
        shape = PushSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        device = device_of(request)
        device.push |= dict(shape.validated_data)
        device.save(update_fields=["push"])
        return Response(status=status.HTTP_204_NO_CONTENT)


class HeldDeviceSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(source="public_id")
    kind = serializers.CharField()
    kind_name = serializers.CharField(source="get_kind_display")
    name = serializers.CharField()
    enrolled_at = Instant()
    last_seen_at = Instant(allow_null=True)
    is_this = serializers.SerializerMethodField()

    def get_is_this(self, device: Device) -> bool:
        """Whether it is the one that asks."""
        return bool(device.pk == self.context["asking"].pk)


class OwnDevicesView(DeviceView):
    """Every device of the same holder that is not revoked."""

    @extend_schema(operation_id="listOwnDevices", responses=HeldDeviceSerializer(many=True))
    def get(self, request: Request) -> Response:
        device = device_of(request)
        held = Device.objects.of_same_holder(device)
        context = {"asking": device}
        return Response(HeldDeviceSerializer(held, many=True, context=context).data)


def _site_summary(site: Site) -> dict[str, str]:
    return {
        "name": site.name,
        "internal_number": site.internal_number,
        "number_to_dial": site.number_to_dial,
    }


def device_summary(device: Device) -> dict[str, Any]:
    """What the app shows of its own device; who would be reached is added by the response."""
    site = device.site
    return {
        "device_id": device.public_id,
        "holder": {"name": device.holder.full_name},
        "site": _site_summary(site) if site else None,
        "screen_after_tap": AppSettings.current().screen_after_tap,
        "brand": settings.BRAND_NAME,
        "security_company": settings.SECURITY_COMPANY_NAME,
        "server_time": timezone.now(),
    }
