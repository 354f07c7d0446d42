"""Incidents, for HR to look at only: what happened is written by those who acted.

People with a conflict of interest find nothing of the incident here, nor of the notices about it,
nor that somebody decided so.
"""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.people_search import PeopleSearchMixin
from accounts.permissions import HR
from accounts.requests import signed_in
from accounts.saved_views import SavedViewsMixin
from incidents import retention
from incidents.access_log import access_log_of
from incidents.models import Incident
from incidents.visibility import hidden_from
from notifications.admin.notices import NoticeAdmin
from notifications.models import Notice


@company_list(Incident, MenuEntry(MenuGroup.TODAY, 10, "e911_emergency", _("Alarms")), look=HR)
class IncidentAdmin(SavedViewsMixin, PeopleSearchMixin):
    list_display = ("number", "opened_at", "reporter", "site", "level", "state", "drill")
    list_select_related = ("reporter", "site")
    list_filter = ("state", "level", "drill", "site")
    search_fields = ("number", "reporter__number")
    people = ("reporter__",)
    change_form_outer_before_template = "admin/incidents/incident/whole.html"
    fields = (
        "number",
        "state",
        "level",
        "drill",
        "reporter",
        "post",
        "site",
        "device",
        "opened_at",
        "acknowledged_at",
        "acknowledged_by",
        "coming_at",
        "support_requested_at",
        "closed_at",
        "closed_by_name",
        "outcome",
        "categories",
        "keep_until",
        "looks",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Incident]:
        found: QuerySet[Incident] = super().get_queryset(request)
        return found.exclude(pk__in=hidden_from(signed_in(request)))

    @admin.display(description=_("categories"))
    def categories(self, incident: Incident) -> str:
        chosen = incident.classifications.select_related("category").order_by("category__order")
        return "、".join(str(each.category) for each in chosen)

    @admin.display(description=_("to be kept until"))
    def keep_until(self, incident: Incident) -> Any:
        return retention.keep_until(incident)

    @admin.display(description=_("looked at by the security company"))
    def looks(self, incident: Incident) -> str:
        return render_to_string("admin/incidents/looks.html", {"looks": access_log_of(incident)})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@company_list(Notice, MenuEntry(MenuGroup.RECORDS, 40, "notifications"), look=HR)
class IncidentNoticeAdmin(NoticeAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        found: QuerySet[Notice] = super().get_queryset(request)
        hidden = hidden_from(signed_in(request)).values("public_id")
        return found.exclude(incident_id__in=hidden)
