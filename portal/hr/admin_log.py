"""記録: what was done in the company's name, newest first, from the chained audit.

Who saw or heard a case is on the page of that case; this is what concerns nobody's case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import Subject, can
from accounts.requests import signed_in
from audit.models import AuditEvent
from audit.selectors import problems_of
from audit.services import ADMIN_STREAM
from people.models import Device, Employee, Post, Site

A_PAGE = 50
LONG = 20
"""Digits that no entry's number has."""
NAMED: dict[str, QuerySet[Any]] = {
    "employee": Employee.objects.all(),
    "post": Post.objects.all(),
    "user": User.objects.all(),
    "device": Device.objects.select_related("employee", "post"),
    "person": User.objects.all(),
    "site": Site.objects.all(),
}
"""Facts that are public ids, and whose."""
WORDS = {
    "company.opened": gettext_lazy("opened the company"),
    "company.invited_again": gettext_lazy("invited the HR administrators again"),
    "company.suspended": gettext_lazy("suspended the company"),
    "company.resumed": gettext_lazy("let the company go on"),
    "company.let_go": gettext_lazy("ended the contract"),
    "conditions.exports_switched": gettext_lazy(
        "switched lists of conditions with names on or off"
    ),
    "device.revoked": gettext_lazy("revoked a device"),
    "enrolment_code.issued": gettext_lazy("made an enrolment sheet"),
    "enrolment_code.revoked": gettext_lazy("took an enrolment sheet back"),
    "enrolment_code.voided": gettext_lazy("took all unused enrolment sheets back"),
    "exercise.announced": gettext_lazy("announced an exercise"),
    "exercise.ended": gettext_lazy("ended an exercise"),
    "incidents.exported": gettext_lazy("took a list of alarms out as a file"),
    "provisioning.changed": gettext_lazy("took over changes of a person"),
    "provisioning.joined": gettext_lazy("registered somebody who joins"),
    "provisioning.left": gettext_lazy("set today as the last day"),
    "provisioning.let_go": gettext_lazy("no longer keeps a person"),
    "provisioning.returned": gettext_lazy("took the last day back"),
    "provisioning.taken_over": gettext_lazy("began to keep somebody who was here"),
    "provisioning_token.issued": gettext_lazy("made a token for the identity provider"),
    "provisioning_token.revoked": gettext_lazy("revoked a token of the identity provider"),
    "purpose.published": gettext_lazy("published the purpose of recording"),
    "reach_check.sent": gettext_lazy("sent a test message"),
    "recovery.asked": gettext_lazy("asked for the recovery of a sign-in"),
    "recovery.approved": gettext_lazy("approved the recovery of a sign-in"),
    "recovery.stopped": gettext_lazy("stopped the recovery of a sign-in"),
    "recovery.done": gettext_lazy("reset a sign-in for its recovery"),
    "single_sign_on.changed": gettext_lazy("changed the single sign-on"),
    "tap_token.issued": gettext_lazy("made a button that only raises alarms"),
    "user.invited": gettext_lazy("invited an administrator of the platform"),
    "user.second_factor_reset": gettext_lazy("reset the second factor"),
}
"""Of everything that is written to the company's own stream."""


@dataclass(frozen=True, slots=True)
class AdminLogLine:
    seq: int
    at: datetime
    who: str
    what: str
    whom: str


@never_cache
@require_safe
@login_required
def overview(request: HttpRequest) -> HttpResponse:
    """Show fifty entries, older ones by ``?before=``; ``?verify`` checks the whole chain."""
    if not can(signed_in(request).as_actor(), "review", Subject("audit")):
        raise PermissionDenied
    entries = page_of(request.GET.get("before", ""))
    return render(
        request,
        "hr/admin_log.html",
        {
            "lines": lines_of(entries[:A_PAGE]),
            "older": entries[A_PAGE - 1].seq if len(entries) > A_PAGE else None,
            "verified": "verify" in request.GET,
            "problems": problems_of(ADMIN_STREAM) if "verify" in request.GET else [],
        },
    )


def page_of(before: str) -> list[AuditEvent]:
    """Entries of a page and one more, which shows whether there are older ones."""
    events = AuditEvent.objects.filter(stream=ADMIN_STREAM).order_by("-seq")
    if before.isascii() and before.isdigit() and len(before) < LONG:
        events = events.filter(seq__lt=int(before))
    return list(events[: A_PAGE + 1])


def lines_of(entries: Iterable[AuditEvent]) -> list[AdminLogLine]:
    entries = list(entries)
    names = _names([one.payload for one in entries])
    return [
        AdminLogLine(
            one.seq,
            one.at,
            _who(one.payload["actor"], names),
            _what(one.payload["verb"]),
            _whom(one.payload, names),
        )
        for one in entries
    ]


def _names(payloads: list[dict[str, Any]]) -> dict[str, str]:
    """Names by public id, one query a kind. Erased people have no name any more."""
    asked: dict[str, set[str]] = {kind: set() for kind in NAMED}
    for payload in payloads:
        for kind in NAMED:
            if kind in payload:
                asked[kind].add(str(payload[kind]))
        actor = payload["actor"]
        if actor["kind"] in asked:
            asked[actor["kind"]].add(str(actor["id"]))
    return {
        str(one.public_id): _name(one)
        for kind, ids in asked.items()
        for one in NAMED[kind].filter(public_id__in=filter(_is_uuid, ids))
    }


def _name(named: Employee | Post | User | Device | Site) -> str:
    return f"{named.holder.full_name}（{named}）" if isinstance(named, Device) else str(named)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _who(actor: dict[str, Any], names: dict[str, str]) -> str:
    known = {
        "operator": settings.SECURITY_COMPANY_NAME,
        "clock": _("The system"),
        "shell": _("The running of the service"),
        "contact": _("a named contact"),
        "provisioning": "SCIM",
    }
    return known.get(actor["kind"]) or names.get(str(actor["id"])) or _("the platform")


def _whom(payload: dict[str, Any], names: dict[str, str]) -> str:
    named = [names.get(str(payload[kind]), "–") for kind in NAMED if kind in payload]
    count = len(payload["to"]) if "to" in payload else payload.get("people")
    return "、".join([*named, *([_("%(n)s persons") % {"n": count}] if count else [])])


def _what(verb: str) -> str:
    """Words of a verb; one without words is shown as it is rather than hidden."""
    return str(WORDS.get(verb, verb))
