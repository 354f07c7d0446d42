"""Incidents, for HR to look at only: what happened is written by those who acted."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from incidents.models import Incident
from tenants.admin_sites import company_site


@admin.register(Incident, site=company_site)
class IncidentAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("number", "opened_at", "reporter", "site", "level", "state", "drill")
    list_select_related = ("reporter", "site")
    list_filter = ("state", "level", "drill", "site")
    search_fields = ("number", "reporter__number", "reporter__family_name", "reporter__family_kana")
    fields = (
        "number", "state", "level", "drill", "reporter", "post", "site", "device", "opened_at",
        "acknowledged_at", "acknowledged_by", "coming_at", "support_requested_at", "closed_at",
        "closed_by_name", "outcome",
    )  # fmt: skip

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
