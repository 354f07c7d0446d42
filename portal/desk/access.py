"""Who may open the desk's pages: operators and leads; some pages are the lead's."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache

from accounts.models import Role, User
from accounts.permissions import Subject, can
from accounts.requests import signed_in
from audit.actors import Actor
from operations.selectors import operator_actor

View = Callable[..., HttpResponse]


def for_desk(view: View) -> View:
    """Pass the Actor to the view; explain politely to anybody else on this host."""
    return _guarded(view, "see_queue", "case")


def for_lead(view: View) -> View:
    return _guarded(view, "lead", "desk")


def _guarded(view: View, verb: str, kind: str) -> View:
    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        actor = operator_actor(signed_in(request))
        if not can(actor, verb, Subject(kind=kind)):
            raise PermissionDenied
        return view(request, actor=actor, **kwargs)

    return guarded


def is_lead(actor: Actor) -> bool:
    return can(actor, "lead", Subject(kind="desk"))


def home(request: HttpRequest) -> HttpResponseRedirect:
    """Redirect from the host's front page to the person's own work."""
    roles = request.user.roles if isinstance(request.user, User) else []
    return redirect("responder:page" if Role.RESPONDER in roles else "operator:cases")
