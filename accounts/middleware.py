"""What is asked of every signed-in request: the language of its page, and the second factor; and
what a page's script is told once nobody is signed in."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation

from accounts import second_factor
from accounts.models import User
from accounts.second_factor import Missing
from web.app_language import is_for_app, language_of_app

GUARDED = ("/console/", "/desk/", "/field/", "/play/", "/admin/")
SET_UP = "/accounts/2fa/totp/activate/"
OPEN = (
    second_factor.BY_CODE,
    second_factor.BY_PASSKEY,
    "/accounts/login/",
    "/accounts/logout/",
    "/demo/",
    "/api/",
    "/app/",
)
"""The last two never ask who has signed in."""


class LanguageMiddleware:
    """Activate the person's language, else Japanese. Accept-Language is ignored: browsers on
    shared terminals send whatever they were installed with. The employee's app, where nobody
    signs in, has a language of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with translation.override(chosen_language(request)):
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or "ja")
        return response


def chosen_language(request: HttpRequest) -> str:
    if is_for_app(request):
        return language_of_app(request)
    cookie = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    if cookie in dict(settings.LANGUAGES):
        return cookie
    language: str = getattr(request.user, "language", settings.LANGUAGE_CODE)
    return language


class ScriptsMiddleware:
    """Answer 401 to a page's script where a person would be led to the sign-in.

    A script follows a redirect unseen: the sign-in page came back as if it were the answer, was
    put into the page, and what had been written counted as sent.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        to_sign_in = response.headers.get("Location", "").startswith(str(settings.LOGIN_URL))
        if to_sign_in and _is_asked_by_script(request):
            return HttpResponse(status=401)
        return response


def _is_asked_by_script(request: HttpRequest) -> bool:
    by_htmx = "HX-Request" in request.headers
    return by_htmx or request.headers.get("Sec-Fetch-Dest", "document") != "document"


class SecondFactorMiddleware:
    """Lead people who must have a second factor and show none to its set-up, and nowhere else.

    Who has set it up and comes with a session that never showed it gets to nothing at all, not
    even to the page that takes the factor away.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        where = _detour(request)
        if not where:
            return self.get_response(request)
        again = where in {second_factor.BY_CODE, second_factor.BY_PASSKEY}
        there = f"{where}?{urlencode({'next': request.path})}" if again else where
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": there})
        return redirect(there)


def _detour(request: HttpRequest) -> str:
    user, path = request.user, request.path
    if path.startswith(OPEN) or not isinstance(user, User):
        return ""
    match second_factor.missing(user, request.session):
        case Missing.SHOW:
            return second_factor.page_to_show_it(user)
        case Missing.SET_UP if path.startswith(GUARDED):
            return SET_UP
    return ""
