"""To the company's identity provider and back."""

import secrets
from collections.abc import Callable

import requests
from allauth.account.utils import get_next_redirect_url
from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import SingleSignOn
from accounts.sso.discovery import Busy, turn
from accounts.sso.provider import NAME, Exchange
from accounts.sso.refusal import refused


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """Ask on GET; leave for the provider on POST."""
    _must_be_on()
    if request.method != "POST":
        there = get_next_redirect_url(request)
        return render(request, "account/sso.html", {"redirect_field_value": there})
    limited = ratelimit.consume_or_429(request, action="login")
    return limited or _in_turn(request, _leave)


def _leave(request: HttpRequest) -> HttpResponse:
    """Leave by a page, not a redirect: our CSP lets no form lead to another host."""
    nonce = secrets.token_urlsafe(24)
    asked = {"nonce": nonce}
    if request.user.is_authenticated:
        asked["prompt"] = "login"  # it shows once more that it is the same person
    answer = (
        get_adapter()
        .get_provider(request, NAME)
        .redirect(
            request,
            AuthProcess.LOGIN,
            next_url=get_next_redirect_url(request),
            auth_params=asked,
            nonce=nonce,
        )
    )
    return render(request, "account/sso_leave.html", {"there": answer.url})


@never_cache
@require_safe
def callback(request: HttpRequest) -> HttpResponse:
    _must_be_on()
    return _in_turn(request, _return)


def _return(request: HttpRequest) -> HttpResponse:
    answer: HttpResponse = Callback.adapter_view(Exchange(request, NAME))(request)
    return answer


class Callback(OAuth2CallbackView):
    def _get_state(
        self, request: HttpRequest, provider: object
    ) -> tuple[dict[str, str] | None, HttpResponse | None]:
        state, refusal = super()._get_state(request, provider)
        self.adapter.nonce = (state or {}).get("nonce", "")
        return state, refusal


def _in_turn(request: HttpRequest, act: Callable[[HttpRequest], HttpResponse]) -> HttpResponse:
    try:
        with turn():
            return act(request)
    except Busy:
        return refused(request, "busy", status=429)
    except (OAuth2Error, requests.RequestException):
        return refused(request, "failed")


def _must_be_on() -> None:
    if SingleSignOn.in_use() is None:
        raise Http404
