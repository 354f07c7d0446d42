"""What the script of an incident's page needs: addresses, positions, the site, words."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from incidents.models import Incident, LocationFix
from people.models import Site
from portal.supervisor import rows
from portal.supervisor.clock import milliseconds
from tenants.context import current_company

MOST_FIXES = 2000
# The script puts a recording's id in its place.
ANY_RECORDING = UUID(int=0)


def client_data(incident: Incident, viewer: User) -> dict[str, Any]:
    return {
        "pk": str(incident.public_id),
        "me": str(viewer.public_id),
        "closed": not incident.is_open,
        "positions": reverse("portal:positions", args=[incident.public_id]),
        "listen": reverse("recordings:listen", args=[ANY_RECORDING]),
        "peaks": reverse("recordings:peaks", args=[ANY_RECORDING]),
        "anyRecording": str(ANY_RECORDING),
        "fixes": fixes_after(incident, None),
        "map": map_data(incident),
        "words": words(),
    }


def fixes_after(incident: Incident, after: datetime | None) -> list[dict[str, Any]]:
    found = LocationFix.objects.filter(incident=incident)
    if after:
        found = found.filter(recorded_at__gte=after)
    return [fix_data(fix) for fix in found.order_by("-recorded_at")[:MOST_FIXES]][::-1]


def fix_data(fix: LocationFix) -> dict[str, Any]:
    return {
        "latitude": fix.latitude,
        "longitude": fix.longitude,
        "accuracy_m": fix.accuracy_m,
        "recorded_at": milliseconds(fix.recorded_at),
    }


def map_data(incident: Incident) -> dict[str, Any]:
    name = rows.reporter_of(incident)
    site = rows.site_of(incident)
    return {
        "site": site_data(site) if site else None,
        "mode": getattr(settings, "MAP_TILE_MODE", "grid"),
        "mark": name[:1],
        "name": name,
        "place": rows.place_of(incident) or _("Place unknown"),
        "timeZone": current_company().time_zone,
    }


def site_data(site: Site) -> dict[str, Any]:
    return {
        "name": site.name,
        "latitude": site.latitude,
        "longitude": site.longitude,
        "outline": site.outline,
    }


def words() -> dict[str, str]:
    return {**map_words(), **sound_words()}


def map_words() -> dict[str, str]:
    return {
        "zoomIn": _("Zoom in"),
        "zoomOut": _("Zoom out"),
        "gridOnly": _("Coordinate grid (no position leaves the company)"),
        "gsi": _('<a href="https://maps.gsi.go.jp/development/ichiran.html">GSI tiles</a>'),
        "startedHere": _("Alarm raised {time}"),
        "secondsAgo": _("{n} s ago"),
        "minutesAgo": _("{n} min ago"),
        "hoursAgo": _("{n} h ago"),
        "updated": _("Updated {age}"),
        "lastFix": _("Last position"),
        "accuracy": _("Accuracy ±{m} m"),
        "accuracyUnknown": _("Accuracy unknown"),
        "following": _("Following"),
        "follow": _("Follow again"),
        "looking": _("{names} also looking"),
    }


def sound_words() -> dict[str, str]:
    return {
        "listenLive": _("Listen live"),
        "listen": _("Play"),
        "pause": _("Stop"),
        "delay": _("about {s} s behind"),
        "waiting": _("Waiting for sound"),
        "playback": _("Playing back"),
        "ended": _("End of the recording"),
        "closedNow": _("The alarm is closed. To listen on, press play and say why."),
        "refused": _("Playing was ended by the server"),
        "pressAgain": _("The browser held the sound back. Press once more."),
        "cannotListen": _("The sound cannot be played. Press once more."),
    }
