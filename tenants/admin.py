"""The platform's pages for companies. A company is made whole: schema, host and first contract."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.validators import RegexValidator
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.widgets import UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from tenants.admin_sites import platform_site
from tenants.hosts import forget_cached_companies
from tenants.models import Company, Contract, Domain
from tenants.provisioning import create_company
from tenants.schemas import in_public


class NewCompanyForm(forms.ModelForm):  # type: ignore[type-arg]
    schema_name = forms.CharField(
        label=_("short name"), max_length=40,
        help_text=_("lower-case letters and digits; it never changes"),
        validators=[RegexValidator(r"^[a-z][a-z0-9_]{1,39}$")],
        widget=UnfoldAdminTextInputWidget,
    )  # fmt: skip
    host = forms.CharField(
        label=_("host"), max_length=253, help_text=_("for example: acme.example.com"),
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9.-]*[a-z0-9]$")],
        widget=UnfoldAdminTextInputWidget,
    )  # fmt: skip
    support = forms.BooleanField(
        label=_("support contract with the security company from today"),
        required=False,
        widget=UnfoldBooleanSwitchWidget,
    )

    class Meta:
        model = Company
        fields = ("name", "schema_name")

    def clean_schema_name(self) -> str:
        name: str = self.cleaned_data["schema_name"]
        if name.startswith("pg_") or name in {"public", "information_schema"}:
            raise forms.ValidationError(_("This name is taken."))
        return name

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"]
        if Domain.objects.filter(domain=host).exists():
            raise forms.ValidationError(_("This host belongs to a company already."))
        return host


class Cached(ModelAdmin):  # type: ignore[misc]
    """What doors remember of companies for ten seconds: this process forgets it at once."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(forget_cached_companies)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(forget_cached_companies)


@admin.register(Company, site=platform_site)
class CompanyAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ("name", "short_name", "kind", "hosts", "contract", "state", "created_at")
    list_select_related = ("contract",)
    list_filter = ("kind", "is_suspended")
    search_fields = ("name", "schema_name", "domains__domain")
    search_help_text = _("name, short name or host")
    ordering = ("name",)
    fields = ("name", "short_name", "kind", "time_zone", "is_suspended", "created_at")
    readonly_fields = ("short_name", "kind", "time_zone", "created_at")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("domains")

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        given = kwargs if obj else kwargs | {"form": NewCompanyForm}
        return super().get_form(request, obj, **given)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("name", "schema_name", "host", "support")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.readonly_fields if obj else ()

    @display(description=_("short name"), ordering="schema_name")
    def short_name(self, one: Company) -> str:
        return one.schema

    @display(description=_("hosts"))
    def hosts(self, one: Company) -> str:
        return ", ".join(domain.domain for domain in one.domains.all())

    @display(description=_("state"), label={"yes": "success", "no": "danger"})
    def state(self, one: Company) -> tuple[str, Any]:
        return ("no", _("suspended")) if one.is_suspended else ("yes", _("in use"))

    def save_model(self, request: HttpRequest, obj: Company, form: Any, change: bool) -> None:
        """Companies are made and changed from outside every schema."""
        if change:
            in_public(obj.save)
            transaction.on_commit(forget_cached_companies)
            return
        given = form.cleaned_data
        made = in_public(
            lambda: create_company(
                name=given["name"], schema=given["schema_name"], domain=given["host"],
                support=given["support"],
            )
        )  # fmt: skip
        obj.pk, obj.kind = made.pk, made.kind
        obj._state.adding = False


@admin.register(Domain, site=platform_site)
class DomainAdmin(Cached):
    list_display = ("host", "company", "is_main")
    list_select_related = ("tenant",)
    search_fields = ("domain", "tenant__name")
    autocomplete_fields = ("tenant",)
    fields = ("domain", "tenant", "is_primary")
    ordering = ("domain",)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        labels = {"domain": _("host"), "tenant": _("company"), "is_primary": _("main host")}
        return super().get_form(request, obj, **kwargs | {"labels": labels})

    @display(description=_("host"), ordering="domain")
    def host(self, one: Domain) -> str:
        return str(one.domain)

    @display(description=_("company"), ordering="tenant__name")
    def company(self, one: Domain) -> str:
        return str(one.tenant)

    @display(description=_("main host"), boolean=True)
    def is_main(self, one: Domain) -> bool:
        return bool(one.is_primary)


@admin.register(Contract, site=platform_site)
class ContractAdmin(Cached):
    list_display = ("number", "company", "support_from", "support_until")
    list_select_related = ("company",)
    search_fields = ("number", "company__name")
    autocomplete_fields = ("company",)
    fields = ("number", "company", ("support_from", "support_until"))
    ordering = ("number",)
