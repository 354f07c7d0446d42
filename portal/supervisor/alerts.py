"""How supervisors are woken outside a page: watching, links in messages, push."""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.staticfiles import finders
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.requests import signed_in
from escalation import response
from incidents.visibility import Visibility
from notifications.services import save_push_subscription
from portal.live import watch_ticket as ticket
from portal.live.clock import milliseconds
from portal.live.page import script_texts
from portal.supervisor.actions import REFUSALS
from portal.supervisor.forms import PushForm
from portal.supervisor.rings import may_confirm, rings_for
from portal.supervisor.rows import label_of
from portal.supervisor.selectors import notice_of_link
from tenants.context import current_company


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def watching(request: HttpRequest) -> HttpResponse:
    """Show the watch page, for a ticket or a sign-in. Starting and stopping are POSTs."""
    if request.method == "POST":
        return _start_or_stop(request)
    watcher = ticket.watcher_of(request.COOKIES.get(ticket.COOKIE))
    if watcher is None and not request.user.is_authenticated:
        return redirect(f"{settings.LOGIN_URL}?next={request.path}")
    is_signed_in = watcher is not None and request.user == watcher
    context = {
        "watcher": watcher,
        "watching": _page_data(request, is_signed_in=is_signed_in),
        "is_signed_in": is_signed_in,
        "section": "watching",
    }
    return render(request, "supervisor/watching.html", context)


def _page_data(request: HttpRequest, *, is_signed_in: bool) -> dict[str, Any]:
    look = _("Open the alarm") if is_signed_in else _("Sign in and look")
    words = {"quiet": _("No alarm"), "ring": _("An alarm!"), "look": look, "many": _("{n} alarms")}
    return {
        "socket": "/ws/portal/watching/",
        "poll": f"{request.path}poll",
        "timeZone": current_company().time_zone,
        "words": script_texts() | words,
    }


def _start_or_stop(request: HttpRequest) -> HttpResponse:
    answer = redirect("supervisor:watching")
    if "stop" in request.POST:
        ticket.stop(answer)
    elif request.user.is_authenticated:
        ticket.start(request, answer, signed_in(request))
    return answer


@never_cache
@require_safe
def watching_poll(request: HttpRequest) -> HttpResponse:
    watcher = ticket.watcher_of(request.COOKIES.get(ticket.COOKIE))
    if watcher is None:
        return JsonResponse({}, status=401)
    rings = rings_for(Visibility(watcher))
    body: dict[str, Any] = {
        "now": milliseconds(timezone.now()),
        "events": [],
        "ringing": bool(rings),
        "alarms": len(rings),
        "since": milliseconds(min((ring.incident.opened_at for ring in rings), default=None)),
    }
    return JsonResponse(body)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def notice(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Show the page of a message's link. Scanners and previews open links: only the POST counts.

    The signed token of the link allows to confirm and nothing else, so the page shows neither the
    person nor the place; those need a sign-in.
    """
    person, incident = notice_of_link(public_id, request.GET.get("t", ""))
    if person is None or incident is None:
        raise Http404
    if request.method == "POST":
        try:
            response.acknowledge(incident=incident, user=person)
            messages.success(request, _("The person is told that you have seen it."))
        except tuple(REFUSALS) as refusal:
            messages.info(request, REFUSALS[type(refusal)](refusal))
        return redirect(request.get_full_path())
    context = {
        "incident": incident,
        "person": person,
        "label": label_of(incident),
        "can_acknowledge": may_confirm(person, incident),
    }
    return render(request, "supervisor/notice.html", context)


@require_POST
@login_required
def save_push(request: HttpRequest) -> HttpResponse:
    """A browser's PushSubscription as its own toJSON() writes it."""
    try:
        content = json.loads(request.body)
        form = PushForm({"endpoint": content["endpoint"], **content["keys"]})
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"code": "malformed"}, status=400)
    if not form.is_valid():
        return JsonResponse({"code": "invalid"}, status=400)
    clean = form.cleaned_data
    save_push_subscription(signed_in(request), clean["endpoint"], clean["p256dh"], clean["auth"])
    return HttpResponse(status=204)


@require_safe
def service_worker(request: HttpRequest) -> HttpResponse | FileResponse:
    """Serve the worker's script here, because its scope is the folder it comes from."""
    path = finders.find("supervisor/sw.js")
    if not isinstance(path, str):
        raise Http404
    answer = FileResponse(open(path, "rb"), content_type="text/javascript")  # noqa: SIM115
    answer["Cache-Control"] = "no-cache"
    return answer
