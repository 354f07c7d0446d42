"""Two admin sites: one inside each company, one on the platform's host. Shared models never
appear on the company's."""

from typing import Any

from django.conf import settings
from django.contrib.admin import ModelAdmin
from django.contrib.auth.views import LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, reverse
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite


class ReadOnlyAdmin:
    """Read-only admin of rows that are written by events."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PermissionFirstAdmin:
    """Checks permission before existence. Django's history page looks for the row first and answers
    differently: people without the right would learn which keys exist."""

    def history_view(self, request: HttpRequest, object_id: str, *args: Any) -> HttpResponse:
        if not self.has_view_or_change_permission(request):  # type: ignore[attr-defined]  # of the page beside it
            raise PermissionDenied
        answer: HttpResponse = super().history_view(request, object_id, *args)  # type: ignore[misc]  # of the page beside it
        return answer


class OwnAdminSite(UnfoldAdminSite):
    def register(
        self, models: Any, admin_class: "type[ModelAdmin[Any]] | None" = None, **options: Any
    ) -> None:
        own = admin_class or ModelAdmin
        careful = type(own.__name__, (PermissionFirstAdmin, own), {"__module__": own.__module__})
        super().register(models, careful, **options)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without the redirect to an object's own page: nothing has one, and asked for whatever is
        named in its address it would read any table."""
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]

    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Redirect to the only sign-in, which counts attempts and asks for the second factor."""
        there = request.GET.get("next", self._root())
        if not request.user.is_authenticated:
            return redirect_to_login(there)
        if not self.has_permission(request):
            raise PermissionDenied  # signing in again would lead back here
        return redirect(self._root())

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("account_change_password")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return LogoutView.as_view(next_page=settings.LOGIN_URL)(request)

    def _root(self) -> str:
        return reverse("admin:index", current_app=self.name)


class CompanyAdminSite(OwnAdminSite):
    site_header = _("Sobani administration")
    site_title = _("Sobani administration")
    index_title = _("Administration")


class PlatformAdminSite(OwnAdminSite):
    site_header = _("Sobani platform")
    site_title = _("Sobani platform")
    index_title = _("Platform")


company_site = CompanyAdminSite(name="company_admin")
platform_site = PlatformAdminSite(name="platform_admin")
