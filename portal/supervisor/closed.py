"""The list of closed alarms: what its page shows, and the part of it that is read anew."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import signed_in
from incidents.closed import closed_incidents, closed_within, summary_of
from incidents.models import Category, Incident
from people.models import Department, Employee, Site
from portal.live.clock import clock_text
from portal.supervisor import rows
from portal.supervisor.filters import FilterForm, unclassified

PAGE = 30
MOST_PEOPLE = 300
"""In the menu; the search finds the others."""
# By statements of their own: one with nine joins takes longer to plan than to run.
IN_A_ROW = (
    "post__site",
    "site",
    "acknowledged_by",
    "coming_by",
    "arrived_by",
    "classifications__category",
)
COLUMNS = [
    ("outcome", _("Result")),
    ("reporter", _("Reporter")),
    ("department", _("Department")),
    ("place", _("Place")),
    ("", _("Classification")),
    ("opened", _("Started")),
    ("seen", _("Until confirmed")),
    ("duration", _("Duration")),
    ("", _("Handled by")),
    ("", _("Support")),
]
LATEST_FIRST = {"opened", "seen", "duration"}


@dataclass(frozen=True, slots=True)
class Heading:
    key: str
    label: Any
    direction: str
    """Of aria-sort; empty where it cannot be sorted by."""
    query: str


@dataclass(frozen=True, slots=True)
class ClosedRow:
    public_id: UUID
    url: str
    label: str
    state: str
    is_drill: bool
    reporter: str
    department: str
    place: str
    kinds: list[str]
    opened_at: datetime
    seen_after: str
    duration: str
    handler: str
    support: str


def closed_context(request: HttpRequest, user: User) -> dict[str, Any]:
    form = FilterForm(request.GET)
    wanted = form.wanted()
    found = for_rows(closed_incidents(user, wanted))
    summary = summary_of(found)
    pages = Paginator(found, PAGE)
    pages.count = summary.count  # asked for already
    page = pages.get_page(request.GET.get("page"))
    return {
        "filters": form,
        "wanted": wanted,
        "headings": [_heading(key, label, form, wanted.order) for key, label in COLUMNS],
        "summary": summary,
        "median": _length(summary.median),
        "page": page,
        "closed_rows": [row_of(incident) for incident in page.object_list],
        "query": urlencode(form.asked),
    }


def offer_choices(form: FilterForm, user: User) -> None:
    """Fill the menus with what there is among the alarms that this person may see."""
    within = closed_within(user, form.wanted().days).order_by()
    sites = {*_keys(within, "site"), *_keys(within.filter(site=None), "post__site")}
    departments = Department.objects.filter(pk__in=_keys(within, "reporter__department"))
    people = Employee.objects.filter(pk__in=_keys(within, "reporter"))
    people = people.order_by("family_kana", "given_kana", "pk")[:MOST_PEOPLE]
    categories = Category.objects.filter(pk__in=_keys(within, "classifications__category"))
    form.offer("site", [(one.public_id, one.name) for one in Site.objects.filter(pk__in=sites)])
    form.offer("department", [(one.pk, one.name) for one in departments])
    form.offer("kind", [unclassified(), *((one.pk, str(one)) for one in categories)])
    form.offer("person", [(one.public_id, one.shown_name) for one in people])


def _keys(within: QuerySet[Incident], path: str) -> set[int]:
    return set(within.filter(**{f"{path}__isnull": False}).values_list(path, flat=True).distinct())


def _heading(key: str, label: Any, form: FilterForm, order: str) -> Heading:
    if not key:
        return Heading("", label, "", "")
    if order.lstrip("-") == key:
        direction = "descending" if order.startswith("-") else "ascending"
        turned = key if direction == "descending" else f"-{key}"
    else:
        direction, turned = "none", f"-{key}" if key in LATEST_FIRST else key
    return Heading(key, label, direction, urlencode(form.asked | {"sort": turned}))


def for_rows(found: QuerySet[Incident]) -> QuerySet[Incident]:
    return found.select_related("reporter__department").prefetch_related(*IN_A_ROW)


def row_of(incident: Incident) -> ClosedRow:
    closed_at = incident.closed_at or timezone.now()
    return ClosedRow(
        public_id=incident.public_id,
        url=rows.url_of(incident),
        label=rows.label_of(incident),
        state=rows.outcome_of(incident),
        is_drill=rows.is_drill(incident),
        reporter=rows.reporter_of(incident),
        department=rows.department_of(incident),
        place=rows.place_of(incident),
        kinds=kinds_of(incident),
        opened_at=incident.opened_at,
        seen_after=_length(until_seen(incident)),
        duration=clock_text(closed_at - incident.opened_at),
        handler=rows.handler_of(incident),
        support=rows.support_of(incident),
    )


def kinds_of(incident: Incident) -> list[str]:
    categories = [one.category for one in incident.classifications.all()]
    return [str(one) for one in sorted(categories, key=lambda one: (one.taxonomy, one.order))]


def until_seen(incident: Incident) -> timedelta | None:
    seen = incident.first_seen_at
    return seen - incident.opened_at if seen else None


def _length(length: timedelta | None) -> str:
    return "" if length is None else clock_text(length)


@never_cache
@require_safe
@login_required
def closed(request: HttpRequest) -> HttpResponse:
    context = closed_context(request, signed_in(request))
    return render(request, "supervisor/parts/closed.html", context)
