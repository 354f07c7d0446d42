"""The device API's door for notices: what became of one, and where a browser can be woken."""

from uuid import UUID

from django.db.models import Q
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from notifications.models import Notice
from notifications.own_tests import SAID_BY_A_PERSON
from notifications.serializers import ReceiptSerializer, SubscriptionSerializer
from notifications.services import record_receipt, save_push_subscription
from people.devices.api import DeviceView, device_of
from people.models import Device
from web.openapi import UNFIT, ProblemSerializer
from web.problems import Problem


class ReceiptView(DeviceView):
    @extend_schema(
        operation_id="createReceipt",
        request=ReceiptSerializer,
        responses={
            202: OpenApiResponse(description="Noted; the first word of each stage stands."),
            UNFIT: ProblemSerializer,
        },
    )
    def post(self, request: Request, notice_id: UUID) -> Response:
        shape = ReceiptSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        device = device_of(request)
        notice = get_object_or_404(Notice, _addressed_to(device), public_id=notice_id)
        stage = shape.validated_data["stage"]
        if stage in SAID_BY_A_PERSON and notice.kind != Notice.TEST:
            raise Problem(422, "not-a-test", "Only a test notice is confirmed.")
        at = shape.validated_data.get("at") or timezone.now()
        record_receipt(notice, stage, at, str(device.public_id))
        return Response(status=status.HTTP_202_ACCEPTED)


def _addressed_to(device: Device) -> Q:
    """Condition: to this device, to another of the same holder, or to the holder's sign-in."""
    if device.employee is None:
        return Q(recipient_device__post=device.post_id)
    addressed = Q(recipient_device__employee=device.employee)
    if device.employee.user_id is None:
        return addressed
    return addressed | Q(recipient_user=device.employee.user_id)


class WebPushView(DeviceView):
    @extend_schema(
        operation_id="putDeviceWebPush",
        request=SubscriptionSerializer,
        responses={204: OpenApiResponse(description="This browser is told by push from now on.")},
    )
    def put(self, request: Request) -> Response:
        shape = SubscriptionSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        endpoint, keys = shape.validated_data["endpoint"], shape.validated_data["keys"]
        save_push_subscription(device_of(request), endpoint, keys["p256dh"], keys["auth"])
        return Response(status=status.HTTP_204_NO_CONTENT)
