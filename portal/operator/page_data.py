"""What the scripts of the desk need: addresses, positions, words."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from operations.company_access.views import CaseView
from operations.models import Case, SeenFix, SeenIncident
from portal.live.clock import milliseconds
from portal.live.map import ANY_RECORDING, MOST_FIXES, map_texts, sound_texts
from portal.live.page import script_texts
from tenants.models import Company


def page_frame(request: HttpRequest) -> dict[str, Any]:
    return {
        "socket": "/ws/console/",
        "poll": reverse("operator:poll"),
        "alive": reverse("operator:alive"),
        "desk": reverse("operator:cases"),
        "mark": static("img/mark.svg"),
        "token": get_token(request),
        "words": script_texts()
        | {
            "waiting": _("A case is waiting"),
            "gone": _("This case is no longer in your hands. Its data are not shown any more."),
            "typed": _("What you were writing: {text}"),
            "soundOn": _("Alarm sound on"),
            "soundOff": _("Alarm sound off"),
            "keysOn": _("Keys are on"),
            "keysOff": _("Keys are off"),
        },
    }


def case_page_data(case: Case, view: CaseView, name: str, place: str) -> dict[str, Any]:
    """The scripts' data of a case; `name` and `place` as in the page's head."""
    pk = case.public_id
    return {
        "pk": str(pk),
        "closed": False,
        "positions": reverse("operator:positions", args=[pk]),
        "listen": reverse("operator:listen", args=[pk, ANY_RECORDING]),
        "peaks": reverse("operator:peaks", args=[pk, ANY_RECORDING]),
        "mark": reverse("operator:mark", args=[pk, ANY_RECORDING]),
        "marks": reverse("operator:marks", args=[pk, ANY_RECORDING]),
        "anyRecording": str(ANY_RECORDING),
        "fixes": fixes_data(view.fixes),
        "map": _map_data(view.incident, case.company)
        | {"name": name, "mark": name[:1], "place": place},
        "words": map_texts() | sound_texts() | {"notShown": not_shown()},
    }


def not_shown() -> str:
    return _("Sound and position are not shown after the end of the case.")


def fixes_data(fixes: Iterable[SeenFix]) -> list[dict[str, Any]]:
    return [
        {
            "latitude": fix.latitude,
            "longitude": fix.longitude,
            "accuracy_m": fix.accuracy_m,
            "recorded_at": milliseconds(fix.recorded_at),
            "at": milliseconds(fix.at),
        }
        for fix in list(fixes)[-MOST_FIXES:]
    ]


def _map_data(incident: SeenIncident, company: Company) -> dict[str, Any]:
    return {
        "site": _site_data(incident),
        "mode": getattr(settings, "MAP_TILE_MODE", "grid"),
        "timeZone": company.time_zone,
        "zoom": 15.5,
        "radii": [100, 500, 1000],
    }


def _site_data(seen: SeenIncident) -> dict[str, Any] | None:
    if seen.latitude is None or seen.longitude is None:
        return None
    return {
        "name": seen.site,
        "latitude": seen.latitude,
        "longitude": seen.longitude,
        "outline": seen.outline,
    }


def opened(grant_id: UUID, session_id: UUID) -> dict[str, Any]:
    """A play session in the form that the shared player takes."""
    base = f"/play/{grant_id}/{session_id}"
    return {
        "session": str(session_id),
        "live_url": f"{base}/live.m3u8",
        "dvr_url": f"{base}/dvr.m3u8",
        "acting": True,
    }
