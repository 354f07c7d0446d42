"""The door /scim/v2/ of a company's host: a bearer token, no cookies, SCIM's own errors."""

import json

from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from scim2_models import (
    ConflictException,
    Error,
    PayloadTooLargeException,
    SCIMException,
    UnauthorizedException,
)
from scim2_server.handler import ScimHandler
from scim2_server.requests import ScimRequest
from scim2_server.responses import ScimResponse
from scim2_server.service import ScimService

from gateways.scim.schemas import PROVIDER
from gateways.scim.service import PersonService
from gateways.scim.storage import EmployeeStorage
from people.models import ProvisioningToken
from people.provisioning.tokens import UnknownProvisioningToken, authenticate, note_used
from web.problems import is_busy

BASE = "/scim/v2"
MOST_BYTES = 65_536
"""One person is far smaller. What reads SCIM is slow, and alarms run in the same process."""
SERVICE: ScimService = PersonService(PROVIDER)


@csrf_exempt
def scim(request: HttpRequest, **_names: str) -> HttpResponse:
    """Serve everything below /scim/v2/; the library knows which calls there are."""
    try:
        answer = _answer(request)
    except SCIMException as error:
        answer = SERVICE.error_response(error)
    except IntegrityError:
        answer = SERVICE.error_response(ConflictException())
    except Exception as error:
        if not is_busy(error):
            raise
        answer = SERVICE.error_response(SCIMException.from_error(Error(status=503)))
        answer.headers["Retry-After"] = "1"
    return _sent(answer)


def _answer(request: HttpRequest) -> ScimResponse:
    token = _token_of(request)
    note_used(token)
    request.changes_by = "SCIM"  # type: ignore[attr-defined]  # read by audit.middleware
    storage = EmployeeStorage(token, writes=request.method != "GET")
    return ScimHandler(SERVICE, storage).handle(_read(request))


def _token_of(request: HttpRequest) -> ProvisioningToken:
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    try:
        if scheme.lower() != "bearer":
            raise UnknownProvisioningToken
        return authenticate(text.strip())
    except UnknownProvisioningToken as error:
        raise UnauthorizedException from error


def _read(request: HttpRequest) -> ScimRequest:
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        raise PayloadTooLargeException(detail=f"At most {MOST_BYTES} bytes")
    return ScimRequest(
        method=request.method or "",
        base_url=f"{request.scheme}://{request.get_host()}{BASE}",
        path=request.path.removeprefix(BASE),
        query=request.GET.dict(),
        headers=dict(request.headers),
        body=body,
    )


def _sent(answer: ScimResponse) -> HttpResponse:
    body = b"" if answer.body is None else json.dumps(answer.body, ensure_ascii=False).encode()
    sent = HttpResponse(body, status=answer.status)
    for name, value in answer.headers.items():
        sent[name] = value
    sent["Cache-Control"] = "no-store"
    return sent
