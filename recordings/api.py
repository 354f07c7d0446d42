"""The device API's door for recordings: register one, and read who played one's own."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from people.devices.api import DeviceView, device_of
from recordings.models import Recording
from recordings.selectors import next_of, plays_of
from recordings.serializers import PlaySerializer, RegisteredSerializer, RegisterSerializer
from recordings.services import OtherDevicesRecording, register_recording
from web.openapi import CONFLICT, ProblemSerializer
from web.problems import Problem


class RecordingsView(DeviceView):
    @extend_schema(
        operation_id="createRecording",
        request=RegisterSerializer,
        responses={
            200: RegisteredSerializer,
            201: RegisteredSerializer,
            CONFLICT: ProblemSerializer,
        },
    )
    def post(self, request: Request) -> Response:
        shape = RegisterSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        try:
            recording, created = register_recording(
                device=device_of(request), **shape.validated_data
            )
        except OtherDevicesRecording as error:
            raise Problem(409, "other-device") from error
        body = {
            "id": recording.public_id,
            "ingest_url": f"/ingest/{recording.public_id}",
            "next": next_of(recording),
        }
        return Response(
            RegisteredSerializer(body).data,
            status=status.HTTP_201_CREATED if created else status.HTTP_200_OK,
        )


class OwnPlaysView(DeviceView):
    @extend_schema(operation_id="listOwnRecordingPlays", responses=PlaySerializer(many=True))
    def get(self, request: Request, recording_id: UUID) -> Response:
        device = device_of(request)
        # The holder of a shared phone must not read about the others who used it.
        own = (
            Recording.objects.of_holder(device) if device.employee_id else Recording.objects.none()
        )
        recording = get_object_or_404(own, public_id=recording_id)
        return Response(PlaySerializer(plays_of(recording), many=True).data)
