"""The responder's page. Every step may be sent again: the first report stands.

Scripts ask for JSON and get a problem with kind words; without scripts the same forms lead back
to the page.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import CharField, ChoiceField, DateTimeField, FloatField, Form, UUIDField
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import Subject, can
from accounts.requests import signed_in
from audit.actors import Actor
from operations import dispatches
from operations.company_access.entries import report
from operations.errors import ArrivedTooSoon, NoGrant, Refused, UnknownDispatch
from operations.models import Dispatch
from operations.selectors import dispatches_of, grant_in_force, operator_actor
from portal.responder.screen import ResponderScreen, active_dispatch, screen_of, state_shown

View = Callable[..., HttpResponse]
NOT_FOUND = (UnknownDispatch, NoGrant)


class LeaveForm(Form):
    result = ChoiceField(choices=Dispatch.Result.choices)


class ReportForm(Form):
    client_id = UUIDField()
    text = CharField(max_length=1000)


class PositionForm(Form):
    latitude = FloatField()
    longitude = FloatField()
    recorded_at = DateTimeField()


def for_responders(view: View) -> View:
    """Pass the Actor to the view; explain politely to anybody else on this host."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        actor = operator_actor(signed_in(request))
        if not can(actor, "respond", Subject(kind="dispatch")):
            raise PermissionDenied
        return view(request, actor=actor, **kwargs)

    return guarded


@require_safe
@for_responders
def page(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    context = _shown(actor) | {
        "now": int(timezone.now().timestamp() * 1000),
        "is_sure": "sure" in request.GET,
    }
    return render(request, "responder/page.html", context)


@require_safe
@for_responders
def part(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    return render(request, "responder/part.html", _shown(actor))


@require_safe
@for_responders
def now(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    """Poll, every few seconds: public rows only, so that it is no look into the company."""
    return JsonResponse(
        {"shown": state_shown(actor), "now": int(timezone.now().timestamp() * 1000)}
    )


def _shown(actor: Actor) -> dict[str, Any]:
    """Render the screen; its mark is read first, so that later changes make it out of date."""
    return {"shown": state_shown(actor), "screen": _screen(actor)}


def _screen(actor: Actor) -> ResponderScreen:
    screen = screen_of(actor)
    if screen is None:
        raise PermissionDenied
    return screen


def step_view(step: Callable[..., Dispatch]) -> View:
    @require_POST
    @for_responders
    def view(request: HttpRequest, *, actor: Actor, dispatch_id: UUID) -> HttpResponse:
        return _done(request, lambda: step(dispatch_id=dispatch_id, actor=actor))

    return view


accept = step_view(dispatches.accept)
decline = step_view(dispatches.decline)
depart = step_view(dispatches.depart)
not_arrived = step_view(dispatches.not_arrived)


@require_POST
@for_responders
def arrive(request: HttpRequest, *, actor: Actor, dispatch_id: UUID) -> HttpResponse:
    """Report the arrival; `sure` says that the page has asked back already."""
    is_sure = "sure" in request.POST
    return _done(
        request, lambda: dispatches.arrive(dispatch_id=dispatch_id, actor=actor, is_sure=is_sure)
    )


@require_POST
@for_responders
def leave(request: HttpRequest, *, actor: Actor, dispatch_id: UUID) -> HttpResponse:
    form = LeaveForm(request.POST)
    if not form.is_valid():
        return _answer(request, 400, "result-needed", _("Please choose how it ended."))
    result = form.cleaned_data["result"]
    return _done(
        request, lambda: dispatches.leave(dispatch_id=dispatch_id, actor=actor, result=result)
    )


@require_POST
@for_responders
def message(request: HttpRequest, *, actor: Actor, dispatch_id: UUID) -> HttpResponse:
    form = ReportForm(request.POST)
    if not form.is_valid():
        return _answer(request, 400, "text-needed", _("Please write a text of 1 to 1,000 letters."))
    return _done(request, lambda: _report(actor, dispatch_id, **form.cleaned_data))


def _report(actor: Actor, dispatch_id: UUID, client_id: UUID, text: str) -> None:
    dispatch = dispatches_of(actor).filter(public_id=dispatch_id).first()
    grant = grant_in_force(dispatch.case.public_id, actor) if dispatch else None
    if grant is None:
        raise NoGrant
    report(grant_id=grant.public_id, responder=actor, client_id=client_id, text=text)


@require_POST
@for_responders
def position(request: HttpRequest, *, actor: Actor) -> HttpResponse:
    """Store a position, but only between 指示受領 and 現着, whatever a page sends."""
    form = PositionForm(request.POST)
    if not form.is_valid():
        return _answer(request, 400, "no-position", _("The position could not be read."))
    dispatch = active_dispatch(actor)
    if dispatch is None or dispatch.state not in ("accepted", "en_route"):
        text = _("Your position is not shared now.")
        return _answer(request, 409, "not-on-the-way", text)
    return _done(request, lambda: dispatches.report_position(actor=actor, **form.cleaned_data))


def _done(request: HttpRequest, verb: Callable[[], object]) -> HttpResponse:
    try:
        verb()
    except NOT_FOUND as refused:
        if _wants_json(request):
            return _answer(request, 404, refused.code, refused.message())
        raise Http404 from refused
    except Refused as refused:
        answer = _answer(request, 409, refused.code, refused.message())
        if isinstance(refused, ArrivedTooSoon) and not _wants_json(request):
            answer.headers["Location"] += "?sure"
        return answer
    if _wants_json(request):
        return HttpResponse(status=204)
    return _back()


def _answer(request: HttpRequest, status: int, code: str, text: str) -> HttpResponse:
    if _wants_json(request):
        problem = {"type": "about:blank", "status": status, "code": code, "detail": text}
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    messages.warning(request, text)
    return _back()


def _back() -> HttpResponseRedirect:
    return redirect("responder:page")


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")
