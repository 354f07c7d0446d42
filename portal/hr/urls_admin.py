"""HR's pages that stand among those of the administration, under /admin/ on a company's host."""

from django.urls import path

from portal.hr import reach_page, saved_views_page
from tenants.admin_sites import company_site

app_name = "hr-admin"

urlpatterns = [
    path("reach/", company_site.admin_view(reach_page.reach), name="reach"),
    path("reach/send/", company_site.admin_view(reach_page.send), name="reach-send"),
    path("views/keep/", company_site.admin_view(saved_views_page.keep), name="view-keep"),
    path("views/<int:pk>/", company_site.admin_view(saved_views_page.open_view), name="view"),
    path(
        "views/<int:pk>/remove/",
        company_site.admin_view(saved_views_page.remove),
        name="view-remove",
    ),
]
