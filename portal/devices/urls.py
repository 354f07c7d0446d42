"""Devices of a company's people, under /portal/devices/ on its host."""

from django.urls import path

from portal.devices import views

app_name = "devices"

urlpatterns = [
    path("", views.sites, name="sites"),
    path("sites/<uuid:public_id>/", views.site, name="site"),
    path("sheets/void/", views.void, name="void"),
    path("<uuid:public_id>/revoke/", views.revoke, name="revoke"),
]
