"""The device API of an incident: translate in, one domain call, translate out."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import ListAPIView
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from escalation import alarms, response
from escalation.errors import AlreadyClosed
from escalation.exercises import running_for
from escalation.serializers import (
    AnswerSerializer,
    BatchSerializer,
    CloseSerializer,
    DeviceSerializer,
    EmployeeIncidentSerializer,
    FixSerializer,
    LevelSerializer,
    LocationsSerializer,
    MessageSerializer,
    OwnIncidentSerializer,
    RaiseSerializer,
    StoredLocationsSerializer,
)
from incidents.log import record_fixes
from incidents.models import Incident
from incidents.selectors import as_seen_by_employee
from notifications.own_tests import newest_test, push_of, send_test
from people.devices.api import (
    DeviceView,
    HasDevice,
    HasDeviceEvenRevoked,
    device_of,
    device_summary,
)
from people.devices.services import note_language, note_seen
from people.models import Device
from people.supervision.selectors import actor_for_device, supervisors_of
from recordings.purposes import purpose_now
from recordings.selectors import own_recordings
from tenants.context import current_company
from web import bodies
from web.openapi import CONFLICT, NOT_FOUND, ProblemSerializer
from web.problems import Problem

OUTCOMES = {
    "safe": Incident.Outcome.RESOLVED,
    "mistaken": Incident.Outcome.MISTAKEN,
    "drill": Incident.Outcome.DRILL,
}


class IncidentView(DeviceView):
    permission_classes: tuple[type[BasePermission], ...] = (HasDeviceEvenRevoked,)

    def handle_exception(self, exc: Exception) -> Response:
        if isinstance(exc, AlreadyClosed):
            exc = Problem(409, "already-closed")
        return super().handle_exception(exc)


def incident_of(device: Device, public_id: UUID) -> Incident:
    """The holder's own incident; 404 for anybody else's."""
    within_reach = Incident.objects.within_reach_of(device)
    incident = within_reach.filter(public_id=public_id).order_by("pk").first()
    if incident is None:
        raise Http404
    return incident


def employee_view(incident: Incident, device: Device, *, is_new: bool = False) -> Any:
    seen = as_seen_by_employee(incident, device, is_new=is_new)
    return bodies.kept(EmployeeIncidentSerializer).to_representation(seen)


class RaiseView(IncidentView):
    notes_itself_that_it_is_seen = True

    @extend_schema(
        operation_id="createIncident",
        request=RaiseSerializer,
        responses={200: EmployeeIncidentSerializer, 201: EmployeeIncidentSerializer},
    )
    def post(self, request: Request) -> Response:
        device = device_of(request)
        try:
            press = press_of(bodies.salvaged(request.body))
        except ValidationError:
            note_seen(device)
            raise
        incident, is_new = alarms.raise_alarm(device=device, press=press)
        code = status.HTTP_201_CREATED if is_new else status.HTTP_200_OK
        return Response(employee_view(incident, device, is_new=is_new), status=code)


def press_of(data: dict[str, Any]) -> alarms.Press:
    """Read a press as generously as possible: only a missing tap_id is an error."""
    fields = bodies.readable(RaiseSerializer, data)
    # When it leaves differs with each try of the same press.
    said = {name: value for name, value in data.items() if name != "sent_at"}
    body = json.dumps(said, sort_keys=True, default=str).encode()
    return alarms.Press(
        tap_id=fields["tap_id"],
        level=fields["level"],
        pressed_at=fields.get("pressed_at"),
        sent_at=fields.get("sent_at"),
        location=fields.get("location"),
        silent=fields["silent"],
        drill=fields["drill"],
        body_sha256=hashlib.sha256(body).digest(),
    )


class OneIncidentView(IncidentView):
    @extend_schema(operation_id="getIncident", responses=EmployeeIncidentSerializer)
    def get(self, request: Request, incident_id: UUID) -> Response:
        device = device_of(request)
        return Response(employee_view(incident_of(device, incident_id), device))


class LevelView(IncidentView):
    @extend_schema(
        operation_id="raiseIncident",
        request=LevelSerializer,
        responses={200: EmployeeIncidentSerializer, CONFLICT: ProblemSerializer},
    )
    def post(self, request: Request, incident_id: UUID) -> Response:
        device = device_of(request)
        cry = bodies.readable(LevelSerializer, bodies.salvaged(request.body))
        alarms.raise_level(incident=incident_of(device, incident_id), device=device, **cry)
        return Response(employee_view(incident_of(device, incident_id), device))


class AnswerView(IncidentView):
    @extend_schema(
        operation_id="answerIncident",
        request=AnswerSerializer,
        responses=EmployeeIncidentSerializer,
    )
    def post(self, request: Request, incident_id: UUID) -> Response:
        device = device_of(request)
        said = bodies.readable(AnswerSerializer, request.data)
        incident = incident_of(device, incident_id)
        incident = response.answer(incident=incident, device=device, **said)
        return Response(employee_view(incident_of(device, incident.public_id), device))


class MessagesView(IncidentView):
    @extend_schema(
        operation_id="createMessage",
        request=MessageSerializer,
        responses={201: EmployeeIncidentSerializer, CONFLICT: ProblemSerializer},
    )
    def post(self, request: Request, incident_id: UUID) -> Response:
        device = device_of(request)
        said = bodies.readable(MessageSerializer, request.data)
        incident = incident_of(device, incident_id)
        response.post_message(incident=incident, actor=actor_for_device(device), **said)
        return Response(employee_view(incident, device), status=status.HTTP_201_CREATED)


class CloseView(IncidentView):
    @extend_schema(
        operation_id="closeIncident",
        request=CloseSerializer,
        responses={200: EmployeeIncidentSerializer, CONFLICT: ProblemSerializer},
    )
    def post(self, request: Request, incident_id: UUID) -> Response:
        device = device_of(request)
        said = bodies.readable(CloseSerializer, request.data)
        if said.get("pin"):  # an app that believes in it must learn that it is none
            raise Problem(400, "pin-not-available", _("A PIN cannot be used yet. End it without."))
        incident = response.close_incident(
            incident=incident_of(device, incident_id),
            actor=actor_for_device(device),
            outcome=OUTCOMES[said["outcome"]],
        )
        return Response(employee_view(incident, device))


class LocationsView(IncidentView):
    """A revoked device may only report: the position of its press is the last one of it."""

    permission_classes = (HasDevice,)

    @extend_schema(
        operation_id="createLocations",
        request=LocationsSerializer,
        responses={202: StoredLocationsSerializer},
    )
    def post(self, request: Request, incident_id: UUID) -> Response:
        device = device_of(request)
        batch = bodies.readable(BatchSerializer, request.data)
        fixes, refused = each_fix(batch["fixes"])
        incident = incident_of(device, incident_id)
        stored = record_fixes(
            incident=incident, device=device, fixes=fixes, sent_at=batch.get("sent_at")
        )
        body = StoredLocationsSerializer({"stored": stored, "refused": refused}).data
        return Response(body, status=status.HTTP_202_ACCEPTED)


def each_fix(given: list[Any]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The positions that can be read, and why the others cannot."""
    fixes, refused = [], []
    for index, one in enumerate(given):
        shape = FixSerializer(data=one)
        if shape.is_valid():
            fixes.append(dict(shape.validated_data))
        else:
            name, reasons = next(iter(shape.errors.items()))
            refused.append({"index": index, "reason": f"{name}: {reasons[0]}"})
    return fixes, refused


