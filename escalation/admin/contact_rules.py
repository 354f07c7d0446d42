"""HR's page for the contact rules, with what a rule means for people beside it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.models import User
from accounts.permissions import HR, SET_UP
from accounts.requests import signed_in
from escalation.contact_plan import rule_at
from escalation.contact_rules import (
    LATE_SECONDS,
    LateCall,
    desk_comes_late,
    example_of,
    in_general,
    keep_rule,
    late_calls,
)
from escalation.models import STEP_SECONDS, ContactRule
from tenants.context import current_company
from web.model_form import ModelForm

MOST_LATE = 5


class ContactRuleForm(ModelForm):
    class Meta:
        model = ContactRule
        fields = ("site", "step_seconds", "choice_seconds")

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        shortest, longest = STEP_SECONDS
        if self.errors or not shortest <= given["step_seconds"] <= longest:
            return given
        rule = ContactRule(
            site=given.get("site", self.instance.site),
            step_seconds=given["step_seconds"],
            choice_seconds=given["choice_seconds"],
        )
        late = desk_comes_late(rule)
        if late is not None:
            self.add_error("step_seconds", _too_late(late))
        return given


def _too_late(late: LateCall) -> str:
    where = " ".join(part for part in (late.site, late.department) if part)
    return gettext(
        "The security company would be asked only after %(seconds)s seconds (%(where)s). With a"
        " contract it is asked after %(most)s at most: choose a shorter time."
    ) % {"seconds": late.seconds, "where": where, "most": LATE_SECONDS}


@company_list(
    ContactRule, MenuEntry(MenuGroup.PEOPLE, 40, "timer"), look=SET_UP, change=HR, delete=HR
)
class ContactRuleAdmin(ModelAdmin):
    form = ContactRuleForm
    list_display = ("place", "step_seconds", "choice_seconds")
    list_select_related = ("site",)
    autocomplete_fields = ("site",)
    readonly_fields = ("place",)
    list_before_template = "admin/escalation/contactrule/usual.html"
    change_form_outer_after_template = "admin/escalation/contactrule/meaning.html"

    @admin.display(description=_("where it holds"))
    def place(self, rule: ContactRule) -> str:
        return str(rule)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Fields of the form; an existing rule cannot move to another place."""
        return ("place" if obj else "site", "step_seconds", "choice_seconds")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether it may be deleted; the company's own rule stays as the default."""
        is_companys = obj is not None and obj.site_id is None
        return not is_companys and bool(super().has_delete_permission(request, obj))

    def save_model(self, request: HttpRequest, obj: ContactRule, form: Any, change: bool) -> None:
        obj.pk = keep_rule(obj).pk

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        is_kept = ContactRule.objects.filter(site=None).exists()
        usual = {"usual": None if is_kept else ContactRule()}
        page: HttpResponse = super().changelist_view(request, {**(extra_context or {}), **usual})
        return page

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the meaning of the stored rule, not of what is typed; else of the defaults."""
        obj = kwargs.get("obj")
        rule = ContactRule.objects.get(pk=obj.pk) if obj else rule_at(None)
        context |= meaning_of(rule, signed_in(request))
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page


def meaning_of(rule: ContactRule, viewer: User) -> dict[str, Any]:
    late = late_calls(rule)
    return {
        "rule": rule,
        "in_general": in_general(rule),
        "has_support": current_company().has_support_contract,
        "example": example_of(rule, viewer=viewer),
        "late": late[:MOST_LATE],
        "more_late": len(late) - MOST_LATE,
        "late_seconds": LATE_SECONDS,
    }
