"""What people and programs read when their request could not be served just now: one answer."""

import sys

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import translation

from web.appearance import appearance_in_cookie
from web.problems import CONTENT_TYPE, busy, is_busy

PROGRAMS = ("/api/", "/ingest/")
READING = {"GET", "HEAD"}


def busy_answer(request: HttpRequest) -> HttpResponse:
    """A 503 that asks to come back, made without the database, which may be what is missing."""
    problem = busy()
    if request.path.startswith(PROGRAMS):
        return HttpResponse(
            problem.as_bytes(), CONTENT_TYPE, problem.status, headers=problem.headers
        )
    with translation.override(_language(request)):
        facts = _facts(request) | {"was_sent": request.method not in READING}
        page = render_to_string("503.html", facts)
    return HttpResponse(page, status=problem.status, headers=problem.headers)


def _facts(request: HttpRequest) -> dict[str, str | bool]:
    return {"brand_name": settings.BRAND_NAME, "appearance": appearance_in_cookie(request)}


def _language(request: HttpRequest) -> str:
    """Language of the cookie, else of the page: who is signed in may not be known."""
    chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    known = chosen in dict(settings.LANGUAGES)
    return chosen if known else translation.get_language() or settings.LANGUAGE_CODE


def failed(request: HttpRequest) -> HttpResponse:
    """The ``handler500`` of every kind of host: the one place that sees whatever a view or a
    middleware did not catch."""
    error = sys.exc_info()[1]
    if error and is_busy(error):
        return busy_answer(request)
    return HttpResponse(render_to_string("500.html", _facts(request)), status=500)
