"""The page on which a company makes and revokes the tokens of its identity provider, both
audited."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import step_up
from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.permissions import SET_UP
from accounts.requests import signed_in
from people.models import ProvisioningToken
from people.provisioning.tokens import TooManyTokens, issue_token, revoke_token
from tenants.links import absolute
from web.admin_decorators import action, display

LIST = "admin:people_provisioningtoken_changelist"
SHOWN = ("issued_by", "issued_at", "last_seen_at", "revoked_at")


@company_list(
    ProvisioningToken,
    MenuEntry(MenuGroup.SIGN_IN, 40, "sync_alt", _("Automatic provisioning (SCIM)")),
    look=SET_UP,
    change=SET_UP,
)
class ProvisioningTokenAdmin(step_up.AsksAgain):
    list_display = ("name", "state", *SHOWN[:3])
    list_select_related = ("issued_by",)
    list_before_template = "admin/people/provisioningtoken/how.html"
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", *SHOWN) if obj else ("name",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("name", *SHOWN) if obj else ()

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Show the form without buttons to add another token or to edit one."""
        others = ("show_save_and_add_another", "show_save_and_continue")
        context |= dict.fromkeys(others, False) | {"show_save": kwargs["add"]}
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return super().changelist_view(
            request, {**(extra_context or {}), "scim_address": address()}
        )

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().changeform_view(request, *args, **kwargs)
        except TooManyTokens:
            text = _("Two tokens are in use already. Revoke one first.")
            self.message_user(request, text, level=messages.ERROR)
            return HttpResponseRedirect(reverse(LIST))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if change:
            return  # nothing of it is edited
        token, obj.token_text = issue_token(name=obj.name, by=signed_in(request))
        obj.__dict__.update(token.__dict__)

    def response_add(self, request: HttpRequest, obj: Any, **_kwargs: Any) -> HttpResponse:
        """Show the token's text this one time: no redirect, so that it is kept nowhere."""
        shown = self.admin_site.each_context(request) | {
            "title": _("The token was made"),
            "token": obj.token_text,
            "scim_address": address(),
            "opts": self.opts,
        }
        return TemplateResponse(request, "admin/people/provisioningtoken/issued.html", shown)

    @display(description=_("state"), label={"yes": "success", "no": "danger"})
    def state(self, token: ProvisioningToken) -> tuple[str, Any]:
        return ("no", _("revoked")) if token.revoked_at else ("yes", _("in use"))

    @action(description=_("Revoke"), permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        if "confirmed" not in request.POST:
            asked = self.admin_site.each_context(request) | {
                "title": _("Revoke these tokens?"),
                "opts": self.opts,
                "tokens": queryset.filter(revoked_at__isnull=True),
            }
            return TemplateResponse(request, "admin/people/provisioningtoken/revoke.html", asked)
        for token in queryset:
            revoke_token(token, by=signed_in(request))
        self.message_user(request, _("The tokens were revoked."))
        return None


def address() -> str:
    return absolute("/scim/v2")
