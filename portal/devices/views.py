"""Sites, the people of one site with their devices, and what takes a device or sheets back."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.people_search import find_people
from accounts.roles import Role
from people.devices.managed import ManagedDevices
from people.devices.services import revoke_device, void_sheets
from people.models import Site
from people.supervision.selectors import SILENT_DAYS
from portal.administration.access import managed_devices_of, named_site
from portal.devices.screen import SHOWN, holder_lines, posts_of, site_lines, staff_of
from portal.live.page import page_frame

PAGE = 50
SECTION = {"section": "devices", "silent_days": SILENT_DAYS}


@never_cache
@require_safe
@login_required
def sites(request: HttpRequest) -> HttpResponse:
    managed = managed_devices_of(request)
    lines = site_lines(managed)
    shown = {
        "lines": lines,
        "manages_all": managed.manages_all,
        "missing": sum(line.missing for line in lines),
        "sheets": sum(line.sheets for line in lines),
    }
    return _page(request, managed, "devices/sites.html", shown)


@never_cache
@require_safe
@login_required
def site(request: HttpRequest, public_id: UUID) -> HttpResponse:
    managed = managed_devices_of(request)
    place = get_object_or_404(managed.sites(), public_id=public_id)
    wanted, words = request.GET.get("show", ""), request.GET.get("q", "").strip()[:80]
    shown = wanted if wanted in SHOWN else "all"
    people = find_people(staff_of(managed, place, shown), words, fields=("number",))
    posts = find_people(posts_of(managed, place, shown), words, fields=("name", "floor"), people=())
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    first = list(posts) if page.number == 1 else []
    counts = {one: staff_of(managed, place, one).count() for one in SHOWN}
    return _page(
        request,
        managed,
        "devices/site.html",
        {
            "site": place,
            "shown": shown,
            "words": words,
            "page": page,
            "counts": counts,
            "lines": holder_lines([*first, *page]),
            "sheets": managed.codes(place).count(),
            "query": urlencode({"show": shown, "q": words}),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    managed = managed_devices_of(request)
    device = get_object_or_404(managed.devices(), public_id=public_id)
    if request.method == "POST":
        revoke_device(actor=managed.actor, device=device)
        messages.success(request, _("The device was revoked."))
        return redirect(_back(device.site))
    asked = {"device": device, "back": _back(device.site)}
    return _page(request, managed, "devices/revoke.html", asked)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def void(request: HttpRequest) -> HttpResponse:
    """Ask about, then revoke, every good sheet of one site or of all managed ones."""
    managed = managed_devices_of(request)
    named = (request.POST or request.GET).get("site", "")
    site = named_site(managed, named) if named else None
    if request.method == "POST":
        voided = void_sheets(managed=managed, site=site)
        messages.success(request, _("Sheets made void: %(n)s") % {"n": voided})
        return redirect(_back(site))
    asked = {"site": site, "sheets": managed.codes(site).count(), "back": _back(site)}
    return _page(request, managed, "devices/void.html", asked)


def _page(
    request: HttpRequest, managed: ManagedDevices, template: str, shown: dict[str, Any]
) -> HttpResponse:
    """Render a page; without the frame's alarm sockets for pure device managers."""
    called = managed.actor.roles != {Role.SITE_MANAGER}
    frame = {"page_frame": page_frame(request)} if called else {}
    return render(request, template, SECTION | frame | shown)


def _back(site: Site | None) -> str:
    return reverse("devices:site", args=[site.public_id]) if site else reverse("devices:sites")
