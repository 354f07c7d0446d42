"""Who changed settings and master data, to look at only (django-auditlog's entries)."""

from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.people_search import PeopleSearchMixin
from accounts.permissions import PLATFORM, REVIEW, SET_UP
from audit.names import Names
from tenants.admin_sites import ReadOnlyAdmin
from web.admin_decorators import display

EMPTY = {"None", ""}
YES_OR_NO = {"True": _("yes"), "False": _("no")}
KEYS = ("ID", _("public id"))


def changes_of(entry: LogEntry) -> dict[str, Any]:
    """Changes with the fields' own names and values, except where a field holds several values,
    which django-auditlog cannot show."""
    try:
        shown: dict[str, Any] = entry.changes_display_dict
    except TypeError:
        shown = entry.changes_dict
    return shown


class AdminLogChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        names = Names(self.result_list)
        for entry in self.result_list:
            entry._get_changes_display_for_fk_field = names


def readable(value: Any) -> str:
    return str(YES_OR_NO.get(str(value), value))


@company_list(
    LogEntry,
    MenuEntry(MenuGroup.RECORDS, 50, "history", _("Changes of settings and people")),
    look=REVIEW | SET_UP | PLATFORM,
)
class ChangeAdmin(ReadOnlyAdmin, PeopleSearchMixin):
    list_display = ("at", "who", "change_kind", "kind", "whom", "what")
    list_select_related = ("actor", "content_type")
    list_filter = ("action", ("content_type", admin.RelatedOnlyFieldListFilter))
    search_fields = ("object_repr",)
    people = ("actor__",)
    search_help_text = _("name of what was changed, or of who changed it")
    date_hierarchy = "timestamp"
    fields = list_display

    @display(description=_("at"), ordering="timestamp")
    def at(self, entry: LogEntry) -> Any:
        return entry.timestamp

    @display(description=_("deed"), ordering="action")
    def change_kind(self, entry: LogEntry) -> str:
        return str(entry.get_action_display())

    @display(description=_("list"), ordering="content_type")
    def kind(self, entry: LogEntry) -> str:
        return str(entry.content_type.name)

    @display(description=_("what was changed"), ordering="object_repr")
    def whom(self, entry: LogEntry) -> str:
        return str(entry.object_repr)

    @display(description=_("changed by"), ordering="actor__family_kana")
    def who(self, entry: LogEntry) -> str:
        """The person, or the name of a system without a user, kept in place of an address."""
        return str(entry.actor) if entry.actor else entry.actor_email or ""

    @display(description=_("change"))
    def what(self, entry: LogEntry) -> str:
        """The change in readable values of fields, not the keys behind them."""
        changes = [
            f"{name}: {readable(after)}"
            if before in EMPTY
            else f"{name}: {readable(before)} → {readable(after)}"
            for name, (before, after) in changes_of(entry).items()
            if name not in KEYS and not (before in EMPTY and after in EMPTY)
            if not str(after).endswith(".None")
        ]
        return "、".join(changes)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AdminLogChangeList]:
        return AdminLogChangeList
