"""HR's page for who looks after the devices of which site."""

from django.utils.translation import gettext_lazy as _

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.people_search import PeopleSearchMixin
from accounts.permissions import HR, SET_UP
from people.admin.filters import TodayFilter
from people.models import SiteManagement


@company_list(
    SiteManagement,
    MenuEntry(MenuGroup.PEOPLE, 50, "supervised_user_circle"),
    look=SET_UP,
    change=HR,
    delete=HR,
)
class SiteManagementAdmin(PeopleSearchMixin):
    list_display = ("user", "site", "starts_on", "ends_on")
    list_select_related = ("user", "site")
    list_filter = (TodayFilter, "site")
    search_fields = ("user__username", "site__name")
    people = ("user__",)
    search_help_text = _("name or kana of the site manager, or a site")
    autocomplete_fields = ("user", "site")
    fields = ("user", "site", ("starts_on", "ends_on"))
