"""HR's settings of conditions. No answer, note, task or contact can be reached from here."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminURLInputWidget,
    UnfoldBooleanSwitchWidget,
)

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.people_search import PeopleSearchMixin
from accounts.permissions import HR, SET_UP
from accounts.requests import signed_in
from accounts.step_up import AsksAgain
from people.models import Leave, OpeningHours, WorkPattern
from web.model_form import ModelForm
from web.singleton import SingletonAdmin
from wellbeing.daily import local_now
from wellbeing.icons import UnfitSigns, checked_signs
from wellbeing.models import RULE_NAMES, IconSet, RuleSetting, SupportLine, WellbeingSettings
from wellbeing.rehearsal import rehearse
from wellbeing.rules import DEFAULTS, Limits
from wellbeing.setup import save_settings

WEEKDAYS = [
    (0, _("Monday")),
    (1, _("Tuesday")),
    (2, _("Wednesday")),
    (3, _("Thursday")),
    (4, _("Friday")),
    (5, _("Saturday")),
    (6, _("Sunday")),
]


OWN_SIGNS = ("own_good", "own_normal", "own_bad")


class SettingsForm(ModelForm):
    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("exports_on") and not given.get("exports_reason", "").strip():
            self.add_error("exports_reason", _("Say why named lists are needed."))
        if given.get("icon_set") == IconSet.OWN:
            self._check_own_signs(given)
        return given

    def _check_own_signs(self, given: dict[str, Any]) -> None:
        signs = [given.get(name, "") for name in OWN_SIGNS]
        try:
            given.update(zip(OWN_SIGNS, checked_signs(*signs), strict=True))
        except UnfitSigns:
            text = _("Own signs are three different ones, a letter, mark or emoji each.")
            self.add_error("icon_set", text)


# Conditions are set up here and read nowhere: their answers are no list.
@company_list(
    WellbeingSettings,
    MenuEntry(MenuGroup.CONDITION, 10, "mood", _("Daily condition")),
    look=HR,
    change=HR,
)
class SettingsAdmin(AsksAgain, SingletonAdmin):
    """Named lists are opened here, so changes need recent re-authentication."""

    form = SettingsForm
    list_display = ("__str__", "is_on", "reminds", "exports_on")
    fieldsets = (
        (None, {"fields": (("is_on", "outside_firms"), ("reminds", "remind_after_minutes"))}),
        (
            _("Signs of the answers"),
            {
                "fields": ("icon_set", OWN_SIGNS),
                "description": _(
                    "As employees see them in the app, and supervisors on the board. The words "
                    "stand beside them."
                ),
            },
        ),
        (_("Figures and keeping"), {"fields": (("small_group_floor", "keep_days"),)}),
        (
            _("Named lists on paper and as Excel"),
            {
                "fields": ("exports_on", "exports_reason", ("exports_by", "exports_since")),
                "description": _("Off by default. Every download and print is recorded."),
            },
        ),
    )
    readonly_fields = ("exports_by", "exports_since")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_settings(settings=obj, user=signed_in(request))


class RuleForm(ModelForm):
    """Form of a rule; it can be switched on only after its dry run has been seen."""

    rule = forms.ChoiceField(
        label=_("rule"), choices=list(RULE_NAMES.items()), widget=UnfoldAdminSelectWidget
    )
    seen = forms.BooleanField(
        label=_("I have seen what it would have found"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=_("Save once without this tick, and the dry run over the past weeks is shown."),
    )

    class Meta:
        help_texts: ClassVar[dict[str, Any]] = {
            "count": _("Empty: the usual number."),
            "within_days": _("Only for the rule of several bad days."),
        }

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        is_new = bool({"is_on", "count", "within_days"} & set(self.changed_data)) or (
            self.instance.pk is None
        )
        if not self.errors and given["is_on"] and is_new and not given["seen"]:
            self.add_error("seen", dry_run_in_words(given["rule"], limits_of(given)))
        return given


def limits_of(given: dict[str, Any]) -> Limits:
    default = DEFAULTS[given["rule"]]
    return Limits(
        True, given.get("count") or default.count, given.get("within_days") or default.within_days
    )


def dry_run_in_words(rule: str, limits: Limits) -> SafeString:
    minimum = WellbeingSettings.current().small_group_floor
    weeks = [
        (
            date_format(week.monday, "n/j"),
            date_format(week.monday + timedelta(days=6), "n/j"),
            gettext("%(count)s people or more") % {"count": week.at_least}
            if week.at_least
            else gettext("fewer than %(count)s people") % {"count": minimum},
        )
        for week in rehearse(rule, limits, local_now().date())
    ]
    lines = format_html_join("", "<li>{}–{}: {}</li>", weeks)
    return format_html("{}<ul>{}</ul>", gettext("It would have found:"), lines)


@company_list(
    RuleSetting, MenuEntry(MenuGroup.CONDITION, 20, "rule"), look=HR, change=HR, delete=HR
)
class RuleAdmin(ModelAdmin):
    form = RuleForm
    list_display = ("name", "is_on", "count", "within_days")
    fields = ("rule", "is_on", ("count", "within_days"), "seen")
    list_before_template = "admin/wellbeing/usual_rules.html"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        usual = [(RULE_NAMES[rule], limits) for rule, limits in DEFAULTS.items()]
        page: HttpResponse = super().changelist_view(
            request, {**(extra_context or {}), "usual": usual}
        )
        return page

    @admin.display(description=_("rule"))
    def name(self, setting: RuleSetting) -> str:
        return str(RULE_NAMES.get(setting.rule, setting.rule))


class SupportLineForm(ModelForm):
    url = forms.URLField(
        label=_("web page"),
        required=False,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
    )


@company_list(
    SupportLine, MenuEntry(MenuGroup.CONDITION, 30, "support_agent"), look=HR, change=HR, delete=HR
)
class SupportLineAdmin(ModelAdmin):
    form = SupportLineForm
    list_display = ("name", "phone", "url", "hours", "order")
    fields = ("name", ("phone", "hours"), "url", "order")


def weekday_names(days: list[int]) -> str:
    names = dict(WEEKDAYS)
    return "・".join(str(names[day])[:1] for day in sorted(days))


def weekdays_field(label: Any) -> forms.TypedMultipleChoiceField:
    return forms.TypedMultipleChoiceField(
        label=label,
        choices=WEEKDAYS,
        coerce=int,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )


class WorkPatternForm(ModelForm):
    weekdays = weekdays_field(_("working days"))


@company_list(
    WorkPattern, MenuEntry(MenuGroup.WORKING_TIME, 10, "schedule"), look=HR, change=HR, delete=HR
)
class WorkPatternAdmin(PeopleSearchMixin):
    form = WorkPatternForm
    list_display = ("employee", "days", "starts_at", "ends_at")
    list_select_related = ("employee",)
    search_fields = ("employee__number",)
    people = ("employee__",)
    autocomplete_fields = ("employee",)
    fields = ("employee", "weekdays", ("starts_at", "ends_at"))

    @admin.display(description=_("working days"))
    def days(self, pattern: WorkPattern) -> str:
        return weekday_names(pattern.weekdays)


class OpeningHoursForm(ModelForm):
    weekdays = weekdays_field(_("weekdays"))


@company_list(
    OpeningHours,
    MenuEntry(MenuGroup.WORKING_TIME, 30, "store"),
    look=SET_UP,
    change=SET_UP,
    delete=SET_UP,
)
class OpeningHoursAdmin(ModelAdmin):
    form = OpeningHoursForm
    list_display = ("where", "days", "opens_at", "closes_at")
    list_select_related = ("site",)
    autocomplete_fields = ("site",)
    fields = ("site", "weekdays", ("opens_at", "closes_at"))

    @admin.display(description=_("site"), ordering="site__name")
    def where(self, hours: OpeningHours) -> str:
        return hours.site.name if hours.site else gettext("Every other site")

    @admin.display(description=_("weekdays"))
    def days(self, hours: OpeningHours) -> str:
        return weekday_names(hours.weekdays)


@company_list(
    Leave,
    MenuEntry(MenuGroup.WORKING_TIME, 20, "event_busy", _("Leave")),
    look=HR,
    change=HR,
    delete=HR,
)
class LeaveAdmin(PeopleSearchMixin):
    list_display = ("employee", "starts_on", "ends_on")
    list_select_related = ("employee",)
    search_fields = ("employee__number",)
    people = ("employee__",)
    autocomplete_fields = ("employee",)
    date_hierarchy = "starts_on"
    fields = ("employee", ("starts_on", "ends_on"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Leave]:
        leaves: QuerySet[Leave] = super().get_queryset(request)
        return leaves.order_by("-starts_on")
