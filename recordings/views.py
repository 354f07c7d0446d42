"""The portal's door: begin to listen, and the waveform."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from recordings.models import PlaySession, Recording
from recordings.permissions import may_listen
from recordings.selectors import waveform_of
from recordings.services import MayNotListen, ReasonRequired, start_listening
from web.problems import CONTENT_TYPE, Problem

MOST_REASON = 500
View = Callable[..., HttpResponse]


def with_problems(view: View) -> View:
    """Answer refusals as problems, never by a sign-in page: scripts call these views."""

    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if not request.user.is_authenticated:
                raise Problem(401, "not-signed-in")
            return view(request, *args, **kwargs)
        except Problem as problem:
            return JsonResponse(problem.body(), status=problem.status, content_type=CONTENT_TYPE)

    return wrapped


@require_POST
@never_cache
@with_problems
def listen(request: HttpRequest, pk: UUID) -> HttpResponse:
    mode, reason = _wish(request)
    recording = recording_of(pk)
    try:
        session = start_listening(
            user=cast(User, request.user),
            recording=recording,
            mode=mode,
            reason=reason,
            session_key=request.session.session_key or "",
        )
    except MayNotListen:
        raise Problem(404, "not-found") from None
    except ReasonRequired:
        raise Problem(422, "reason-required", _("Please say why you listen.")) from None
    return JsonResponse(_opened(session, pk), status=201)


@require_GET
@never_cache
@with_problems
def peaks(request: HttpRequest, pk: UUID) -> HttpResponse:
    recording = recording_of(pk)
    if may_listen(cast(User, request.user), recording) == "no":
        raise Problem(404, "not-found")
    return JsonResponse(waveform_of(recording).as_data())


def recording_of(pk: UUID) -> Recording:
    recordings = Recording.objects.select_related(
        "incident__reporter", "incident__post", "device__employee", "device__post"
    )
    recording = recordings.filter(public_id=pk).first()
    if recording is None:
        raise Problem(404, "not-found")
    return recording


def _wish(request: HttpRequest) -> tuple[str, str]:
    try:
        given = json.loads(request.body)
        mode, reason = given["mode"], given.get("reason") or ""
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Problem(400, "malformed") from None
    if mode not in PlaySession.Mode.values or not isinstance(reason, str):
        raise Problem(400, "malformed")
    readable = reason.encode(errors="replace").decode().replace("\x00", "")
    return mode, readable.strip()[:MOST_REASON]


def _opened(session: PlaySession, pk: UUID) -> dict[str, Any]:
    base = f"/play/{session.public_id}"
    return {
        "session": str(session.public_id),
        "live_url": f"{base}/live.m3u8",
        "dvr_url": f"{base}/dvr.m3u8",
        "peaks_url": reverse("recordings:peaks", args=[pk]),
        "acting": session.acting,
    }
