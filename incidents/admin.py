"""Incidents, for HR to look at only: what happened is written by those who acted.

Whoever has a conflict of interest finds nothing of the incident here, nor of what was told about
it, nor that somebody decided so.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Count, QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from accounts.finding import FindsPeople
from accounts.step_up import AsksAgain
from incidents import retention
from incidents.looks import looks_at
from incidents.models import Category, Incident, RetentionSettings
from incidents.selectors import kept_from
from notifications.admin import NoticeAdmin
from notifications.models import Notice
from people.models import Exclusion
from tenants.admin_sites import company_site
from tenants.one_row import OneRowAdmin


@admin.register(Incident, site=company_site)
class IncidentAdmin(FindsPeople):
    list_display = ("number", "opened_at", "reporter", "site", "level", "state", "drill")
    list_select_related = ("reporter", "site")
    list_filter = ("state", "level", "drill", "site")
    search_fields = ("number", "reporter__number")
    people = ("reporter__",)
    fields = (
        "number", "state", "level", "drill", "reporter", "post", "site", "device", "opened_at",
        "acknowledged_at", "acknowledged_by", "coming_at", "support_requested_at", "closed_at",
        "closed_by_name", "outcome", "categories", "keep_until", "looks",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Incident]:
        found: QuerySet[Incident] = super().get_queryset(request)
        return found.exclude(pk__in=kept_from(request.user))  # type: ignore[arg-type]

    @display(description=_("categories"))
    def categories(self, one: Incident) -> str:
        chosen = one.classifications.select_related("category").order_by("category__order")
        return "、".join(str(each.category) for each in chosen)

    @display(description=_("to be kept until"))
    def keep_until(self, one: Incident) -> Any:
        return retention.keep_until(one)

    @display(description=_("looked at by the security company"))
    def looks(self, one: Incident) -> str:
        return render_to_string("admin/incidents/looks.html", {"looks": looks_at(one)})

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Notice, site=company_site)
class IncidentNoticeAdmin(NoticeAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        found: QuerySet[Notice] = super().get_queryset(request)
        hidden = kept_from(request.user).values("public_id")  # type: ignore[arg-type]
        return found.exclude(incident_id__in=hidden)


class ExclusionForm(forms.ModelForm):  # type: ignore[type-arg]
    number = forms.IntegerField(
        label=_("alarm number"),
        required=False,
        min_value=1,
        help_text=_("Either one alarm, or everything about one employee."),
    )

    def clean_number(self) -> int | None:
        number: int | None = self.cleaned_data["number"]
        if number is None:
            return None
        incident = Incident.objects.filter(number=number).first()
        if incident is None:
            raise ValidationError(_("There is no alarm with this number."))
        self.instance.incident_id = incident.public_id
        return number

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if bool(given.get("number")) == bool(given.get("employee")):
            raise ValidationError(_("Name either an alarm or an employee."))
        in_force = Exclusion.objects.filter(ended_at__isnull=True, user=given.get("user"))
        scope = {"employee": given.get("employee"), "incident_id": self.instance.incident_id}
        if in_force.filter(**scope).exists():
            raise ValidationError(_("This is decided already."))
        return given


@admin.register(Exclusion, site=company_site)
class ExclusionAdmin(FindsPeople):
    form = ExclusionForm
    list_display = ("user", "about", "reason", "decided_by", "created_at", "ended_at")
    list_select_related = ("user", "employee", "decided_by")
    search_fields = ("employee__number",)
    people = ("user__", "employee__")
    autocomplete_fields = ("user", "employee")
    fields = ("user", "employee", "number", "reason")
    actions = ("end",)

    def get_fields(self, request: HttpRequest, obj: Exclusion | None = None) -> Any:
        return ("user", "about", "reason", "decided_by") if obj else self.fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Exclusion]:
        found: QuerySet[Exclusion] = super().get_queryset(request)
        return found.exclude(user=request.user)  # type: ignore[misc]

    @admin.display(description=_("concerns"))
    def about(self, exclusion: Exclusion) -> str:
        if exclusion.incident_id is None:
            return str(exclusion.employee)
        return str(Incident.objects.filter(public_id=exclusion.incident_id).first() or "–")

    @admin.action(description=_("End the chosen ones"), permissions=["add"])
    def end(self, request: HttpRequest, chosen: QuerySet[Exclusion]) -> None:
        ended = chosen.filter(ended_at__isnull=True).update(ended_at=Now())
        messages.success(request, _("Ended: %(count)s") % {"count": ended})

    def save_model(self, request: HttpRequest, obj: Exclusion, form: Any, change: bool) -> None:
        obj.decided_by = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Category, site=company_site)
class CategoryAdmin(AsksAgain):
    """What was used is switched off, not deleted: the database refuses, and the page says why."""

    list_display = ("name", "taxonomy", "corresponds_to", "order", "is_on", "keep_days", "used")
    list_display_links = ("name",)
    list_select_related = ("corresponds_to",)
    list_editable = ("order", "is_on")
    list_filter = ("taxonomy", "is_on")
    list_per_page = 50
    search_fields = ("name", "name_in_english")
    fields = (
        "taxonomy", ("name", "name_in_english"), "corresponds_to", ("order", "is_on"), "keep_days",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Category]:
        found: QuerySet[Category] = super().get_queryset(request)
        return found.annotate(times=Count("classifications"))

    def get_changelist_formset(self, request: HttpRequest, **kwargs: Any) -> Any:
        """In a row of the list no label stands beside the field."""
        formset = super().get_changelist_formset(request, **kwargs)
        for field in formset.form.base_fields.values():
            field.widget.attrs["aria-label"] = field.label
        return formset

    @display(description=_("used"))
    def used(self, one: Any) -> int:
        return int(one.times)


@admin.register(RetentionSettings, site=company_site)
class RetentionAdmin(AsksAgain, OneRowAdmin):
    list_display = ("__str__", "keep_unclassified_days", "keep_drill_days")
    fieldsets = (
        (None, {"fields": (("keep_unclassified_days", "keep_drill_days"),)}),
        (_("What would be due"), {"fields": ("by_category", "due")}),
    )
    readonly_fields = ("by_category", "due")

    @display(description=_("by category"))
    def by_category(self, _one: RetentionSettings) -> str:
        return render_to_string(
            "admin/incidents/retentionsettings/categories.html",
            {"categories": Category.objects.order_by("-keep_days", "taxonomy", "order")},
        )

    @display(description=_("records by date"))
    def due(self, _one: RetentionSettings) -> str:
        return render_to_string(
            "admin/incidents/retentionsettings/due.html", {"due": retention.preview()}
        )
