"""HR's page for what holds for all the company's devices."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.permissions import SET_UP
from people.models import AppSettings
from web.singleton import SingletonAdmin


@company_list(
    AppSettings,
    MenuEntry(MenuGroup.SETTINGS, 10, "smartphone", _("The app's screen")),
    look=SET_UP,
    change=SET_UP,
)
class AppSettingsAdmin(SingletonAdmin):
    list_display = ("__str__", "screen_after_tap")
    fields = ("screen_after_tap",)
    radio_fields = {"screen_after_tap": admin.VERTICAL}
