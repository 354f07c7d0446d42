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
from accounts.saved_views import SavesViews, TooManyViews, keep_view, lasting, views_of
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
    found = _list(request, label)
    form = ViewForm(request.POST)
    if not form.is_valid() or not _fits(request, found, form.cleaned_data["query"]):
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
    """A filter that has gone since leads to the whole list and a word about it."""
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


def _list(request: HttpRequest, label: str) -> SavesViews:
    """As if there were none, for whoever may not open it."""
    lists = {model._meta.label_lower: one for model, one in company_site._registry.items()}
    found = lists.get(label)
    if not isinstance(found, SavesViews) or not found.has_view_or_change_permission(request):
        raise Http404
    return found


def _fits(request: HttpRequest, found: SavesViews, query: str) -> bool:
    """Whether the list understands it."""
    asked: Any = copy.copy(request)
    asked.GET = QueryDict(query)
    try:
        found.get_changelist_instance(asked)
    except (IncorrectLookupParameters, SuspiciousOperation, ValueError):
        return False
    return True


def _address(label: str, query: str = "") -> str:
    address = reverse(f"admin:{label.replace('.', '_')}_changelist")
    return f"{address}?{query}" if query else address
