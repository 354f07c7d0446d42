"""HR's page for what holds for all the company's devices."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from people.models import AppSettings
from tenants.admin_sites import company_site


@admin.register(AppSettings, site=company_site)
class AppSettingsAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("__str__", "screen_after_tap")
    fields = ("screen_after_tap",)
    radio_fields = {"screen_after_tap": admin.VERTICAL}

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not AppSettings.objects.exists()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.pk = 1
        super().save_model(request, obj, form, change)
