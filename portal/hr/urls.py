"""HR's own pages, under /portal/hr/ on a company's host."""

from django.urls import path

from portal.hr import admin_log, readiness_page, recovery, sheets

app_name = "hr"

urlpatterns = [
    path("readiness/", readiness_page.readiness, name="readiness"),
    path("trail/", admin_log.overview, name="admin-log"),
    path("recovery/<uuid:public_id>/stop/", recovery.stop_as_hr, name="recovery-stop"),
    path("sheets/", sheets.ask, name="sheets"),
    path("sheets/print/", sheets.make, name="sheets-print"),
    path("sheets/revoke/", sheets.revoke, name="sheets-revoke"),
]
