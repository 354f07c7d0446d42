"""The device API's door for conditions. A shared post's device has none."""

from datetime import date
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.models import Incident
from people.devices.api import DeviceView, device_of
from people.models import Employee
from web.openapi import UNFIT, ProblemSerializer
from web.problems import Problem
from wellbeing import services
from wellbeing.followups import NotEligible, choose_contact
from wellbeing.personal import export_of
from wellbeing.selectors import care_after, condition_views_of, own_conditions, own_month
from wellbeing.serializers import (
    CareChoiceSerializer,
    CareSerializer,
    CheckInAnswerSerializer,
    CheckInSerializer,
    LookSerializer,
    MonthSerializer,
    OwnConditionsSerializer,
)


def person_of(request: Request) -> Employee:
    employee = device_of(request).employee
    if employee is None:
        raise Problem(403, "shared-device", "A shared device has no condition of its own.")
    return employee


def date_of(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Problem(422, "date-out-of-range", "A date is written 2026-11-24.") from error


def month_of(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise Problem(422, "month-out-of-range", "A month is written 2026-11.") from error


class OwnConditionsView(DeviceView):
    @extend_schema(operation_id="listOwnCheckIns", responses=OwnConditionsSerializer)
    def get(self, request: Request) -> Response:
        return Response(OwnConditionsSerializer(own_conditions(person_of(request))).data)


class CheckInView(DeviceView):
    @extend_schema(
        operation_id="putCheckIn",
        request=CheckInAnswerSerializer,
        responses={200: CheckInSerializer, UNFIT: ProblemSerializer},
    )
    def put(self, request: Request, on: str) -> Response:
        shape = CheckInAnswerSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        answer = services.CheckInAnswer(**shape.validated_data)
        try:
            check_in = services.record_check_in(
                employee=person_of(request), on=date_of(on), answer=answer
            )
        except services.CheckInsOff as error:
            raise Problem(403, "check-ins-off") from error
        except services.DateOutOfRange as error:
            raise Problem(422, "date-out-of-range", "Only today can be answered.") from error
        return Response(CheckInSerializer(check_in).data)


class OwnMonthView(DeviceView):
    """A month of the person's own answers, with the days that have none."""

    @extend_schema(
        operation_id="getOwnMonth",
        responses={200: MonthSerializer, UNFIT: ProblemSerializer},
    )
    def get(self, request: Request, month: str) -> Response:
        return Response(MonthSerializer(own_month(person_of(request), month_of(month))).data)


class ReferralView(DeviceView):
    @extend_schema(
        operation_id="createHealthReferral",
        request=None,
        responses={202: OpenApiResponse(description="occupational health will be in touch")},
    )
    def post(self, request: Request) -> Response:
        services.refer_oneself(employee=person_of(request))
        return Response(status=status.HTTP_202_ACCEPTED)


class OwnLooksView(DeviceView):
    @extend_schema(operation_id="listOwnConditionLooks", responses=LookSerializer(many=True))
    def get(self, request: Request) -> Response:
        return Response(LookSerializer(condition_views_of(person_of(request)), many=True).data)


class OwnExportView(DeviceView):
    """Everything that is kept of the person's conditions, as a file."""

    @extend_schema(operation_id="exportOwnConditions", responses={200: OpenApiTypes.OBJECT})
    def get(self, request: Request) -> Response:
        name = 'attachment; filename="conditions.json"'
        return Response(export_of(person_of(request)), headers={"Content-Disposition": name})


class CareView(DeviceView):
    """Whom the person wants to be asked by after an own incident."""

    @extend_schema(operation_id="getIncidentCare", responses=CareSerializer)
    def get(self, request: Request, incident_id: UUID) -> Response:
        return Response(CareSerializer(care_after(self._own(request, incident_id))).data)

    @extend_schema(
        operation_id="putIncidentCare",
        request=CareChoiceSerializer,
        responses={200: CareSerializer, UNFIT: ProblemSerializer},
    )
    def put(self, request: Request, incident_id: UUID) -> Response:
        shape = CareChoiceSerializer(data=request.data)
        shape.is_valid(raise_exception=True)
        incident = self._own(request, incident_id)
        try:
            choose_contact(
                incident=incident,
                contact_id=shape.validated_data["contact"],
                declined=shape.validated_data["declined"],
            )
        except NotEligible as error:
            raise Problem(422, "not-eligible") from error
        return Response(CareSerializer(care_after(incident)).data)

    def _own(self, request: Request, incident_id: UUID) -> Incident:
        return get_object_or_404(Incident, reporter=person_of(request), public_id=incident_id)
