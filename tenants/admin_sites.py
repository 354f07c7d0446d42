"""Two admin sites: one inside each company, one on the platform's host. Shared models never
appear on the company's."""

from django.utils.translation import gettext_lazy as _
from unfold.sites import UnfoldAdminSite


class CompanyAdminSite(UnfoldAdminSite):
    site_header = _("Sobani administration")
    site_title = _("Sobani administration")
    index_title = _("Administration")


class PlatformAdminSite(UnfoldAdminSite):
    site_header = _("Sobani platform")
    site_title = _("Sobani platform")
    index_title = _("Platform")


company_site = CompanyAdminSite(name="company_admin")
platform_site = PlatformAdminSite(name="platform_admin")
