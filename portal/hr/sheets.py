"""Enrolment sheets: asked for on a page, made by its button, printed from the answer.

A code is shown once, on the sheet; making the page again makes new codes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from people.devices.managed import ManagedDevices
from people.devices.services import Holder, IssuedCode, revoke_sheets
from people.models import Post, Site
from portal.administration.access import managed_devices_of, named_site
from readiness.enrolment import issue_sheets
from recordings.purposes import NotPublished, purpose_now
from tenants.context import current_company
from tenants.links import absolute

MOST = 500


@dataclass(frozen=True, slots=True)
class Sheet:
    holder: Holder
    code: str
    expires_at: datetime
    picture: SafeString
    site: Site | None


@never_cache
@require_safe
@login_required
def ask(request: HttpRequest) -> HttpResponse:
    managed = managed_devices_of(request)
    holders, left = chosen(managed, request.GET)
    return question(request, managed, holders, left=left)


def question(
    request: HttpRequest,
    managed: ManagedDevices,
    holders: list[Holder],
    *,
    left: int = 0,
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "hr/sheets_ask.html",
        about(managed)
        | {
            "holders": holders,
            "left": left,
            "enrolled": sum(one.is_enrolled for one in holders),  # type: ignore[union-attr]  # annotated
            "too_many": len(holders) > MOST,
            "most": MOST,
            "is_published": purpose_now() is not None,
        },
        status=status,
    )


@never_cache
@require_POST
@login_required
def make(request: HttpRequest) -> HttpResponse:
    managed = managed_devices_of(request)
    holders = holders_of(managed, request.POST)
    if not 0 < len(holders) <= MOST:
        return HttpResponseRedirect(reverse("hr:sheets"))
    older = "revoke_older" in request.POST
    try:
        issued = issue_sheets(actor=managed.actor, holders=holders, revoke_older=older)
    except NotPublished:
        return question(request, managed, holders, status=409)
    made = {"sheets": [sheet_of(one) for one in issued], "by": managed.actor.name}
    return render(request, "hr/sheets.html", about(managed) | made)


@never_cache
@require_POST
@login_required
def revoke(request: HttpRequest) -> HttpResponse:
    managed = managed_devices_of(request)
    holders = holders_of(managed, request.POST)
    revoked = revoke_sheets(actor=managed.actor, holders=holders)
    text = _("Sheets made void: %(n)s") % {"n": revoked}
    messages.success(request, text if revoked else _("There was no sheet that was still good."))
    return HttpResponseRedirect(back(managed, holders))


def chosen(managed: ManagedDevices, given: Any) -> tuple[list[Holder], int]:
    """Holders chosen one by one, or by ``missing=`` (a site, or all): those not enrolled. With it
    the number of those left for the next time."""
    named = given.get("missing", "")
    if not named:
        return holders_of(managed, given), 0
    people = managed.without_device()
    if named != "all":
        people = people.filter(site=named_site(managed, named))
    left = max(0, people.count() - MOST)  # pressed again it goes on with them
    return list(people.select_related("department", "site")[:MOST]), left


def holders_of(managed: ManagedDevices, given: Any) -> list[Holder]:
    """The chosen holders, of those whose devices this person manages."""
    people = managed.employees().filter(pk__in=_keys(given, "employee"))
    posts = managed.posts().filter(pk__in=_keys(given, "post"))
    return [*people.select_related("department", "site"), *posts.select_related("site")]


def _keys(given: Any, name: str) -> list[int]:
    return [int(key) for key in given.getlist(name) if key.isascii() and key.isdigit()][: 2 * MOST]


def about(managed: ManagedDevices) -> dict[str, Any]:
    return {"company_name": current_company().name, "manages_all": managed.manages_all}


def back(managed: ManagedDevices, holders: list[Holder]) -> str:
    """Address of the list they were chosen from."""
    if not managed.manages_all:
        return reverse("devices:sites")
    is_post = bool(holders) and isinstance(holders[0], Post)
    return reverse(f"admin:people_{'post' if is_post else 'employee'}_changelist")


def sheet_of(issued: IssuedCode) -> Sheet:
    # Behind the # it reaches no server and no log.
    address = absolute(f"/app/#code={issued.text}")
    picture = segno.make(address, error="m").svg_inline(omitsize=True, border=2)
    return Sheet(
        holder=issued.holder,
        code=issued.text,
        expires_at=issued.expires_at,
        picture=mark_safe(picture),  # noqa: S308 - drawn by segno from our own address
        site=issued.holder.site,
    )
