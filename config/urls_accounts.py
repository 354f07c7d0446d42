"""Signing in, on every kind of host: django-allauth's pages without those of its social accounts,
on which people would connect, disconnect and sign up by themselves."""

from django.urls import URLPattern, URLResolver, include, path

from accounts.views import own_address

account_urls: list[URLPattern | URLResolver] = [
    path("me/", include("portal.account.urls")),
    path("email/", own_address, name="account_email"),
    path("", include("allauth.account.urls")),
    path("2fa/", include("allauth.mfa.urls")),
    path("sessions/", include("allauth.usersessions.urls")),
]
