"""What the script of an incident's page needs: addresses, positions, the site, words."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from incidents.models import Incident, LocationFix
from people.models import Site
from portal.live.clock import milliseconds
from portal.live.map import ANY_RECORDING, MOST_FIXES, map_texts, sound_texts
from portal.supervisor import rows
from tenants.context import current_company


def incident_page_data(incident: Incident, viewer: User) -> dict[str, Any]:
    return {
        "pk": str(incident.public_id),
        "me": str(viewer.public_id),
        "closed": not incident.is_open,
        "positions": reverse("supervisor:positions", args=[incident.public_id]),
        "read": reverse("supervisor:read", args=[incident.public_id]),
        "listen": reverse("recordings:listen", args=[ANY_RECORDING]),
        "peaks": reverse("recordings:peaks", args=[ANY_RECORDING]),
        "mark": reverse("recordings:mark", args=[ANY_RECORDING]),
        "marks": reverse("recordings:marks", args=[ANY_RECORDING]),
        "anyRecording": str(ANY_RECORDING),
        "fixes": fixes_after(incident, None),
        "map": map_data(incident),
        "words": script_texts(),
    }


def fixes_after(incident: Incident, after: datetime | None) -> list[dict[str, Any]]:
    fixes = LocationFix.objects.filter(incident=incident)
    if after:
        fixes = fixes.filter(at__gte=after)
    return [fix_data(fix) for fix in fixes.order_by("-at")[:MOST_FIXES]][::-1]


def fix_data(fix: LocationFix) -> dict[str, Any]:
    return {
        "latitude": fix.latitude,
        "longitude": fix.longitude,
        "accuracy_m": fix.accuracy_m,
        "recorded_at": milliseconds(fix.recorded_at),
        "at": milliseconds(fix.at),
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


def script_texts() -> dict[str, str]:
    thumb = {
        "listenShort": pgettext("live", "Listen"),
        "stopSound": _("Stop the sound"),
        "noSound": pgettext("live", "No sound"),
    }
    return {**map_texts(), **sound_texts(), **thumb}
