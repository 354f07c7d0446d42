"""Language of the employee's app: the one chosen on the device, which a cookie keeps, else the
first of the browser's own that the app speaks.

Calls of the device API come without cookies and ask for the language of their page.
"""

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header

APP, API = "/app/", "/api/"


def is_for_app(request: HttpRequest) -> bool:
    return request.path.startswith((APP, API))


def language_of_app(request: HttpRequest) -> str:
    return chosen_language(request) or _of_browser(request.headers.get("Accept-Language", ""))


def chosen_language(request: HttpRequest) -> str:
    """What was chosen on the device; empty if nothing was."""
    chosen = request.COOKIES.get(settings.APP_LANGUAGE_COOKIE_NAME, "")
    return chosen if chosen in _languages() else ""


def _of_browser(header: str) -> str:
    """zh-CN is read as 简体中文, and ja-JP as Japanese: the first that begins alike."""
    for wanted, _weight in parse_accept_lang_header(header.lower()):
        alike = (one for one in _languages() if one.split("-")[0] == wanted.split("-")[0])
        found = wanted if wanted in _languages() else next(alike, "")
        if found:
            return found
    return str(settings.LANGUAGE_CODE)


def _languages() -> list[str]:
    return [code for code, _name in settings.APP_LANGUAGES]
