"""The security company's host."""

from django.urls import URLPattern, URLResolver, include, path

from config.urls_accounts import account_urls
from config.urls_demo import demo_urls
from portal.desk.access import home

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home, name="home"),
    path("console/", include("portal.operator.urls")),
    path("desk/", include("portal.desk.urls")),
    path("field/", include("portal.responder.urls")),
    path("accounts/", include(account_urls)),
    *demo_urls(),
]
handler500 = "web.busy.failed"
