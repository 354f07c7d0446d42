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
    """Signed in, and an operator: anybody else on this host is told so, politely."""

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
    """Without a grant in force there is no such case."""
    grant = grant_in_force(case_id, operator)
    if grant is None:
        raise Http404
    return grant


def is_fragment(request: HttpRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def go(request: HttpRequest, target: str) -> HttpResponse:
    """By script only the case is exchanged: the page's socket and its sound stay alive."""
    if not is_fragment(request):
        return redirect(target)
    answer = HttpResponse(status=204)
    answer["HX-Location"] = json.dumps({"path": target, "target": "#case", "swap": "innerHTML"})
    return answer


def stay(request: HttpRequest, back: str, *, refused: bool = True) -> HttpResponse:
    """Said where the person is looking; what was typed and refused stays there."""
    if not is_fragment(request):
        return redirect(back)
    answer = render(request, "operator/flash.html", status=422 if refused else 200)
    answer["HX-Retarget"] = _place(request) if refused else "#flash"
    answer["HX-Reswap"] = "innerHTML"
    return answer


def _place(request: HttpRequest) -> str:
    """In the dialog that was sent, else at the top."""
    dialog = request.POST.get("dialog", "")
    known = dialog.startswith("dialog-") and dialog.replace("-", "").isalpha()
    return f"#{dialog} .dialog-flash" if known else "#flash"


def page_of(case_id: UUID) -> str:
    return reverse("operator:case", args=[case_id])
