"""Two admin sites: one inside each company, one on the platform's host. Shared models never
appear on the company's."""

from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite


class OwnAdminSite(UnfoldAdminSite):
    def get_urls(self) -> list[URLPattern | URLResolver]:
        """Without the redirect to an object's own page: nothing has one, and asked for whatever is
        named in its address it would read any table."""
        return [one for one in super().get_urls() if getattr(one, "name", "") != "view_on_site"]


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
