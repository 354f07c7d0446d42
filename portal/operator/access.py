"""Who comes in at the desk's pages, and how a refusal looks. A case's page needs a grant."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.permissions import Subject, can
from accounts.requests import signed_in
from audit.actors import Actor
from operations.models import AccessGrant
from operations.selectors import grant_in_force, operator_actor

View = Callable[..., HttpResponseBase]


def for_operators(view: View) -> View:
    """Require a signed-in operator; explain politely to anybody else on this host."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        operator = operator_actor(signed_in(request))
        if not can(operator, "see_queue", Subject(kind="case")):
            raise PermissionDenied
        return view(request, operator, **kwargs)

    return guarded


def grant_of(case_id: UUID, operator: Actor) -> AccessGrant:
    """The operator's grant for a case; 404 without one in force."""
    grant = grant_in_force(case_id, operator)
    if grant is None:
        raise Http404
    return grant


def is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def redirect_in_console(request: HttpRequest, target: str) -> HttpResponse:
    """Redirect; a script exchanges only the case, so the page's socket and sound stay alive."""
    if not is_fragment(request):
        return redirect(target)
    answer = HttpResponse(status=204)
    answer["HX-Location"] = json.dumps({"path": target, "target": "#case", "swap": "innerHTML"})
    return answer


def stay_with_flash(request: HttpRequest, back: str, *, refused: bool = True) -> HttpResponse:
    """Show the messages where the person is looking; what was typed and refused stays there."""
    if not is_fragment(request):
        return redirect(back)
    answer = render(request, "operator/flash.html", status=422 if refused else 200)
    answer["HX-Retarget"] = _place(request) if refused else "#flash"
    answer["HX-Reswap"] = "innerHTML"
    return answer


def _place(request: HttpRequest) -> str:
    """Selector of the sent dialog's flash, else of the page's."""
    dialog = request.POST.get("dialog", "")
    known = dialog.startswith("dialog-") and dialog.replace("-", "").isalpha()
    return f"#{dialog} .dialog-flash" if known else "#flash"


def page_of(case_id: UUID) -> str:
    return reverse("operator:case", args=[case_id])