class NewestFirst(CursorPagination):
    ordering = "-opened_at"
    page_size = 50


class OwnIncidentsView(ListAPIView[Incident]):
    """The employee's own history. A shared post's device shows none."""

    authentication_classes = DeviceView.authentication_classes
    permission_classes = DeviceView.permission_classes
    pagination_class = NewestFirst
    serializer_class = OwnIncidentSerializer
    queryset = Incident.objects.none()

    @extend_schema(
        operation_id="listOwnIncidents",
        responses={200: OwnIncidentSerializer(many=True), NOT_FOUND: ProblemSerializer},
    )
    def get(self, request: Request) -> Response:
        return super().list(request)

    def get_queryset(self) -> Any:
        device = device_of(self.request)
        if device.employee_id is None:
            return Incident.objects.none()
        own = Prefetch("recordings", own_recordings(device))
        return Incident.objects.of_holder(device).prefetch_related(own)


class OwnDeviceView(DeviceView):
    @extend_schema(operation_id="getDevice", responses=DeviceSerializer)
    def get(self, request: Request) -> Response:
        device = device_of(request)
        note_language(device, get_language())
        names = [
            {"name": assignment.supervisor.full_name}
            for assignment in supervisors_of(device.holder)
        ]
        purpose = purpose_now()
        body = device_summary(device) | {
            "reachable": names,
            "support_available": current_company().has_support_contract,
            "exercise": running_for(device),
            "purpose": purpose.text if purpose else "",
            "test_notice": newest_test(device),
            "push": push_of(device),
            "purpose_published_at": purpose.published_at if purpose else None,
        }
        return Response(DeviceSerializer(body).data)


class TestNoticeView(DeviceView):
    @extend_schema(
        operation_id="createTestNotice",
        request=None,
        responses={202: OpenApiResponse(description="on its way")},
    )
    def post(self, request: Request) -> Response:
        send_test(device_of(request))
        return Response(status=status.HTTP_202_ACCEPTED)
