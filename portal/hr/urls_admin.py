"""HR's pages that stand among those of the administration, under /admin/ on a company's host."""

from django.urls import path

from portal.hr import reach_page
from tenants.admin_sites import company_site

app_name = "hr-admin"

urlpatterns = [
    path("reach/", company_site.admin_view(reach_page.reach), name="reach"),
    path("reach/send/", company_site.admin_view(reach_page.send), name="reach-send"),
]
