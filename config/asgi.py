"""One process for everything a browser or device talks to: Django, sockets, two media planes."""

import os
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import django

from config import environment

environment.process = "web"
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

# Django must be set up before anything that imports models.
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.urls import path, re_path  # noqa: E402

from config.handler import QueueingHandler  # noqa: E402
from config.probes import Probes  # noqa: E402
from config.warm_start import warm  # noqa: E402
from portal.employee.consumers import AppConsumer  # noqa: E402
from portal.operator.consumers import ConsoleConsumer  # noqa: E402
from portal.supervisor.consumers import PortalConsumer, WatchingConsumer  # noqa: E402
from recordings.media import ingest, playback  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


async def no_such_socket(_scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse before accepting: the browser gets a 403, and the log no traceback."""
    await receive()
    await send({"type": "websocket.close"})


handler = QueueingHandler()
probes = Probes(handler.turns["api"])
channels_application = ProtocolTypeRouter(
    {
        "http": handler,
        "websocket": URLRouter(
            [
                path("ws/app/", AppConsumer.as_asgi()),
                path("ws/console/", ConsoleConsumer.as_asgi()),
                path("ws/portal/", PortalConsumer.as_asgi()),
                path("ws/portal/watching/", WatchingConsumer.as_asgi()),
                re_path("", no_such_socket),  # type: ignore[arg-type]  # a coroutine is an ASGI application
            ]
        ),
    }
)


PLANES = {"/ingest/": ingest.application, "/play/": playback.application}


async def lifespan(receive: Receive, send: Send) -> None:
    """Warm up at the start, so that nobody's first tap waits for one-time work."""
    while (await receive())["type"] == "lifespan.startup":
        await warm(handler)
        await send({"type": "lifespan.startup.complete"})
    await send({"type": "lifespan.shutdown.complete"})


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Route media planes before Django, whose handler costs 26 times as much a unit."""
    if scope["type"] == "lifespan":
        await lifespan(receive, send)
        return
    if scope["type"] == "http":
        if scope["path"] in probes.doors:
            await probes.answer(scope, send)
            return
        for prefix, plane in PLANES.items():
            if scope["path"].startswith(prefix):
                await plane(scope, receive, send)
                return
    await channels_application(scope, receive, send)
