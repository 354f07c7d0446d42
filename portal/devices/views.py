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
from people.devices.managed import Keeper
from people.devices.services import revoke_device, void_sheets
from people.models import Site
from people.supervision.selectors import SILENT_DAYS
from portal.administration.access import keeper_of, named_site
from portal.devices.screen import SHOWN, holder_lines, posts_of, site_lines, staff_of
from portal.live.page import page_frame

PAGE = 50
SECTION = {"section": "devices", "silent_days": SILENT_DAYS}


@never_cache
@require_safe
@login_required
def sites(request: HttpRequest) -> HttpResponse:
    keeper = keeper_of(request)
    lines = site_lines(keeper)
    shown = {
        "lines": lines,
        "keeps_all": keeper.keeps_all,
        "missing": sum(line.missing for line in lines),
        "sheets": sum(line.sheets for line in lines),
    }
    return _page(request, keeper, "devices/sites.html", shown)


@never_cache
@require_safe
@login_required
def site(request: HttpRequest, public_id: UUID) -> HttpResponse:
    keeper = keeper_of(request)
    found = get_object_or_404(keeper.sites(), public_id=public_id)
    wanted, words = request.GET.get("show", ""), request.GET.get("q", "").strip()[:80]
    shown = wanted if wanted in SHOWN else "all"
    people = find_people(staff_of(keeper, found, shown), words, fields=("number",))
    posts = find_people(posts_of(keeper, found, shown), words, fields=("name", "floor"), people=())
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    first = list(posts) if page.number == 1 else []
    counts = {one: staff_of(keeper, found, one).count() for one in SHOWN}
    return _page(
        request,
        keeper,
        "devices/site.html",
        {
            "site": found,
            "shown": shown,
            "words": words,
            "page": page,
            "counts": counts,
            "lines": holder_lines([*first, *page]),
            "sheets": keeper.codes(found).count(),
            "query": urlencode({"show": shown, "q": words}),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def revoke(request: HttpRequest, public_id: UUID) -> HttpResponse:
    keeper = keeper_of(request)
    device = get_object_or_404(keeper.devices(), public_id=public_id)
    if request.method == "POST":
        revoke_device(actor=keeper.actor, device=device)
        messages.success(request, _("The device was revoked."))
        return redirect(_back(device.site))
    asked = {"device": device, "back": _back(device.site)}
    return _page(request, keeper, "devices/revoke.html", asked)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def void(request: HttpRequest) -> HttpResponse:
    """Every sheet that is still good, of one site or of all that are looked after."""
    keeper = keeper_of(request)
    named = (request.POST or request.GET).get("site", "")
    site = named_site(keeper, named) if named else None
    if request.method == "POST":
        voided = void_sheets(keeper=keeper, site=site)
        messages.success(request, _("Sheets made void: %(n)s") % {"n": voided})
        return redirect(_back(site))
    asked = {"site": site, "sheets": keeper.codes(site).count(), "back": _back(site)}
    return _page(request, keeper, "devices/void.html", asked)


def _page(
    request: HttpRequest, keeper: Keeper, template: str, shown: dict[str, Any]
) -> HttpResponse:
    """Without what tells of alarms, for whoever looks after devices and nothing else."""
    called = keeper.actor.roles != {Role.SITE_MANAGER}
    shell = {"shell": page_frame(request)} if called else {}
    return render(request, template, SECTION | shell | shown)


def _back(site: Site | None) -> str:
    return reverse("devices:site", args=[site.public_id]) if site else reverse("devices:sites")
