"""Enrolment sheets: asked for on a page, made by its button, printed from the answer.

A code is shown once, on the sheet; making the page again makes new codes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import segno
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User
from accounts.permissions import Actor, Subject, can
from people.devices import IssuedCode
from people.models import Device, Employee, Post, Site, at_work
from people.selectors import actor_for
from portal.hr.issuing import Holder, issue_sheets, revoke_sheets
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
    issuer_of(request)
    return question(request, holders_of(request.GET))


def question(request: HttpRequest, holders: list[Holder], *, status: int = 200) -> HttpResponse:
    return render(request, "hr/sheets_ask.html", about(request) | {
        "holders": holders,
        "enrolled": sum(one.is_enrolled for one in holders),  # type: ignore[union-attr]
        "too_many": len(holders) > MOST,
        "most": MOST,
        "is_published": purpose_now() is not None,
    }, status=status)  # fmt: skip


@never_cache
@require_POST
@login_required
def make(request: HttpRequest) -> HttpResponse:
    actor, holders = issuer_of(request), holders_of(request.POST)
    if not 0 < len(holders) <= MOST:
        return HttpResponseRedirect(reverse("hr:sheets"))
    older = "revoke_older" in request.POST
    try:
        issued = issue_sheets(actor=actor, holders=holders, revoke_older=older)
    except NotPublished:
        return question(request, holders, status=409)
    sheets = [sheet_of(one) for one in issued]
    return render(request, "hr/sheets.html", about(request) | {"sheets": sheets, "by": actor.name})


@never_cache
@require_POST
@login_required
def revoke(request: HttpRequest) -> HttpResponse:
    actor, holders = issuer_of(request), holders_of(request.POST)
    revoked = revoke_sheets(actor=actor, holders=holders)
    text = _("Sheets made void: %(n)s") % {"n": revoked}
    messages.success(request, text if revoked else _("There was no sheet that was still good."))
    return HttpResponseRedirect(back(holders))


def issuer_of(request: HttpRequest) -> Actor:
    assert isinstance(request.user, User)
    actor = actor_for(request.user)
    if not can(actor, "issue", Subject("enrolment_code")):
        raise PermissionDenied
    return actor


def holders_of(given: Any) -> list[Holder]:
    """Who was chosen, of those who may hold a device today, with whether they have one."""
    employees = _with_devices(Employee.objects.filter(at_work()), "employee")
    posts = _with_devices(Post.objects.all(), "post")
    return [
        *employees.filter(pk__in=_keys(given, "employee")).select_related("department", "site"),
        *posts.filter(pk__in=_keys(given, "post")).select_related("site"),
    ]


def _keys(given: Any, name: str) -> list[int]:
    return [int(key) for key in given.getlist(name) if key.isascii() and key.isdigit()][: 2 * MOST]


def _with_devices(found: QuerySet[Any], name: str) -> QuerySet[Any]:
    mine = Device.objects.filter(**{name: OuterRef("pk")}, revoked_at__isnull=True)
    phones = mine.exclude(kind=Device.Kind.BUTTON)
    annotated: QuerySet[Any] = found.annotate(is_enrolled=Exists(phones))
    return annotated


def about(request: HttpRequest) -> dict[str, Any]:
    return {"company_name": current_company().name}


def back(holders: list[Holder]) -> str:
    """To the list they were chosen from."""
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
