"""Pages and fragments of the desk. They read; what changes something is in actions.py.

The queue shows company, site and level. Whatever shows more needs a grant, and has been written
into that company's audit before it is shown.
"""

import json
from typing import Any
from uuid import UUID, uuid4

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audit.actors import Actor
from operations import case_search, shifts
from operations.company_access import door
from operations.errors import NoGrant
from operations.models import AccessGrant, SeenFix
from portal.live.cases import offered_to
from portal.live.clock import milliseconds
from portal.live.page import moment
from portal.operator.access import for_operators, grant_of, is_fragment
from portal.operator.board import Desk
from portal.operator.forms import ReadAloudForm
from portal.operator.page_data import fixes_data, opened, page_frame
from portal.operator.screen import CaseScreen, screen_for
from recordings.models import PlaySession
from recordings.selectors import waveform_by_grant
from recordings.services import start_listening_by_grant
from web.problems import CONTENT_TYPE, Problem

MOST_SEARCHED = 80


@require_safe
@for_operators
def cases(request: HttpRequest, operator: Actor) -> HttpResponse:
    if is_fragment(request):
        return render(request, "operator/none.html", {"desk": Desk(operator)})
    return render(request, "operator/desk.html", _page(request, operator))


@require_safe
@for_operators
def queue(request: HttpRequest, operator: Actor) -> HttpResponse:
    return render(request, "operator/queue.html", {"desk": Desk(operator), "oob": True})


@require_safe
@for_operators
def idle(request: HttpRequest, operator: Actor) -> HttpResponse:
    """What stands where no case is open, drawn anew when something changed."""
    return render(request, "operator/idle.html", {"desk": Desk(operator)})


@require_POST
@for_operators
def search(request: HttpRequest, operator: Actor) -> HttpResponse:
    """Search cases, by POST only: names stay out of addresses, histories and logs."""
    text = request.POST.get("q", "")[:MOST_SEARCHED]
    context = {"found": case_search.search(operator=operator, text=text), "text": text}
    if is_fragment(request):
        return render(request, "operator/found.html", context)
    return render(request, "operator/desk.html", _page(request, operator) | context)


@require_safe
@for_operators
def offer(request: HttpRequest, operator: Actor, handover_id: UUID) -> HttpResponse:
    """Show an offered case, to be read before it is taken over."""
    offered = offered_to(operator)
    handover = next((handover for handover in offered if handover.handover_id == handover_id), None)
    if handover is None:
        raise Http404
    return render(request, "operator/offer.html", {"one": handover})


@require_safe
@for_operators
def poll(request: HttpRequest, operator: Actor) -> HttpResponse:
    """Poll in place of the socket; what changed is fetched as fragments."""
    return JsonResponse({"now": milliseconds(timezone.now()), "events": []})


@require_POST
@for_operators
def alive(request: HttpRequest, operator: Actor) -> HttpResponse:
    """Note a console's sign of life while its socket is down."""
    shifts.sign_of_life(operator=operator)
    return HttpResponse(status=204)


@require_safe
@for_operators
def case(request: HttpRequest, operator: Actor, case_id: UUID) -> HttpResponse:
    screen = _screen(case_id, operator, "case.viewed")
    context = {"screen": screen, **_forms(operator)}
    if is_fragment(request):
        return render(request, "operator/case.html", context)
    return render(request, "operator/desk.html", _page(request, operator) | context)


@require_safe
@for_operators
def parts(request: HttpRequest, operator: Actor, case_id: UUID) -> HttpResponse:
    return render_parts(request, operator, case_id)


def render_parts(
    request: HttpRequest, operator: Actor, case_id: UUID, *, with_flash: bool = False
) -> HttpResponse:
    context = {
        "screen": _screen(case_id, operator, "case.viewed"),
        "oob": True,
        "with_flash": with_flash,
        **_forms(operator),
    }
    return render(request, "operator/parts.html", context)


@require_safe
@for_operators
def positions(request: HttpRequest, operator: Actor, case_id: UUID) -> HttpResponse:
    since = moment(request.GET.get("after"))

    def fixes() -> list[SeenFix]:
        seen_fixes = SeenFix.objects.all()
        return list(seen_fixes.filter(at__gte=since) if since else seen_fixes)

    grant = grant_of(case_id, operator)
    try:
        seen = door.read(
            grant_id=grant.public_id, operator=operator, verb="case.positions", query=fixes
        )
    except NoGrant:
        raise Http404 from None
    return JsonResponse({"fixes": fixes_data(seen)})


@require_POST
@for_operators
def read_aloud(request: HttpRequest, operator: Actor, case_id: UUID) -> HttpResponse:
    """Render the words for the police with what the operator has heard; nothing is stored."""
    heard = ReadAloudForm(request.POST).heard()
    screen = _screen(case_id, operator, "case.police_text")
    return render(request, "operator/read_aloud.html", {"lines": screen.read_aloud(**heard)})


@require_POST
@for_operators
def listen(
    request: HttpRequest, operator: Actor, case_id: UUID, recording_id: UUID
) -> HttpResponseBase:
    try:
        grant = grant_of(case_id, operator)
        session = start_listening_by_grant(
            grant_id=grant.public_id,
            operator=operator,
            recording_id=recording_id,
            mode=_mode(request),
            session_key=request.session.session_key or "",
        )
    except (NoGrant, Http404):
        return _problem(Problem(404, "not-found"))
    except Problem as problem:
        return _problem(problem)
    return JsonResponse(opened(grant.public_id, session), status=201)


@require_safe
@for_operators
def peaks(
    request: HttpRequest, operator: Actor, case_id: UUID, recording_id: UUID
) -> HttpResponseBase:
    """Loudness of what was said before the page was opened; it plays nothing."""
    try:
        found = waveform_by_grant(
            grant_id=grant_of(case_id, operator).public_id,
            operator=operator,
            recording_id=recording_id,
        )
    except NoGrant:
        raise Http404 from None
    return JsonResponse(found.as_data())


def _mode(request: HttpRequest) -> str:
    try:
        mode = json.loads(request.body)["mode"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise Problem(400, "malformed") from None
    if mode not in PlaySession.Mode.values:
        raise Problem(400, "malformed")
    return str(mode)


def _problem(problem: Problem) -> HttpResponse:
    return JsonResponse(problem.body(), status=problem.status, content_type=CONTENT_TYPE)


def _screen(case_id: UUID, operator: Actor, verb: str) -> CaseScreen:
    grant = grant_of(case_id, operator)
    if grant.source == AccessGrant.Source.READING:
        verb = "case.read_along"
    try:
        return screen_for(grant, operator, verb)
    except NoGrant:
        raise Http404 from None


def _page(request: HttpRequest, operator: Actor) -> dict[str, Any]:
    return {
        "desk": Desk(operator),
        "page_frame": page_frame(request),
        "reasons": AccessGrant.Reason.choices,
        "memo_id": uuid4(),
    }


def _forms(operator: Actor) -> dict[str, Any]:
    return {"client_id": uuid4(), "colleagues": Desk(operator).colleagues}
