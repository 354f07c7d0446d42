"""Who changed settings and master data, to look at only (django-auditlog's entries)."""

from typing import Any

from auditlog.models import LogEntry
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.views import ChangeList

from accounts.company_lists import Entry, Group, company_list
from accounts.people_search import FindsPeople
from accounts.permissions import PLATFORM, REVIEW, SET_UP
from audit.names import Names
from tenants.admin_sites import LookOnly
from web.admin_decorators import display

EMPTY = {"None", ""}
YES_OR_NO = {"True": _("yes"), "False": _("no")}
KEYS = ("ID", _("public id"))


def changes_of(one: LogEntry) -> dict[str, Any]:
    """With the fields' own names and values, except where there are several values in one field,
    which django-auditlog cannot show."""
    try:
        shown: dict[str, Any] = one.changes_display_dict
    except TypeError:
        shown = one.changes_dict
    return shown


class AdminLogChangeList(ChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        names = Names(self.result_list)
        for one in self.result_list:
            one._get_changes_display_for_fk_field = names


def said(value: Any) -> str:
    return str(YES_OR_NO.get(str(value), value))


@company_list(
    LogEntry,
    Entry(Group.RECORDS, 50, "history", _("Changes of settings and people")),
    look=REVIEW | SET_UP | PLATFORM,
)
class ChangeAdmin(LookOnly, FindsPeople):
    list_display = ("at", "who", "deed", "kind", "whom", "what")
    list_select_related = ("actor", "content_type")
    list_filter = ("action", ("content_type", admin.RelatedOnlyFieldListFilter))
    search_fields = ("object_repr",)
    people = ("actor__",)
    search_help_text = _("name of what was changed, or of who changed it")
    date_hierarchy = "timestamp"
    fields = list_display

    @display(description=_("at"), ordering="timestamp")
    def at(self, one: LogEntry) -> Any:
        return one.timestamp

    @display(description=_("deed"), ordering="action")
    def deed(self, one: LogEntry) -> str:
        return str(one.get_action_display())

    @display(description=_("list"), ordering="content_type")
    def kind(self, one: LogEntry) -> str:
        return str(one.content_type.name)

    @display(description=_("what was changed"), ordering="object_repr")
    def whom(self, one: LogEntry) -> str:
        return str(one.object_repr)

    @display(description=_("changed by"), ordering="actor__family_kana")
    def who(self, one: LogEntry) -> str:
        """A system that has no user of its own has its name where people have their address."""
        return str(one.actor) if one.actor else one.actor_email or ""

    @display(description=_("change"))
    def what(self, one: LogEntry) -> str:
        """What somebody can read: values of fields, not of the keys behind them."""
        changes = [
            f"{name}: {said(after)}"
            if before in EMPTY
            else f"{name}: {said(before)} → {said(after)}"
            for name, (before, after) in changes_of(one).items()
            if name not in KEYS and not (before in EMPTY and after in EMPTY)
            if not str(after).endswith(".None")
        ]
        return "、".join(changes)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[AdminLogChangeList]:
        return AdminLogChangeList
