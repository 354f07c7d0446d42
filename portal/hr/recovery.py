"""Stopping the reset of an HR administrator's sign-in: by HR on the start page of the
administration, by a named contact of the company on the page that is in the mail."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.permissions import Subject, can
from accounts.requests import signed_in
from audit.actors import Actor
from companies.recovery import IsSettled, stop
from companies.recovery_notice import UnknownLink, moment, recovery_of
from tenants.context import current_company
from tenants.models import Recovery

CONTACT = Recovery.StoppedBy.CONTACT


@dataclass(frozen=True, slots=True)
class RecoveryView:
    """The running recovery, with the words that only the company knows."""

    running: Recovery
    who: str
    when: str


def recovery_notice_for(user: User) -> RecoveryView | None:
    if not can(user.as_actor(), "stop", Subject("recovery")):
        return None
    running = Recovery.objects.running().select_related("contact")
    recovery = running.filter(company_id=current_company().id).first()
    return _shown(recovery) if recovery else None


def _shown(recovery: Recovery) -> RecoveryView:
    person = User.objects.filter(public_id=recovery.person).first()
    when = moment(recovery) if recovery.due_at else ""
    return RecoveryView(recovery, person.get_full_name() if person else "", when)


@require_POST
@login_required
def stop_as_hr(request: HttpRequest, public_id: UUID) -> HttpResponse:
    actor = signed_in(request).as_actor()
    if not can(actor, "stop", Subject("recovery")):
        raise PermissionDenied
    recoveries = Recovery.objects.select_related("company").filter(company_id=current_company().id)
    try:
        stop(
            actor=actor,
            by=Recovery.StoppedBy.HR,
            recovery=get_object_or_404(recoveries, public_id=public_id),
        )
    except IsSettled:
        messages.warning(request, _("It was stopped already, or has been done: see below."))
    else:
        messages.success(request, _("The reset is stopped. Nothing was changed."))
    return redirect("admin:index")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop_as_contact(request: HttpRequest, token: str) -> HttpResponse:
    """Ask, and stop on POST. GET does nothing: programs that scan mail open every link."""
    try:
        recovery = recovery_of(token)
    except UnknownLink:
        return render(request, "hr/recovery.html", status=404)
    if request.method == "POST":
        _stop_quietly(recovery)
        recovery.refresh_from_db()
    return render(request, "hr/recovery.html", {"shown": _shown(recovery)})


def _stop_quietly(recovery: Recovery) -> None:
    """Stop it; if somebody was quicker, the page says how it stands."""
    try:
        stop(actor=Actor(kind="contact", id=""), recovery=recovery, by=CONTACT)
    except IsSettled:
        return
