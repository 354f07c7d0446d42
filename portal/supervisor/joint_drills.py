"""合同訓練: announced here, agreed by the security company's lead."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from accounts.permissions import Subject, can
from accounts.requests import signed_in
from operations import drills
from operations.errors import Refused
from portal.live.page import render_page
from tenants.context import current_company


class DrillForm(forms.Form):
    starts_at = forms.DateTimeField(
        label=gettext_lazy("Begins"), widget=forms.DateTimeInput({"type": "datetime-local"})
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Ends"), widget=forms.DateTimeInput({"type": "datetime-local"})
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def joint_drills(request: HttpRequest) -> HttpResponse:
    user = _arranger(request)
    form = DrillForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _announced(request, user, form):
        return redirect("supervisor:drills")
    context: dict[str, Any] = {
        "form": form,
        "drills": drills.drills_of(current_company()),
        "section": "drills",
    }
    return render_page(request, "supervisor/drills.html", context)


def _announced(request: HttpRequest, user: User, form: DrillForm) -> bool:
    try:
        drills.announce(company=current_company(), by=user.public_id, **form.cleaned_data)
    except Refused as refusal:
        form.add_error("ends_at", refusal.message())
        return False
    messages.success(request, _("Announced. It counts once the security company has agreed."))
    return True


@require_POST
@login_required
def cancel_drill(request: HttpRequest, drill_id: UUID) -> HttpResponse:
    _arranger(request)
    try:
        drills.cancel(company=current_company(), drill_id=drill_id)
    except Refused:
        raise Http404 from None
    return redirect("supervisor:drills")


def _arranger(request: HttpRequest) -> User:
    user = signed_in(request)
    if not can(user.as_actor(), "arrange", Subject(kind="joint_drill")):
        raise PermissionDenied
    if not current_company().has_support_contract:
        raise Http404
    return user
