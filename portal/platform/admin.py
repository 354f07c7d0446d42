"""The platform's pages for companies. A company is made whole: schema, host, first contract and
first HR administrator; what is decided about it later wants a reason."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.validators import RegexValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin, TabularInline
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from companies.services import (
    AlarmsAreOpen,
    FirstAdmin,
    change_company,
    invite_again,
    let_go,
    open_company,
    resume,
    suspend,
)
from portal.platform.recovery_admin import actor_of
from tenants.admin_sites import platform_site
from tenants.models import Company, Contact, Domain
from web.admin_decorators import action, display
from web.model_form import ModelForm

Decide = Callable[..., None]
FIRST = ("family_name", "given_name", "username", "email")


def text_field(label: Any, longest: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, max_length=longest, help_text=help_text, widget=UnfoldAdminTextInputWidget
    )


class NewCompanyForm(ModelForm):
    schema_name = forms.CharField(
        label=_("short name"),
        max_length=40,
        help_text=_("lower-case letters and digits; it never changes"),
        validators=[RegexValidator(r"^[a-z][a-z0-9_]{1,39}$")],
        widget=UnfoldAdminTextInputWidget,
    )
    host = forms.CharField(
        label=_("host"),
        max_length=253,
        help_text=_("for example: acme.example.com"),
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9.-]*[a-z0-9]$")],
        widget=UnfoldAdminTextInputWidget,
    )
    support = forms.BooleanField(
        label=_("support contract with the security company from today"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )

    family_name = text_field(_("family name"), 40)
    given_name = text_field(_("given name"), 40)
    username = text_field(
        _("sign-in name (employee number)"), 60, _("with leading zeros, as the company writes it")
    )
    email = forms.EmailField(
        label=_("e-mail"),
        help_text=_("the invitation goes here"),
        widget=UnfoldAdminEmailInputWidget,
    )

    class Meta:
        model = Company
        fields = ("name", "schema_name")

    def clean_schema_name(self) -> str:
        name: str = self.cleaned_data["schema_name"]
        if name.startswith(("pg_", "zz_")) or name in {"public", "information_schema"}:
            raise forms.ValidationError(_("This name is taken."))
        return name

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"]
        if Domain.objects.filter(domain=host).exists():
            raise forms.ValidationError(_("This host belongs to a company already."))
        return host


class WithoutContact(admin.SimpleListFilter):
    title = _("named contacts")
    parameter_name = "contacts"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("none", _("nobody is registered"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Company]) -> QuerySet[Company]:
        return queryset.filter(contacts__isnull=True) if self.value() else queryset


class ContactInline(TabularInline):
    """Named contacts, registered before they are needed: only they can ask for a recovery."""

    model = Contact
    extra = 0
    hide_title = True
    fields = ("name", "email", "phone", "registered")
    readonly_fields = ("registered",)

    @display(description=_("registered"))
    def registered(self, contact: Contact) -> Any:
        return contact.created_at if contact.pk else ""  # the database says when


def history_of(contacts: Any) -> Iterator[dict[str, Any]]:
    """Record the old values, too: who may ask for a recovery is not changed in silence."""
    named = {"name": "named contact"}
    for contact in contacts.new_objects:
        yield {"added": named | {"object": f"{contact.name} {contact.email} {contact.phone}"}}
    for contact in contacts.deleted_objects:
        yield {"deleted": named | {"object": f"{contact.name} {contact.email} {contact.phone}"}}
    for contact, names in contacts.changed_objects:
        form = next(form for form in contacts.forms if form.instance is contact)
        texts = [f"{form.initial[name]} → {form.cleaned_data[name]}" for name in names]
        yield {"changed": named | {"object": str(contact), "fields": texts}}


@admin.register(Company, site=platform_site)
class CompanyAdmin(ModelAdmin):
    list_display = ("name", "short_name", "kind", "hosts", "contract", "state", "created_at")
    list_select_related = ("contract",)
    list_filter = ("kind", "is_suspended", WithoutContact)
    search_fields = ("name", "schema_name", "domains__domain")
    search_help_text = _("name, short name or host")
    ordering = ("name",)
    fields = ("name", "short_name", "kind", "time_zone", "state_now", "state_reason", "created_at")
    readonly_fields = (
        "short_name",
        "kind",
        "time_zone",
        "state_now",
        "state_reason",
        "created_at",
    )
    actions = ("invite", "recover", "suspend", "resume", "let_go")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("domains")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        given = kwargs if obj else kwargs | {"form": NewCompanyForm}
        return super().get_form(request, obj, **given)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj:
            return ((None, {"fields": self.fields}),)
        return (
            (None, {"fields": ("name", "schema_name", "host", "support")}),
            (_("First HR administrator, who is invited by mail"), {"fields": FIRST}),
        )

    def get_inlines(self, request: HttpRequest, obj: Any = None) -> Any:
        return (ContactInline,) if obj else ()

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> Any:
        entries: list[Any] = super().construct_change_message(request, form, None, add)
        return entries + [entry for formset in formsets or () for entry in history_of(formset)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    @display(description=_("short name"), ordering="schema_name")
    def short_name(self, company: Company) -> str:
        return company.schema

    @display(description=_("hosts"))
    def hosts(self, company: Company) -> str:
        return ", ".join(domain.domain for domain in company.domains.all())

    @display(description=_("state"), label={"yes": "success", "no": "danger", "over": "info"})
    def state(self, company: Company) -> tuple[str, Any]:
        if company.let_go_at:
            return "over", self.state_now(company)
        return "no" if company.is_suspended else "yes", self.state_now(company)

    @display(description=_("state"))
    def state_now(self, company: Company) -> Any:
        if company.let_go_at:
            return _("contract ended")
        return _("suspended") if company.is_suspended else _("in use")

    @action(description=_("Invite the first HR administrator again"), permissions=["change"])
    def invite(self, request: HttpRequest, queryset: QuerySet[Company]) -> None:
        actor = actor_of(request)
        chosen = queryset.filter(kind=Company.Kind.COMPANY, is_suspended=False)
        invited = sum(invite_again(actor=actor, company=company) for company in chosen)
        if invited:
            self.message_user(request, _("Invitations on their way: %(n)s") % {"n": invited})
            return
        text = _("Nobody is waiting for an invitation: everybody has chosen a password.")
        self.message_user(request, text, messages.WARNING)

    @action(description=_("Recover the last HR administrator's sign-in"), permissions=["change"])
    def recover(self, request: HttpRequest, queryset: QuerySet[Company]) -> HttpResponse | None:
        chosen = list(queryset.filter(kind=Company.Kind.COMPANY, is_suspended=False))
        if len(chosen) == 1:
            return redirect("admin:tenants_recovery_ask", chosen[0].pk)
        self.message_user(request, _("Choose one company that is in use."), messages.WARNING)
        return None

    @action(description=_("Suspend"), permissions=["change"])
    def suspend(self, request: HttpRequest, queryset: QuerySet[Company]) -> HttpResponse | None:
        decide = partial(suspend, force="force" in request.POST)
        return self._decide(request, queryset.filter(is_suspended=False), "suspend", decide)

    @action(description=_("Let it go on"), permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Company]) -> HttpResponse | None:
        return self._decide(request, queryset.filter(is_suspended=True), "resume", resume)

    @action(description=_("End for good"), permissions=["change"])
    def let_go(self, request: HttpRequest, queryset: QuerySet[Company]) -> HttpResponse | None:
        decide = partial(let_go, force="force" in request.POST)
        return self._decide(request, queryset, "let_go", decide)

    def _decide(
        self, request: HttpRequest, chosen: QuerySet[Company], name: str, decide: Decide
    ) -> HttpResponse | None:
        """Ask on a page that says what it means and wants a reason, then decide."""
        companies = list(chosen.filter(kind=Company.Kind.COMPANY, let_go_at__isnull=True))
        reason = request.POST.get("reason", "").strip()[:300]
        if companies and not ("confirmed" in request.POST and reason):
            return self._ask(request, companies, name)
        for company in companies:
            self._try(request, company, partial(decide, reason=reason))
        if not companies:
            text = _("There is nothing to do for the chosen companies.")
            self.message_user(request, text, messages.WARNING)
        return None

    def _ask(self, request: HttpRequest, companies: list[Company], name: str) -> HttpResponse:
        asked = self.admin_site.each_context(request) | {
            "title": _("Why?"),
            "decision": name,
            "companies": companies,
            "opts": self.opts,
            "missing": "confirmed" in request.POST,
        }
        return TemplateResponse(request, "admin/tenants/company/decide.html", asked)

    def _try(self, request: HttpRequest, company: Company, decide: Decide) -> None:
        names = {"name": company.name}
        try:
            decide(actor=actor_of(request), company=company)
        except AlarmsAreOpen:
            words = _(
                "%(name)s has an open alarm. Wait until it is closed, or choose that everybody"
                " in it is told to call 110."
            )
            self.message_user(request, words % names, messages.ERROR)
        else:
            self.message_user(request, _("Done: %(name)s") % names)

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:
        """Create or change a company from outside every schema."""
        if change:
            change_company(obj)
            return
        given = form.cleaned_data
        made = open_company(
            actor=actor_of(request),
            name=given["name"],
            schema=given["schema_name"],
            host=given["host"],
            support=given["support"],
            first=FirstAdmin(**{name: given[name] for name in FIRST}),
        )
        obj.pk, obj.kind = made.pk, made.kind
        obj._state.adding = False
