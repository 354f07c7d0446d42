"""The employee's web app: one page, its service worker and its manifest.

The page is the same for everybody who reads its language and holds nothing about a person: who
somebody is, only the device token says, and that lives in the browser's database and never reaches
a view.
"""

import hashlib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.employee.script_texts import script_texts
from portal.employee.setup_steps import SETUP_STEPS
from web.app_language import chosen_language

STYLES = (
    "css/layers.css",
    "css/tokens.css",
    "css/dark.css",
    "css/base.css",
    "css/parts.css",
    "css/frame.css",
    "css/faces.css",
    "employee/app.css",
    "employee/alarm.css",
    "employee/now.css",
    "employee/languages.css",
    "employee/dock.css",
    "employee/discreet.css",
    "employee/pages.css",
)
SHARED = ("live/socket.js", "live/subscription.js")
PICTURES = ("img/icons.svg", "img/mark.svg", "employee/icon-192.png", "employee/icon-512.png")
ENCODER = ("vendor/mediabunny/mediabunny.min.js", "vendor/mediabunny/mediabunny-aac-encoder.min.js")
LONGEST_COOKIE = timedelta(days=400)  # browsers keep none longer
MASKABLE = "employee/icon-maskable-512.png"
SAMPLE = "employee/sample.m4a"


@require_safe
@never_cache
def app_page(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(page_text(request))
    chosen = chosen_language(request)
    if chosen:
        # Set anew by the server each time: Safari drops after a week what a script has set.
        response.set_cookie(
            settings.APP_LANGUAGE_COOKIE_NAME,
            chosen,
            max_age=LONGEST_COOKIE,
            path=reverse("employee:app"),
            secure=request.is_secure(),
            samesite="Lax",
        )
    return response


def page_text(request: HttpRequest) -> str:
    page = {
        "app": start_data(),
        "languages": settings.APP_LANGUAGES,
        "setup_steps": SETUP_STEPS,
        "weekdays": (WEEKDAYS_ABBR[6], *(WEEKDAYS_ABBR[day] for day in range(6))),
        "version": settings.VERSION,
    }
    return render_to_string("employee/app.html", page, request)


def start_data() -> dict[str, Any]:
    return {
        "api": "/api/v1/",
        "socket": "/ws/app/",
        "worker": reverse("employee:service-worker"),
        "scope": reverse("employee:app"),
        "icons": static("img/icons.svg"),
        "encoder": [static(name) for name in ENCODER],
        "sample": static(SAMPLE) if has_sample() else "",
        "pushKey": settings.VAPID_PUBLIC_KEY,
        "language": get_language(),
        "languageCookie": settings.APP_LANGUAGE_COOKIE_NAME,
        "words": script_texts(),
    }


def has_sample() -> bool:
    """Whether this is the demo: a played scene must never be taken for a real one."""
    return bool(settings.SOBANI_ENV == "demo")


@require_safe
@never_cache
def service_worker(request: HttpRequest) -> HttpResponse:
    shell = [reverse("employee:app"), *map(static, shell_files())]
    page = {
        "shell": shell,
        "version": shell_version(page_text(request)),
        "push_key": settings.VAPID_PUBLIC_KEY,
    }
    response = render(request, "employee/sw.js", page, content_type="text/javascript")
    response["Service-Worker-Allowed"] = reverse("employee:app")
    return response


@cache
def shell_files() -> tuple[str, ...]:
    """Files that the app needs to open without a network; never an answer of the API."""
    sample = (SAMPLE,) if has_sample() else ()
    return (*STYLES, *PICTURES, *modules(), *SHARED, *ENCODER, *sample)


def modules() -> list[str]:
    folder = Path(str(finders.find("employee/main.js"))).parent
    return sorted(f"employee/{file.name}" for file in folder.glob("*.js"))


def shell_version(page: str) -> str:
    """Hash of every byte of the shell, so that no browser keeps half of an older one, nor the page
    in the language that was chosen before."""
    return hashlib.sha256(files_digest() + page.encode()).hexdigest()[:16]


@cache
def files_digest() -> bytes:
    digest = hashlib.sha256()
    for name in shell_files():
        path = finders.find(name)
        if isinstance(path, str):
            digest.update(Path(path).read_bytes())
    return digest.digest()


@require_safe
@never_cache
def manifest(_request: HttpRequest) -> HttpResponse:
    home = reverse("employee:app")
    body = {
        "id": home,
        "name": settings.BRAND_NAME,
        "short_name": settings.BRAND_NAME,
        "description": _("Call for help at once, from the place where you work."),
        "lang": get_language(),
        "start_url": home,
        "scope": home,
        "display": "standalone",
        "orientation": "portrait",
        "background_color": "#f4f5f7",
        "theme_color": "#ffffff",
        "icons": [
            icon("employee/icon-192.png", 192),
            icon("employee/icon-512.png", 512),
            maskable(),
        ],
    }
    return JsonResponse(body, content_type="application/manifest+json")


def icon(name: str, size: int) -> dict[str, str]:
    return {"src": static(name), "sizes": f"{size}x{size}", "type": "image/png"}


def maskable() -> dict[str, str]:
    return icon(MASKABLE, 512) | {"purpose": "maskable"}
