"""Days on which a company or a site does not work; the national ones are added a year at a time."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.permissions import SET_UP
from people.calendar.national_holidays import UnknownYear, add_national_holidays, offered_years
from people.models import Holiday
from web.admin_decorators import action


@company_list(
    Holiday,
    MenuEntry(MenuGroup.WORKING_TIME, 40, "calendar_month"),
    look=SET_UP,
    change=SET_UP,
    delete=SET_UP,
)
class HolidayAdmin(ModelAdmin):
    list_display = ("on", "name", "where")
    list_select_related = ("site",)
    date_hierarchy = "on"
    autocomplete_fields = ("site",)
    fields = (("on", "name"), "site")
    actions_list = ("national",)

    @admin.display(description=_("site"), ordering="site__name")
    def where(self, holiday: Holiday) -> str:
        return holiday.site.name if holiday.site else gettext("Whole company")

    @action(
        description=_("Add the national holidays of a year"),
        url_path="national",
        permissions=["add"],
    )
    def national(self, request: HttpRequest) -> HttpResponse:
        if request.method == "POST":
            self._add(request)
            return HttpResponseRedirect(reverse("admin:people_holiday_changelist"))
        shown: dict[str, Any] = self.admin_site.each_context(request) | {
            "title": _("Add the national holidays of a year"),
            "years": offered_years(),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/people/holiday/national.html", shown)

    def _add(self, request: HttpRequest) -> None:
        given = request.POST.get("year", "")
        try:
            added = add_national_holidays(year=int(given) if given.isdecimal() else 0)
        except UnknownYear:
            messages.error(request, _("Choose one of the years that are offered."))
        else:
            messages.success(request, _("Holidays added: %(n)s") % {"n": added})
