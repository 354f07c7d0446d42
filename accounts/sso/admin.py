"""The page on which a company connects its own sign-in; what is decided on it is audited."""

import re
from typing import Any

from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django import forms
from django.contrib import admin
from django.contrib.postgres.forms import SimpleArrayField
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from unfold.widgets import UnfoldAdminPasswordWidget, UnfoldAdminTextInputWidget

from accounts import step_up
from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.models import SingleSignOn, User
from accounts.permissions import SET_UP
from accounts.requests import signed_in
from accounts.sso import discovery
from accounts.sso.policy import CONNECTED_BY, keep
from accounts.sso.provider import callback_url
from audit.services import ADMIN_STREAM, append
from web import outbound
from web.model_form import ModelForm

DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")


class SingleSignOnForm(ModelForm):
    secret = forms.CharField(
        label=_("client secret"),
        help_text=_("Is not shown again after saving. Left empty, the one before stays."),
        widget=UnfoldAdminPasswordWidget({"autocomplete": "new-password"}),
        max_length=500,
        required=False,
    )
    email_domains = SimpleArrayField(
        forms.CharField(max_length=253),
        label=_("e-mail domains"),
        help_text=_("It may speak for addresses of these domains only. Several: with commas."),
        widget=UnfoldAdminTextInputWidget,
        max_length=50,
    )

    class Meta:
        model = SingleSignOn
        fields = ("is_on", "issuer", "client_id", "email_domains")

    def clean_issuer(self) -> str:
        issuer: str = self.cleaned_data["issuer"].strip()
        _fit(issuer)
        return issuer

    def clean_email_domains(self) -> list[str]:
        given = [
            domain.strip().lower().removeprefix("@")
            for domain in self.cleaned_data["email_domains"]
        ]
        for domain in given:
            if not DOMAIN.fullmatch(domain):
                raise ValidationError(_("%(domain)s is not a domain.") % {"domain": domain})
        return sorted(set(given))

    def clean(self) -> dict[str, Any]:
        """Require the secret anew for another address: the stored one goes to nobody new."""
        clean = super().clean() or {}
        moved = CONNECTED_BY & set(self.changed_data)
        if not clean.get("secret") and (moved or not self.instance.sealed_secret):
            self.add_error("secret", _("Please enter the client secret of this provider."))
        return clean


def _fit(issuer: str) -> None:
    """Check that the issuer's address may be called. Raises ValidationError."""
    try:
        outbound.check(issuer)
    except outbound.OutboundRefused as error:
        raise ValidationError(
            _("Begin with https:// and use small letters, no user name and no special port.")
        ) from error
    if set("?#") & set(issuer):
        raise ValidationError(_("The address of an issuer has no ? and no #."))


@company_list(SingleSignOn, MenuEntry(MenuGroup.SIGN_IN, 20, "key"), look=SET_UP, change=SET_UP)
class SingleSignOnAdmin(step_up.AsksAgain):
    form = SingleSignOnForm
    list_display = ("__str__", "issuer", "is_on")
    fieldsets = (
        (None, {"fields": ("is_on", "email_domains")}),
        (
            _("Identity provider"),
            {
                "fields": ("issuer", "client_id", "secret", "redirect", "connection"),
            },
        ),
    )
    readonly_fields = ("redirect", "connection")

    @admin.display(description=_("redirect address to register there"))
    def redirect(self, _one: SingleSignOn) -> str:
        return format_html('<span class="sso-address">{}</span>', callback_url())

    @admin.display(description=_("connection"))
    def connection(self, _one: SingleSignOn) -> str:
        address = reverse("admin:accounts_singlesignon_test")
        return render_to_string("admin/accounts/singlesignon/test.html", {"address": address})

    def get_urls(self) -> list[URLPattern]:
        test = self.admin_site.admin_view(require_POST(self.test))
        return [path("test/", test, name="accounts_singlesignon_test"), *super().get_urls()]

    def test(self, request: HttpRequest) -> HttpResponse:
        """Try the settings typed in the form, before they are saved."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        context: dict[str, Any] = {"asks_again": step_up.detour(request) is not None}
        if not context["asks_again"]:
            context |= tried(request.POST.get("issuer", "").strip())
        return render(request, "admin/accounts/singlesignon/tested.html", context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and not SingleSignOn.objects.exists()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        connect(obj, secret=form.cleaned_data["secret"], by=signed_in(request))


def tried(issuer: str) -> dict[str, Any]:
    """What the provider says of itself now; or why that is of no use."""
    try:
        with discovery.turn():
            described = discovery.described_by(issuer)
            keys = discovery.keys_of(described)
    except discovery.Busy:
        return {"problem": _("Many people are signing in just now. Please press again shortly.")}
    except OAuth2Error as error:
        return {"problem": str(error)}
    methods = described.get("code_challenge_methods_supported")
    return {
        "described": described,
        "keys": len(keys),
        "has_no_pkce": isinstance(methods, list) and "S256" not in methods,
    }


@transaction.atomic
def connect(row: SingleSignOn, *, secret: str, by: User) -> None:
    changed = keep(row, secret=secret)
    if changed:
        facts = {"fields": sorted(changed), "is_on": row.is_on, "issuer": row.issuer}
        append(ADMIN_STREAM, "single_sign_on.changed", by.as_actor(), **facts)
