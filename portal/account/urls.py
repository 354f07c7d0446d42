"""One's own settings, under /accounts/me/ on every host."""

from django.urls import path

from portal.account import views

app_name = "own"

urlpatterns = [path("", views.settings, name="settings")]
