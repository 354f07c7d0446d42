"""The language chosen on the demo's first page goes along to the hosts that it leads to."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def keep_language(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    chosen = request.GET.get("lang", "")
    if chosen in dict(settings.LANGUAGES):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, chosen, samesite="Lax")
    return response
