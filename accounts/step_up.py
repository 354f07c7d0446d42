"""Showing once more that it is you, before what would hurt most in a stolen session's hands.

A form that was sent off meanwhile waits in the session. Back at its address its sender is asked
whether to go on, so that nothing has to be typed again and nothing happens without a press.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from unfold.admin import ModelAdmin

from accounts import second_factor
from accounts.models import User

P = ParamSpec("P")
FRESH_SECONDS = 600
BY_PASSWORD = "/accounts/reauthenticate/"  # noqa: S105 - an address
BY_SINGLE_SIGN_ON = "/accounts/sso/"
TYPED = "step_up_typed"
NEVER_KEPT = {"csrfmiddlewaretoken", "secret"}
MOST_KEPT = 100_000
"""Characters."""


def fresh_factor_required(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Require the second factor within ten minutes; the password or the SSO, for people to whom
    none is compulsory."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return detour(request) or view(request, *args, **kwargs)

    return wrapped


class AsksAgain(ModelAdmin):
    """An administration list that may be changed only after recent re-authentication."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page: HttpResponse = detour(request) or super().changeform_view(request, *args, **kwargs)
        return page

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page: HttpResponse = detour(request) or super().delete_view(request, *args, **kwargs)
        return page

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the list to every session; edit and act only in a fresh one."""
        asked = detour(request) if request.method == "POST" else _carry_on(request)
        page: HttpResponse = asked or super().changelist_view(request, *args, **kwargs)
        return page


def detour(request: HttpRequest) -> HttpResponse | None:
    """The redirect to re-authentication; None if recent enough, or if nobody has signed in."""
    user = request.user
    if not isinstance(user, User) or request.session.get(second_factor.SHOWN) in (
        second_factor.FOR_NOW
    ):
        return None
    has_one = second_factor.has_one(user)
    if _is_fresh(request.session, {"mfa"} if has_one else {"password", "socialaccount"}):
        return _carry_on(request)
    _keep(request)
    there = second_factor.page_to_show_it(user) if has_one else _without_factor(user)
    return HttpResponseRedirect(f"{there}?{urlencode({'next': request.get_full_path()})}")


def _keep(request: HttpRequest) -> None:
    """Keep the form sent for after the detour; without files, which no such view takes."""
    if request.method != "POST":
        return
    fields = [
        [name, value]
        for name, values in request.POST.lists()
        for value in values
        if name not in NEVER_KEPT
    ]
    if sum(len(name) + len(str(value)) for name, value in fields) <= MOST_KEPT:
        request.session[TYPED] = {"to": request.get_full_path(), "fields": fields}


def _carry_on(request: HttpRequest) -> HttpResponse | None:
    """Ask whether to send the form that was kept before the detour."""
    kept = request.session.get(TYPED)
    if request.method != "GET" or not kept or kept["to"] != request.get_full_path():
        return None
    del request.session[TYPED]
    return render(request, "account/carry_on.html", kept)


def _without_factor(user: User) -> str:
    return BY_PASSWORD if user.has_usable_password() else BY_SINGLE_SIGN_ON


def _is_fresh(session: Any, methods: set[str]) -> bool:
    shown = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or ()
    oldest = time.time() - FRESH_SECONDS
    return any(one.get("method") in methods and one.get("at", 0) > oldest for one in shown)
