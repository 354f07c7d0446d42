"""The operators' desk, under /console/ on the security company's host."""

from django.urls import path

from portal.operator import views

app_name = "console"

urlpatterns = [
    path("", views.cases, name="cases"),
    path("rows/", views.case_rows, name="rows"),
]
