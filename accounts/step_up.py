"""Showing once more that it is you, before what would hurt most in a stolen session's hands."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from accounts import second_factor
from accounts.models import User

P = ParamSpec("P")
FRESH_SECONDS = 600
BY_PASSWORD = "/accounts/reauthenticate/"  # noqa: S105 - an address
BY_SINGLE_SIGN_ON = "/accounts/sso/"


def fresh_factor_required(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """The second factor within ten minutes; the password or the company's own sign-in, for whom
    none is compulsory."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        return detour(request) or view(request, *args, **kwargs)

    return wrapped


def detour(request: HttpRequest) -> HttpResponse | None:
    """Where this session shows it first; None where it has, or where nobody has signed in."""
    user = request.user
    if not isinstance(user, User) or request.session.get(second_factor.SHOWN) in (
        second_factor.FOR_NOW
    ):
        return None
    has_one = second_factor.has_one(user)
    if _is_fresh(request.session, {"mfa"} if has_one else {"password", "socialaccount"}):
        return None
    there = second_factor.page_to_show_it(user) if has_one else _without_factor(user)
    return HttpResponseRedirect(f"{there}?{urlencode({'next': request.path})}")


def _without_factor(user: User) -> str:
    return BY_PASSWORD if user.has_usable_password() else BY_SINGLE_SIGN_ON


def _is_fresh(session: Any, methods: set[str]) -> bool:
    shown = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or ()
    oldest = time.time() - FRESH_SECONDS
    return any(one.get("method") in methods and one.get("at", 0) > oldest for one in shown)


class AsksAgain:
    """For a page of the administration that only whoever has just shown who they are may use."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page: HttpResponse = detour(request) or super().changeform_view(  # type: ignore[misc]
            request, *args, **kwargs
        )
        return page
