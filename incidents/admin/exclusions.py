"""Conflicts of interest, as HR decides them: from one alarm, or from everything about one employee.

Excluded people do not learn here that somebody decided so.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.people_search import PeopleSearchMixin
from accounts.permissions import HR
from accounts.requests import signed_in
from incidents.models import Incident
from people.models import Exclusion
from people.supervision.exclusions import exclude
from web.model_form import ModelForm


class ExclusionForm(ModelForm):
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


@company_list(
    Exclusion,
    MenuEntry(MenuGroup.TODAY, 30, "visibility_off", _("Conflicts of interest")),
    look=HR,
    change=HR,
)
class ExclusionAdmin(PeopleSearchMixin):
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
        return found.exclude(user=signed_in(request))

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
        obj.decided_by = signed_in(request)
        exclude(obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
