"""Pages and fragments for supervisors. They read; what changes something is in actions.py."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.requests import signed_in
from incidents.conversation import mark_read
from incidents.models import Incident
from incidents.visibility import Visibility
from portal.live.clock import milliseconds
from portal.live.page import moment, render_page
from portal.supervisor import selectors
from portal.supervisor.closed import closed_context, offer_choices
from portal.supervisor.forms import (
    LISTENING_REASONS,
    OUTCOMES,
    QUICK_TEXTS,
    STOCK_TEXTS,
    ReadForm,
)
from portal.supervisor.page_data import fixes_after
from portal.supervisor.rings import rings_for
from portal.supervisor.rows import open_rows_of, ring_of
from portal.supervisor.screen import Screen

DIALOGS = {"support", "message", "call", "close", "note", "classify"}
# Rows of a transaction that committed late carry an earlier time than the last poll's.
OVERLAP = timedelta(seconds=20)


@never_cache
@require_safe
@login_required
def incidents(request: HttpRequest) -> HttpResponse:
    user = signed_in(request)
    context = open_context(user) | closed_context(request, user) | {"section": "incidents"}
    offer_choices(context["filters"], user)
    return render_page(request, "supervisor/incidents.html", context)


@never_cache
@require_safe
@login_required
def open_incidents(request: HttpRequest) -> HttpResponse:
    return render(request, "supervisor/parts/open.html", open_context(signed_in(request)))


@never_cache
@require_safe
@login_required
def incident(request: HttpRequest, public_id: UUID) -> HttpResponse:
    user = signed_in(request)
    wanted = request.GET.get("do", "")
    context = {
        "screen": Screen(selectors.incident_for(user, public_id), user),
        "section": "incidents",
        "dialog": wanted if wanted in DIALOGS else "",
        "client_id": uuid4(),
        "stock_texts": STOCK_TEXTS,
        "quick_texts": [{"words": words, "client_id": uuid4()} for words in QUICK_TEXTS],
        "outcomes": OUTCOMES,
        "listening_reasons": LISTENING_REASONS,
    }
    return render_page(request, "supervisor/incident.html", context)


@never_cache
@require_safe
@login_required
def incident_parts(request: HttpRequest, public_id: UUID) -> HttpResponse:
    return render_parts(request, selectors.incident_for(signed_in(request), public_id))


@require_POST
@login_required
def read(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The page has shown the conversation up to a line."""
    user, form = signed_in(request), ReadForm(request.POST)
    alarm = selectors.incident_for(user, public_id)
    if not form.is_valid():
        return HttpResponse(status=400)
    mark_read(incident=alarm, user=user, line=form.cleaned_data["line"])
    return HttpResponse(status=204)


@never_cache
@require_safe
@login_required
def positions(request: HttpRequest, public_id: UUID) -> HttpResponse:
    alarm = selectors.incident_for(signed_in(request), public_id)
    return JsonResponse({"fixes": fixes_after(alarm, moment(request.GET.get("after")))})


@never_cache
@require_safe
@login_required
def poll(request: HttpRequest) -> HttpResponse:
    """Poll: what the socket would have sent since `since`, and what should ring now."""
    user = signed_in(request)
    now = timezone.now()
    since = moment(request.GET.get("since"))
    viewer = Visibility(user)
    visible = viewer.condition()
    changed = selectors.changed_since(visible, since - OVERLAP) if since else []
    follow = selectors.open_ids(visible)
    body = {
        "now": milliseconds(now),
        "events": [{"t": "changed", "k": "incident", "pk": str(pk)} for pk in changed],
        "ringing": [ring_of(ring) for ring in rings_for(viewer)],
        "open": len(follow),
        "follow": [str(pk) for pk in follow],
    }
    return JsonResponse(body)


def open_context(user: User) -> dict[str, Any]:
    return {"open_rows": open_rows_of(selectors.open_incidents(user), user)}


def render_parts(
    request: HttpRequest, alarm: Incident, *, with_flash: bool = False
) -> HttpResponse:
    context = {"screen": Screen(alarm, signed_in(request)), "with_flash": with_flash}
    return render(request, "supervisor/parts/incident_parts.html", context)
