"""The categories of harassment, by the official lists and the company's own."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.permissions import HR, SET_UP
from accounts.step_up import AsksAgain
from incidents.models import Category


@company_list(
    Category,
    MenuEntry(MenuGroup.SETTINGS, 30, "category", _("Categories of harassment")),
    look=SET_UP,
    change=SET_UP,
    delete=HR,
)
class CategoryAdmin(AsksAgain):
    """Categories; used ones are switched off, not deleted, and the page says why."""

    list_display = ("name", "taxonomy", "corresponds_to", "order", "is_on", "keep_days", "used")
    list_display_links = ("name",)
    list_select_related = ("corresponds_to",)
    list_editable = ("order", "is_on")
    list_filter = ("taxonomy", "is_on")
    list_per_page = 50
    search_fields = ("name", "name_in_english")
    fields = (
        "taxonomy",
        ("name", "name_in_english"),
        "corresponds_to",
        ("order", "is_on"),
        "keep_days",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        categories: QuerySet[Category] = super().get_queryset(request)
        return categories.annotate(times=Count("classifications"))

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """Formset with labels for screen readers: a row of the list shows none beside its field."""
        formset = super().get_changelist_formset(request, **kwargs)
        for field in formset.form.base_fields.values():
            field.widget.attrs["aria-label"] = field.label
        return formset

    @admin.display(description=_("used"))
    def used(self, category: Any) -> int:
        return int(category.times)
