"""What the websockets of all screens have in common: a heartbeat, groups of the broker, and one
person at the other end who is still signed in."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from notifications.broker_monitor import broker_monitor
from notifications.live import user_group
from portal.live.sessions import SocketIdentity, Viewer, still_signed_in
from tenants.consumers import COME_AGAIN, CompanyConsumer
from tenants.socket_monitor import SIGNED_OUT

BEAT = 25.0


class HeartbeatConsumer(CompanyConsumer):
    """Socket that sends a heartbeat with the time every 25 s, and what its groups receive."""

    beating: asyncio.Task[None] | None = None

    @property
    def rhythm(self) -> float:
        """Seconds from beat to beat."""
        return BEAT

    async def connect(self) -> None:
        self.listening: set[str] = set()
        await super().connect()

    async def begin(self) -> None:
        await self.send_json({"t": "hello", "now": milliseconds()})
        self.beating = asyncio.create_task(self.beat())

    async def listen_to(self, group: str) -> bool:
        """Join a group; without the broker the socket ends, and the page polls instead."""
        try:
            async with asyncio.timeout(2):
                await self.channel_layer.group_add(group, self.channel_name)
        except Exception:  # whatever the broker's client raises, the answer is one
            await self.close(code=COME_AGAIN)
            return False
        self.listening.add(group)
        broker_monitor().watch(self.on_broker_lost)
        return True

    async def on_broker_lost(self) -> None:
        await self.close(code=COME_AGAIN)

    async def beat(self) -> None:
        while True:
            await asyncio.sleep(self.rhythm)
            await self.send_json({"t": "ping", "now": milliseconds()})
            await self.on_beat()

    async def on_beat(self) -> None:
        """Hook for subclasses, called with each beat."""

    async def disconnect(self, code: int) -> None:
        broker_monitor().forget(self.on_broker_lost)
        if self.beating:
            self.beating.cancel()
        for group in self.listening:
            await quietly(self.channel_layer.group_discard(group, self.channel_name))


class GuardedConsumer(HeartbeatConsumer):
    """A socket that belongs to one person, for as long as that person is signed in."""

    viewer: Viewer
    still_good = staticmethod(still_signed_in)

    async def identify(self) -> SocketIdentity | None:
        raise NotImplementedError

    async def open(self) -> None:
        await self.accept()
        identity = await self.identify() if self.is_same_origin() else None
        if identity is None:
            await self.close(code=SIGNED_OUT)
            return
        self.viewer = identity.viewer
        if await self.listen_to(user_group(self.company.id, self.viewer.id)):
            self.stay(identity)
            await self.begin()

    def is_same_origin(self) -> bool:
        """Whether one of our own pages opens it: cookies travel with any site's socket."""
        origin = self.header("origin")
        return not origin or urlsplit(origin).netloc.lower() == self.header("host").lower()


def as_uuid(text: Any) -> UUID | None:
    with contextlib.suppress(ValueError, AttributeError, TypeError):
        return UUID(str(text))
    return None


def milliseconds() -> int:
    return int(time.time() * 1000)


async def quietly(sending: Awaitable[Any]) -> None:
    """Send and ignore failures: a broker that is gone must not end a socket."""
    with contextlib.suppress(Exception):
        async with asyncio.timeout(0.5):
            await sending
