"""The platform's own host."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from accounts.views import invitation
from config.urls_accounts import account_urls
from config.urls_demo import demo_urls
from portal.platform.views import health
from tenants.admin_sites import platform_site

urlpatterns: list[URLPattern | URLResolver] = [
    *demo_urls("demo.urls_platform"),
    path("", RedirectView.as_view(url="/admin/"), name="home"),
    path("health/", health, name="health"),
    path("accounts/invitation/<str:token>/", invitation, name="invitation"),
    path("accounts/", include(account_urls)),
    path("admin/", platform_site.urls),
]
handler500 = "web.busy.failed"
