"""The demo's one-click sign-in, present only where SOBANI_ENV is demo."""

from django.conf import settings
from django.urls import URLResolver, include, path


def demo_urls() -> list[URLResolver]:
    if settings.SOBANI_ENV != "demo":
        return []
    return [path("demo/", include("demo.urls"))]
