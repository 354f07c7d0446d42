"""Addresses of the demo. Elsewhere its package is not even imported: it may be gone."""

from django.conf import settings
from django.urls import URLResolver, include, path


def demo_urls(module: str = "demo.urls") -> list[URLResolver]:
    if settings.SOBANI_ENV != "demo":
        return []
    return [path("", include(module))]
