"""The platform's pages for hosts and contracts; those for companies are portal/platform's, because
a company is made with its first people."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.admin import ModelAdmin

from tenants.admin_sites import platform_site
from tenants.hosts import forget_cached_companies
from tenants.models import Contract, Domain
from web.admin_decorators import display


class Cached(ModelAdmin):
    """Drops this process's ten-second cache of companies after a change."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(forget_cached_companies)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(forget_cached_companies)


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
    def host(self, domain: Domain) -> str:
        return str(domain.domain)

    @display(description=_("company"), ordering="tenant__name")
    def company(self, domain: Domain) -> str:
        return str(domain.tenant)

    @display(description=_("main host"), boolean=True)
    def is_main(self, domain: Domain) -> bool:
        return bool(domain.is_primary)


@admin.register(Contract, site=platform_site)
class ContractAdmin(Cached):
    list_display = ("number", "company", "support_from", "support_until")
    list_select_related = ("company",)
    search_fields = ("number", "company__name")
    autocomplete_fields = ("company",)
    fields = ("number", "company", ("support_from", "support_until"))
    ordering = ("number",)
