"""Keeping, opening and removing saved views of the administration's lists."""

import copy
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import SavedView
from accounts.requests import signed_in
from accounts.saved_views import SavedViewsMixin, TooManyViews, keep_view, lasting, views_of
from tenants.admin_sites import company_site
from web.model_form import ModelForm


class ViewForm(ModelForm):
    class Meta:
        model = SavedView
        fields = ("name", "query", "is_shared")

    def clean_query(self) -> str:
        return lasting(QueryDict(self.cleaned_data["query"]))


@require_POST
def keep(request: HttpRequest) -> HttpResponse:
    label = request.POST.get("list", "")
    model_admin = _list(request, label)
    form = ViewForm(request.POST)
    if not form.is_valid() or not _fits(request, model_admin, form.cleaned_data["query"]):
        messages.error(request, _("This view cannot be saved. Give it a name of up to 40 letters."))
        return redirect(_address(label))
    try:
        keep_view(owner=signed_in(request), label=label, **form.cleaned_data)
    except TooManyViews:
        messages.error(request, _("Thirty views of a list are the most. Remove one first."))
    else:
        messages.success(request, _("The view was saved."))
    return redirect(_address(label, form.cleaned_data["query"]))


@require_safe
def open_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Redirect to a saved view; with filters that have gone since, to the whole list."""
    view = get_object_or_404(views_of(signed_in(request)), pk=pk)
    if _fits(request, _list(request, view.list), view.query):
        return redirect(_address(view.list, view.query))
    messages.warning(request, _("A filter of this saved view does not exist any more."))
    return redirect(_address(view.list))


@require_POST
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView, pk=pk, owner=signed_in(request))
    _list(request, view.list)
    view.delete()
    messages.success(request, _("The view was removed."))
    return redirect(_address(view.list))


def _list(request: HttpRequest, label: str) -> SavedViewsMixin:
    """The list of a label; 404 as well for people who may not open it."""
    registry = company_site._registry.items()
    shown = {model._meta.label_lower: model_admin for model, model_admin in registry}.get(label)
    if not isinstance(shown, SavedViewsMixin) or not shown.has_view_or_change_permission(request):
        raise Http404
    return shown


def _fits(request: HttpRequest, model_admin: SavedViewsMixin, query: str) -> bool:
    """Whether the list understands the query."""
    asked: Any = copy.copy(request)
    asked.GET = QueryDict(query)
    try:
        model_admin.get_changelist_instance(asked)
    except (IncorrectLookupParameters, SuspiciousOperation, ValueError):
        return False
    return True


def _address(label: str, query: str = "") -> str:
    address = reverse(f"admin:{label.replace('.', '_')}_changelist")
    return f"{address}?{query}" if query else address
