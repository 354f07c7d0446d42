"""Errors of the API as application/problem+json (RFC 9457)."""

import json
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import Http404
from psycopg import errors
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from web.turns import NoTurn

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """An API error to raise; ``code`` is stable for programs, ``detail`` is for people."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str = "",
        *,
        errors: list[dict[str, str]] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors or []
        self.headers = headers or {}

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {
            "type": "about:blank",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
        }
        if self.detail:
            body["detail"] = self.detail
        if self.errors:
            body["errors"] = self.errors
        return body

    def as_bytes(self) -> bytes:
        return json.dumps(self.body(), ensure_ascii=False).encode()


# The session was ended because it said nothing; a standby, or what has just become one.
ENDED = (errors.IdleInTransactionSessionTimeout, errors.ReadOnlySqlTransaction)


def is_busy(exc: BaseException) -> bool:
    """Whether the database is away, locked or too slow, or too many ask at once: nobody's mistake,
    and over soon."""
    return isinstance(exc, (OperationalError, NoTurn)) or any(
        isinstance(one, (errors.OperationalError, *ENDED)) for one in (exc, exc.__cause__)
    )


def busy() -> Problem:
    """The 503 problem; devices and the app retry by themselves when they read it."""
    return Problem(503, "busy", headers={"Retry-After": "1"})


def exception_handler(exc: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: every error of the API, in one shape."""
    problem = _as_problem(exc)
    if problem is None:
        return None
    set_rollback()
    return Response(
        problem.body(), status=problem.status, headers=problem.headers, content_type=CONTENT_TYPE
    )


def _as_problem(exc: Exception) -> Problem | None:
    if isinstance(exc, Problem):
        return exc
    if is_busy(exc):
        return busy()
    if isinstance(exc, RecursionError):  # JSON nested deeper than anything of ours
        return Problem(400, "parse-error")
    if isinstance(exc, Http404):
        return Problem(404, "not-found")
    if isinstance(exc, PermissionDenied):
        return Problem(403, "permission-denied")
    if isinstance(exc, exceptions.ValidationError):
        return Problem(400, "invalid", errors=list(_validation_errors(exc.detail)))
    if isinstance(exc, exceptions.APIException):
        return _from_api_exception(exc)
    return None


def _from_api_exception(exc: exceptions.APIException) -> Problem:
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    code = str(exc.get_codes()).replace("_", "-")
    return Problem(exc.status_code, code, str(exc.detail), headers=headers)


def _validation_errors(detail: Any, pointer: str = "") -> Any:
    if isinstance(detail, dict):
        for key, value in detail.items():
            yield from _validation_errors(value, f"{pointer}/{key}")
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, (dict, list))
            yield from _validation_errors(value, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {
            "pointer": pointer,
            "code": getattr(detail, "code", "invalid"),
            "detail": str(detail),
        }
