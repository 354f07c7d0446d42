"""What a process does before it takes its first request, so that nobody's tap pays for it."""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.template.loader import get_template
from django.urls import get_resolver

from config.handler import DEVICE_API, QueueingHandler
from notifications.live import broker_answers
from tenants.middleware import URLCONFS
from tenants.models import Company, Domain
from tenants.threads import ask_public

logger = logging.getLogger("config")

TAP, PAGE = f"{DEVICE_API}incidents", "/accounts/login/"
NO_DEVICE = b"Bearer nobody"


async def warm(handler: QueueingHandler) -> None:
    """Load everything; start without the database, too: the first requests ask for it again."""
    await sync_to_async(load)()
    try:
        if host := await ask_public(a_companys_host):
            await ask(handler, "POST", TAP, host)
            await ask(handler, "GET", PAGE, host)
    except Exception:
        logger.exception("config.not_warm")


def load() -> None:
    """Load every host's URLs, every page's template, and the connection to the broker."""
    for urlconf in URLCONFS.values():
        get_resolver(urlconf)._populate()
    folder = Path(settings.BASE_DIR) / "templates"
    for path in folder.rglob("*.html"):
        get_template(str(path.relative_to(folder)))
    broker_answers()


def a_companys_host() -> str | None:
    used = Domain.objects.filter(tenant__kind=Company.Kind.COMPANY, tenant__is_suspended=False)
    one = used.first()
    return str(one.domain) if one else None


async def ask(handler: QueueingHandler, method: str, path: str, host: str) -> int:
    """Send an anonymous request: a tap is refused, a page asks for a sign-in."""
    statuses: list[int] = []
    bodies = [{"type": "http.request", "body": b"{}"}]
    stays = asyncio.Event()

    async def receive() -> dict[str, Any]:
        if not bodies:
            await stays.wait()  # never leaves before the answer
        return bodies.pop()

    async def send(message: Mapping[str, Any]) -> None:
        if "status" in message:
            statuses.append(message["status"])

    given = {b"host": host.encode(), b"x-forwarded-proto": b"https", b"authorization": NO_DEVICE}
    scope = {"type": "http", "method": method, "path": path, "query_string": b"", "scheme": "https"}
    await handler(scope | {"headers": list(given.items())}, receive, send)
    return statuses[0]
