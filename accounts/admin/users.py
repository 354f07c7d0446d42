"""People who sign in, and what their roles let them do."""

from typing import Any

from allauth.socialaccount.models import SocialAccount
from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _

from accounts import rights_table
from accounts.company_lists import MenuEntry, MenuGroup, company_list
from accounts.invitations import schedule_invitation
from accounts.models import Invitation, RefusedSignIn, User
from accounts.people_search import PeopleSearchMixin
from accounts.permissions import HR, PLATFORM, SET_UP
from accounts.roles import COMPANY_ROLES, Role
from tenants.admin_sites import ReadOnlyAdmin
from web.admin_decorators import action, display
from web.model_form import ModelForm


class UserForm(ModelForm):
    roles = forms.MultipleChoiceField(
        label=_("roles"),
        choices=[(role.value, role.label) for role in COMPANY_ROLES],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        clean = super().clean() or {}
        stays = Role.HR_ADMIN in clean.get("roles", []) and clean.get("is_active")
        if not stays and self.instance.pk and self._is_last_hr_admin():
            raise ValidationError(
                _("At least one HR administrator must remain. Make another one first.")
            )
        return clean

    def _is_last_hr_admin(self) -> bool:
        """Asked under a lock: of two who leave the role at once the second gets an error, where
        the database's own guard would only refuse."""
        admins = User.objects.filter(roles__contains=[Role.HR_ADMIN], is_active=True)
        keys = set(admins.select_for_update().order_by("pk").values_list("pk", flat=True))
        return keys == {self.instance.pk}


class RoleFilter(admin.SimpleListFilter):
    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(role.value, role.label) for role in COMPANY_ROLES]

    def queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> QuerySet[User]:
        role = self.value()
        return queryset.filter(roles__contains=[role]) if role else queryset


@company_list(
    User,
    MenuEntry(MenuGroup.SIGN_IN, 10, "manage_accounts", _("Users and roles")),
    look=SET_UP | PLATFORM,
    change=HR | PLATFORM,
)
class UserAdmin(PeopleSearchMixin):
    form = UserForm
    list_display = ("name", "username", "email", "roles_in_words", "sign_in", "is_active")
    list_filter = ("is_active", RoleFilter)
    actions = ("send_invitation", "release_connection")
    search_fields = ("username", "email")
    search_help_text = _("name, kana, employee number or e-mail")
    fieldsets = (
        (None, {"fields": (("family_name", "given_name"), ("family_kana", "given_kana"))}),
        (_("Sign in"), {"fields": (("username", "email"), ("language", "is_active"))}),
        (_("roles"), {"fields": ("roles",)}),
    )

    @display(description=_("name"), header=True, ordering="family_kana")
    def name(self, user: User) -> list[Any]:
        return [user.get_full_name(), f"{user.family_kana} {user.given_kana}", user.family_name[:1]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        users: QuerySet[User] = super().get_queryset(request).prefetch_related("invitations")
        return users

    @display(description=_("sign-in"), label={"yes": "success", "asked": "info", "no": "warning"})
    def sign_in(self, user: User) -> tuple[str, Any]:
        """State of the sign-in; without a password the newest invitation decides."""
        if user.has_usable_password():
            return "yes", _("password chosen")
        newest = next(iter(user.invitations.all()), None)
        if newest is None:
            return "no", _("not invited")
        waits = newest.state == Invitation.State.GOOD
        return ("asked", _("invited")) if waits else ("no", _("invitation expired"))

    @display(description=_("roles"))
    def roles_in_words(self, user: User) -> str:
        return "、".join(str(Role(role).label) for role in user.roles)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change and obj.email:
            self.invite(request, [obj])

    def get_urls(self) -> list[Any]:
        own = path("rights/", self.admin_site.admin_view(self.rights), name="accounts_user_rights")
        return [own, *super().get_urls()]

    def rights(self, request: HttpRequest) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        shown = self.admin_site.each_context(request) | {
            "title": _("Who may do what"),
            "headings": rights_table.headings(),
            "rights": rights_table.rights(),
            "pages": rights_table.pages(),
        }
        return TemplateResponse(request, "admin/accounts/user/rights.html", shown)

    @action(description=_("Send an invitation to set a password"), permissions=["change"])
    def send_invitation(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.invite(request, list(queryset.filter(is_active=True, email__isnull=False)))

    def invite(self, request: HttpRequest, users: list[User]) -> None:
        for user in users:
            schedule_invitation(user)
        self.message_user(request, _("Invitations on their way: %(n)s") % {"n": len(users)})

    @action(description=_("Release the connection with a company account"), permissions=["change"])
    def release_connection(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Forget the provider's account; the next sign-on with the same address connects anew."""
        count, _models = SocialAccount.objects.filter(user__in=queryset).delete()
        self.message_user(request, _("Connections released: %(n)s") % {"n": count})


@company_list(RefusedSignIn, MenuEntry(MenuGroup.SIGN_IN, 30, "no_accounts"), look=SET_UP)
class RefusedSignInAdmin(ReadOnlyAdmin, PeopleSearchMixin):
    list_display = ("last_at", "who", "method", "reason", "times", "network")
    list_select_related = ("user",)
    list_filter = ("reason", "method")
    search_fields = ("user__username",)
    people = ("user__",)
    search_help_text = _("name, kana or employee number")
    date_hierarchy = "last_at"
    fields = list_display

    @display(description=_("name"), ordering="user__family_kana")
    def who(self, refusal: RefusedSignIn) -> str:
        """The person, where known. What was typed is not kept: it may have been the password."""
        return str(refusal.user or _("not known"))
