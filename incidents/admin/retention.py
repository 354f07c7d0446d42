"""How long records are kept, and what would be due when."""

from django.contrib import admin
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.permissions import HR
from accounts.step_up import AsksAgain
from incidents import retention
from incidents.models import Category, RetentionSettings
from web.singleton import SingletonAdmin


# Its preview counts incidents, so those who only set up do not see it.
@company_list(
    RetentionSettings,
    MenuEntry(MenuGroup.SETTINGS, 40, "auto_delete", _("How long records are kept")),
    look=HR,
    change=HR,
)
class RetentionAdmin(AsksAgain, SingletonAdmin):
    list_display = ("__str__", "keep_unclassified_days", "keep_drill_days")
    fieldsets = (
        (None, {"fields": (("keep_unclassified_days", "keep_drill_days"),)}),
        (_("What would be due"), {"fields": ("by_category", "due")}),
    )
    readonly_fields = ("by_category", "due")

    @admin.display(description=_("by category"))
    def by_category(self, _one: RetentionSettings) -> str:
        return render_to_string(
            "admin/incidents/retentionsettings/categories.html",
            {"categories": Category.objects.order_by("-keep_days", "taxonomy", "order")},
        )

    @admin.display(description=_("records by date"))
    def due(self, _one: RetentionSettings) -> str:
        return render_to_string(
            "admin/incidents/retentionsettings/due.html", {"due": retention.preview()}
        )
