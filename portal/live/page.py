"""The frame of a portal page, and what it passes to its script: addresses and words, nothing about
people."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

NO_INCIDENT = UUID(int=0)


def page_frame(request: HttpRequest) -> dict[str, Any]:
    return {
        "socket": "/ws/portal/",
        "poll": reverse("supervisor:poll"),
        "icon": static("img/icons.svg") + "#siren",
        "incident": reverse("supervisor:incident", args=[NO_INCIDENT]),
        "push": {
            "worker": reverse("supervisor:service-worker"),
            "scope": reverse("supervisor:incidents"),
            "key": getattr(settings, "VAPID_PUBLIC_KEY", ""),
            "save": reverse("supervisor:push"),
        },
        "notices": {
            "tests": {
                "standing": reverse("supervisor:notices"),
                "send": reverse("supervisor:notices-test"),
                "answer": reverse("supervisor:notices-answer"),
            },
            "words": notice_texts(),
        },
        "token": get_token(request),
        "words": script_texts(),
    }


def script_texts() -> dict[str, str]:
    return {
        "live": _("Live"),
        "connecting": _("Connecting"),
        "lost": _("Connection lost, trying again ({seconds} s)"),
        "newAlarm": _("There is a new alarm"),
        "notSent": _("It did not get through. Press once more."),
        "refused": _("It was refused: this page is out of date. What you entered stays."),
        "openAgain": _("Open it again"),
    }


def notice_texts() -> dict[str, str]:
    """For the bell: states of this browser, why nothing gets through, and states of a test."""
    return {
        "on": _("Notices appear on this device"),
        "off": _("Notices are off on this device"),
        "denied": _("This browser forbids notices. Allow them in its settings."),
        "unsupported": _(
            "This browser has no notices. On iPhones: add this page to the home screen."
        ),
        "noKey": _("Notices to closed browsers are not set up. Ask the administrator."),
        "noService": _("The browser could not register with its push service."),
        "notSaved": _("The registration did not reach us. Try again."),
        "pushFailing": _("The browser's push service refuses our notices. Switch them on anew."),
        "missed": _("The last test did not arrive. Check the settings, then send another."),
        "failed": _("The last test did not leave by: {ways}"),
        "noWay": _("There is neither an e-mail address nor a browser that could be reached."),
        "test-none": _("No test has been sent yet."),
        "test-sent": _("The test is on its way. Look at your phone and your mail."),
        "test-displayed": _("A device has shown the test."),
        "test-confirmed": _("The last test arrived."),
        "test-missed": _("The last test did not arrive."),
        "test-failed": _("The last test could not be sent."),
    }


def render_page(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    return render(request, template, {"page_frame": page_frame(request), **context})


def moment(text: str | None) -> datetime | None:
    """Unix milliseconds from a query string; anything else counts as not given."""
    if not text or not text.isdecimal() or len(text) > 14 or int(text) == 0:
        return None
    return datetime.fromtimestamp(int(text) / 1000, tz=UTC)
