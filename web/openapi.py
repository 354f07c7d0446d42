"""What the API's description says of refusals, written once for every operation."""

from typing import Any, ClassVar

from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from web.problems import CONTENT_TYPE

CONFLICT = (409, CONTENT_TYPE)
NOT_FOUND = (404, CONTENT_TYPE)
UNFIT = (422, CONTENT_TYPE)


class ProblemFieldSerializer(serializers.Serializer[Any]):
    pointer = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ProblemSerializer(serializers.Serializer[Any]):
    """RFC 9457. ``code`` is stable for programs, ``detail`` is for people."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    code = serializers.CharField()
    detail = serializers.CharField(required=False)
    errors = ProblemFieldSerializer(many=True, required=False)  # type: ignore[assignment]  # covers Serializer.errors


class ProblemSchema(AutoSchema):
    """Schema generator that adds the refusals of an operation; a view adds its own."""

    WHY: ClassVar[dict[int, str]] = {
        400: "The request cannot be understood.",
        401: "No device token, or one that this company does not know.",
        403: "The device was revoked.",
        404: "It does not exist, or it is not for this device.",
        413: "The body is longer than 64 KiB (positions: 1 MiB). Send it without its extras.",
    }

    def _get_response_bodies(self, direction: Any = "response") -> Any:
        bodies = super()._get_response_bodies(direction)
        for status in self._refusals():
            refusal = self._problem(status)
            bodies.setdefault(str(status), refusal | {"description": self.WHY[status]})
        return bodies

    def _problem(self, status: int) -> Any:
        describe: Any = self._get_response_for_code
        return describe(ProblemSerializer, str(status), [CONTENT_TYPE])

    def _refusals(self) -> list[int]:
        codes = [401, 403] if self.view.authentication_classes else []
        body: Any = self._get_request_body
        if body():
            codes += [400, 413]
        return [*codes, 404] if "{" in self.path else codes
