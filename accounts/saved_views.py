"""Views of the administration's lists that somebody comes back to: filters, search and order."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from unfold.admin import ModelAdmin

from accounts.models import SavedView, User
from accounts.requests import signed_in

MOST = 30
PASSING = ("p", "e", "all", "_changelist_filters")
"""Parameters that say nothing of what is wanted: the page, a mistake, where somebody came from."""


class TooManyViews(Exception):
    """More views of one list than anybody finds their way among."""


def views_of(user: User) -> QuerySet[SavedView]:
    """A user's own views and shared ones. Opening one still needs a right to its list."""
    return SavedView.objects.filter(Q(owner=user) | Q(is_shared=True))


def keep_view(*, owner: User, label: str, name: str, query: str, is_shared: bool) -> None:
    """Save a view, replacing one of the same name. Raises TooManyViews."""
    own_views = SavedView.objects.filter(owner=owner, list=label)
    if own_views.exclude(name=name).count() >= MOST:
        raise TooManyViews
    values = {"query": query, "is_shared": is_shared}
    SavedView.objects.update_or_create(owner=owner, list=label, name=name, defaults=values)


def lasting(query: QueryDict) -> str:
    kept = query.copy()
    for name in PASSING:
        kept.pop(name, None)
    return kept.urlencode()


class SavedViewsMixin(ModelAdmin):
    """A list with its saved views above it."""

    list_before_template = "admin/saved_views.html"

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        label = self.model._meta.label_lower
        shown = {
            "list_label": label,
            "saved_views": views_of(signed_in(request)).filter(list=label).select_related("owner"),
            "query_now": lasting(request.GET),
        }
        page: HttpResponse = super().changelist_view(request, (extra_context or {}) | shown)
        return page
