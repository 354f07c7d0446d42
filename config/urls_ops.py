"""The security company's host."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from config.urls_demo import demo_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", RedirectView.as_view(url="/console/"), name="home"),
    path("console/", include("portal.operator.urls")),
    path("accounts/", include("allauth.urls")),
    *demo_urls(),
]
