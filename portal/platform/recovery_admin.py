"""The platform's pages for the recovery of a company's last HR administrator: asked for by one,
approved by another, stopped by anybody."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts import step_up
from accounts.models import User
from accounts.requests import signed_in
from audit.actors import Actor
from companies.recovery import (
    CannotBeRecovered,
    IsSettled,
    NeedsAnother,
    OneIsUnderWay,
    approve,
    ask,
    hr_of,
    stop,
)
from tenants.admin_sites import platform_site
from tenants.context import run_in
from tenants.models import Company, Contact, Recovery

PAGE = "admin:tenants_recovery_change"
REFUSALS = {
    CannotBeRecovered: _("This person is no HR administrator with an e-mail address any more."),
    OneIsUnderWay: _("A recovery is under way for this company. Stop it first."),
    NeedsAnother: _("You asked for it yourself: another platform administrator approves."),
    IsSettled: _("Somebody was quicker: see how it stands."),
}


class AskForm(forms.Form):
    person = forms.ChoiceField(
        label=_("HR administrator"),
        widget=UnfoldAdminSelectWidget,
        help_text=_(
            "The invitation goes to the e-mail address on record. Look at the last sign-in:"
            " a person who can sign in needs no recovery."
        ),
    )
    contact = forms.ModelChoiceField(
        label=_("Asked for by"),
        queryset=Contact.objects.none(),
        widget=UnfoldAdminSelectWidget,
        help_text=_("Somebody who is not in the list cannot ask."),
    )
    verified_how = forms.CharField(
        label=_("How the contact was verified"),
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("For example: called back at the registered number"),
    )
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text=_("The company reads it. Write no names."),
    )

    def __init__(self, company: Company, *args: Any) -> None:
        super().__init__(*args)
        people: Any = self.fields["person"]
        people.choices = [
            ("", "---------"),
            *((one.public_id, in_words(one)) for one in hr_of(company)),
        ]
        contacts: Any = self.fields["contact"]
        contacts.queryset = Contact.objects.filter(company=company)


def actor_of(request: HttpRequest) -> Actor:
    return signed_in(request).as_actor()


def in_words(person: User) -> str:
    seen = str(_("has never signed in"))
    if person.last_login:
        when = date_format(timezone.localtime(person.last_login), "DATETIME_FORMAT")
        seen = _("last sign-in %(when)s") % {"when": when}
    return f"{person.get_full_name()} ({person.username}) {seen}"


def administrator(name: str, label: Any) -> Any:
    @admin.display(description=label)
    def show(recovery: Recovery) -> str:
        user = User.objects.filter(public_id=getattr(recovery, name)).first()
        return str(user or "-")

    return show


@admin.register(Recovery, site=platform_site)
class RecoveryAdmin(ModelAdmin):
    list_display = ("company", "state", "asked_at", "due_at")
    list_select_related = ("company",)
    list_filter = ("state",)
    search_fields = ("company__name",)
    change_form_outer_before_template = "admin/tenants/recovery/decide.html"
    fields = readonly_fields = (
        "company",
        "who",
        "asked_for_by",
        "verified_how",
        "reason",
        "state",
        administrator("asked_by", _("asked by")),
        "asked_at",
        administrator("approved_by", _("approved by")),
        "approved_at",
        "due_at",
        "stopped_by",
        "stopped_at",
        "done_at",
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("HR administrator"))
    def who(self, recovery: Recovery) -> str:
        users = User.objects.filter(public_id=recovery.person)
        person = run_in(recovery.company, users.first)
        return in_words(person) if person else "-"

    @admin.display(description=_("Asked for by"))
    def asked_for_by(self, recovery: Recovery) -> str:
        """The contact, and since when it is registered: an address of yesterday proves little."""
        known = recovery.contact
        since = date_format(timezone.localtime(known.created_at), "DATE_FORMAT")
        registered = _("registered on %(date)s") % {"date": since}
        return f"{known.name} {known.phone} {known.email} ({registered})"

    def get_urls(self) -> list[Any]:
        own = [
            path("ask/<int:company_id>/", self.admin_view(self.ask), name="tenants_recovery_ask"),
            path(
                "<int:pk>/approve/", self.admin_view(self.approve), name="tenants_recovery_approve"
            ),
            path("<int:pk>/stop/", self.admin_view(self.stop), name="tenants_recovery_stop"),
        ]
        return [*own, *super().get_urls()]

    def admin_view(self, view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        """Require permission and recent re-authentication."""

        def guarded(request: HttpRequest, **named: Any) -> HttpResponse:
            if not request.user.has_perm("tenants.change_recovery"):
                raise PermissionDenied
            return step_up.detour(request) or view(request, **named)

        wrapped: Callable[..., HttpResponse] = self.admin_site.admin_view(guarded)
        return wrapped

    def ask(self, request: HttpRequest, company_id: int) -> HttpResponse:
        company = get_object_or_404(Company, pk=company_id, kind=Company.Kind.COMPANY)
        form = AskForm(company, request.POST or None)
        if form.is_valid():
            given = form.cleaned_data | {"person": UUID(form.cleaned_data["person"])}
            try:
                asked = ask(actor=actor_of(request), company=company, **given)
            except (CannotBeRecovered, OneIsUnderWay) as refused:
                form.add_error(None, REFUSALS[type(refused)])
            else:
                return redirect(PAGE, asked.pk)
        contacts = reverse("admin:tenants_company_change", args=[company_id])
        shown = self.admin_site.each_context(request) | {
            "title": _("Recover an HR administrator's sign-in"),
            "company": company,
            "form": form,
            "opts": self.opts,
            "contacts": contacts,
        }
        return TemplateResponse(request, "admin/tenants/recovery/ask.html", shown)

    def approve(self, request: HttpRequest, pk: int) -> HttpResponse:
        def decide(recovery: Recovery) -> Any:
            approve(actor=actor_of(request), recovery=recovery)
            return _("Approved. Everybody concerned is told now; the sign-in is reset in 24 hours.")

        return self._decide(request, pk, decide)

    def stop(self, request: HttpRequest, pk: int) -> HttpResponse:
        def decide(recovery: Recovery) -> Any:
            stop(actor=actor_of(request), recovery=recovery, by=Recovery.StoppedBy.PLATFORM)
            return _("The reset is stopped. Nothing was changed.")

        return self._decide(request, pk, decide)

    def _decide(
        self, request: HttpRequest, pk: int, decide: Callable[[Recovery], Any]
    ) -> HttpResponse:
        recovery = get_object_or_404(Recovery.objects.select_related("company"), pk=pk)
        if request.method == "POST":  # else it comes back from having shown the second factor
            try:
                self.message_user(request, decide(recovery))
            except (NeedsAnother, IsSettled) as refused:
                self.message_user(request, REFUSALS[type(refused)], messages.ERROR)
        return redirect(PAGE, recovery.pk)
