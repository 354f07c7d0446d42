"""Every address that Sobani answers, read from where it is routed: nothing can be forgotten."""

from collections.abc import Iterator
from importlib import import_module

from channels.routing import URLRouter
from django.urls import URLPattern, URLResolver

from config import asgi
from tenants.middleware import URLCONFS

METHODS = ("get", "post", "put", "patch", "delete")


def all_routes() -> set[str]:
    """``kind METHOD pattern``; METHOD only where the view says which it has."""
    http = {
        f"{kind} {route}"
        for kind, module in URLCONFS.items()
        for route in _walk(import_module(module).urlpatterns)
    }
    return http | {f"socket {path}" for path in _sockets()}


def _walk(patterns: list[URLPattern | URLResolver], prefix: str = "") -> Iterator[str]:
    for one in patterns:
        path = prefix + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from _walk(one.url_patterns, path)
        else:
            yield from (f"{method} /{path}".lstrip() for method in _methods(one))


def _methods(pattern: URLPattern) -> list[str]:
    view = getattr(pattern.callback, "cls", None)
    if view is None or ".api" not in view.__module__:
        return [""]
    return [name.upper() for name in METHODS if hasattr(view, name)] or [""]


def _sockets() -> list[str]:
    router = asgi.channels_application.application_mapping["websocket"]
    assert isinstance(router, URLRouter)
    return [f"/{route.pattern}" for route in router.routes]
