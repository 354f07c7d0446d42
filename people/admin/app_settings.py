"""HR's page for what holds for all the company's devices."""

from django.contrib import admin

from people.models import AppSettings
from tenants.admin_sites import company_site
from web.singleton import OneRowAdmin


@admin.register(AppSettings, site=company_site)
class AppSettingsAdmin(OneRowAdmin):
    list_display = ("__str__", "screen_after_tap")
    fields = ("screen_after_tap",)
    radio_fields = {"screen_after_tap": admin.VERTICAL}
