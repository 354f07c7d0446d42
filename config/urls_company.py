"""A client company's host."""

from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

from accounts.sso import views as single_sign_on
from accounts.views import home, invitation, too_many
from config.urls_accounts import account_urls
from config.urls_demo import demo_urls
from gateways.scim.urls import scim_urls
from portal.hr.recovery import stop_as_contact
from tenants.admin_sites import company_site

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("api/v1/", include("config.urls_api")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="docs"),
    path("scim/v2/", include(scim_urls)),
    path("app/", include("portal.employee.urls")),
    path("portal/recordings/", include("recordings.urls")),
    path("portal/", include("portal.conditions.urls")),
    path("portal/hr/", include("portal.hr.urls")),
    path("portal/devices/", include("portal.devices.urls")),
    path("portal/", include("portal.supervisor.urls")),
    path("accounts/invitation/<str:token>/", invitation, name="invitation"),
    path("recovery/<str:token>/", stop_as_contact, name="recovery-contact"),
    path("accounts/sso/", single_sign_on.start, name="sso"),
    path("accounts/sso/callback/", single_sign_on.callback, name="sso_callback"),
    path("accounts/", include(account_urls)),
    path("admin/", include("portal.hr.urls_admin")),
    path("admin/", company_site.urls),
    *demo_urls("demo.urls_company"),
]
# django-allauth looks for it here, whatever the host.
handler429 = too_many
handler500 = "web.busy.failed"
