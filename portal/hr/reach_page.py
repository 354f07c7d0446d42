"""届き方の確認: who would be reached, and whom a test message has really reached."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from accounts.requests import signed_in
from escalation.dry_run import Reach, dry_run, groups_at
from notifications.reach_checks import COUNTS_FOR, send_checks
from people.models import Employee, Post, Site, SupervisorAssignment, at_work
from people.supervision.selectors import on_ladders
from portal.administration.access import sees_readiness
from readiness.reach_status import reach_statuses
from tenants.admin_sites import company_site

AHEAD = timedelta(days=366)


def hr_of(request: HttpRequest) -> User:
    if not sees_readiness(signed_in(request)):
        raise PermissionDenied
    return signed_in(request)


class DryRunForm(forms.Form):
    employee = forms.ModelChoiceField(
        Employee.objects.none(),
        label=gettext_lazy("from this employee"),
        required=False,
        widget=AutocompleteSelect(
            SupervisorAssignment._meta.get_field("employee"),
            company_site,
            attrs={"class": "unfold-admin-autocomplete admin-autocomplete"},
        ),
    )
    site = forms.ModelChoiceField(
        Site.objects.none(),
        label=gettext_lazy("or from this site"),
        required=False,
        widget=UnfoldAdminSelectWidget,
    )
    on = forms.DateField(
        label=gettext_lazy("date"),
        widget=UnfoldAdminTextInputWidget({"type": "date"}),
    )
    at = forms.TimeField(
        label=gettext_lazy("time"),
        widget=UnfoldAdminTextInputWidget({"type": "time"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["employee"].queryset = Employee.objects.filter(at_work())  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["site"].queryset = Site.objects.order_by("name")  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean_on(self) -> Any:
        on = self.cleaned_data["on"]
        if abs(on - timezone.localdate()) > AHEAD:
            raise forms.ValidationError(_("Choose a day within a year."))
        return on

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("employee")) == bool(given.get("site")):
            raise forms.ValidationError(_("Choose one: an employee or a site."))
        return given

    @property
    def moment(self) -> datetime:
        day, clock = self.cleaned_data["on"], self.cleaned_data["at"]
        return timezone.make_aware(datetime.combine(day, clock))


class TestMessageForm(forms.Form):
    run = forms.UUIDField()
    person = forms.ModelChoiceField(Employee.objects.none(), required=False)
    everybody = forms.BooleanField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = on_ladders()  # type: ignore[attr-defined]  # a ModelChoiceField

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if bool(given.get("person")) == bool(given.get("everybody")):
            raise forms.ValidationError("one of them")
        return given

    def users(self) -> list[User]:
        person = self.cleaned_data["person"]
        return [one.user for one in ([person] if person else on_ladders()) if one.user]


@dataclass(frozen=True, slots=True)
class Run:
    """One ladder on the page."""

    title: str
    people: int
    reach: Reach


@never_cache
@require_safe
def reach(request: HttpRequest) -> HttpResponse:
    viewer = hr_of(request)
    form, runs, alone = _dry_run(request, viewer)
    people = reach_statuses()
    shown = company_site.each_context(request) | {
        "title": _("Check of the reach"),
        "form": form,
        "runs": runs,
        "alone": alone,
        "people": people,
        "run": uuid4(),
        "days": COUNTS_FOR.days,
        "unreached": sum(not one.is_reached for one in people),
    }
    return TemplateResponse(request, "hr/reach.html", shown)


def _dry_run(request: HttpRequest, viewer: User) -> tuple[DryRunForm, list[Run], int]:
    now = timezone.localtime()
    usual = {"on": now.date().isoformat(), "at": time(now.hour, now.minute).isoformat("minutes")}
    if not {"employee", "site"} & request.GET.keys():
        return DryRunForm(initial=usual), [], 0
    form = DryRunForm(usual | request.GET.dict() | {"employee": _key(request)})
    if not form.is_valid():
        return form, [], 0
    at, employee, site = form.moment, form.cleaned_data["employee"], form.cleaned_data["site"]
    if employee is not None:
        return form, [Run(employee.full_name, 1, dry_run(employee, at=at, viewer=viewer))], 0
    runs, alone = _from_site(site, at, viewer)
    return form, runs, alone


def _key(request: HttpRequest) -> str:
    """The employee's key from the query, "0" for other text: the autocomplete draws only keys."""
    given = request.GET.get("employee", "")
    return given if not given or (given.isdecimal() and len(given) < 10) else "0"


def _from_site(site: Site, at: datetime, viewer: User) -> tuple[list[Run], int]:
    groups, alone = groups_at(site, at.date())
    shared = Run(_("Shared phone of the site"), 0, dry_run(Post(site=site), at=at, viewer=viewer))
    ofs = [
        Run(str(one.department), one.people, dry_run(one.one_of_them, at=at, viewer=viewer))
        for one in groups
    ]
    return [*ofs, shared], alone


@require_POST
def send(request: HttpRequest) -> HttpResponse:
    viewer = hr_of(request)
    form = TestMessageForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was sent. Choose one person, or everybody."))
    else:
        sent = send_checks(
            actor=viewer.as_actor(), run=form.cleaned_data["run"], users=form.users()
        )
        text = _("Test messages on their way: %(n)s") % {"n": sent}
        messages.success(request, text if sent else _("There was nobody to send it to."))
    return HttpResponseRedirect(reverse("hr-admin:reach"))
