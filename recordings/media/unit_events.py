""" "A unit has arrived", published between processes by Valkey; live playlists wait for it.

A courtesy that may be lost: who waits also looks for itself, every 250 ms while Valkey is away.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.conf import settings
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from notifications.live import as_published

logger = logging.getLogger("recordings")

PATIENCE = 0.1
REST_AFTER_FAILURE = 2.0
POLL_WITH = 1.0
POLL_WITHOUT = 0.25
FORGET_AFTER = 60.0
MOST_UNSENT = 1000


class UnitEvents:
    """Announcements of arrived units, one object per event loop."""

    def __init__(self) -> None:
        self._waiting: defaultdict[str, set[asyncio.Event]] = defaultdict(set)
        self._heard: dict[str, float] = {}
        self._pubsub: PubSub | None = None
        self._client: Redis | None = None
        self._resting_until = 0.0
        self._unsent: list[tuple[str, bytes]] = []
        self._sender: asyncio.Task[None] | None = None
        self._listener: asyncio.Task[None] | None = None

    def publish(self, schema: str, recording: UUID) -> None:
        """Wake who waits, here and elsewhere. Returns at once and never fails."""
        name = _channel(schema, recording)
        self._wake(name)
        self._enqueue(name, b"")

    def hint(self, group: str, message: dict[str, Any]) -> None:
        """A live hint for open pages; the same courtesy."""
        self._enqueue(*as_published(group, message))

    async def wait(self, schema: str, recording: UUID, seconds: float) -> None:
        """Return when a unit may have arrived, or when it is time to look."""
        name = _channel(schema, recording)
        woken = asyncio.Event()
        self._waiting[name].add(woken)
        try:
            await self._listen_to(name)
            poll = POLL_WITH if self._pubsub else POLL_WITHOUT
            async with asyncio.timeout(min(seconds, poll)):
                await woken.wait()
        except TimeoutError:
            pass
        finally:
            self._waiting[name].discard(woken)
            if not self._waiting[name]:
                del self._waiting[name]

    async def close(self) -> None:
        # A publication under way gives up by itself after 100 ms.
        if self._sender:
            await self._sender
        if self._listener:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
        if self._client:
            await self._client.aclose()

    def _wake(self, name: str) -> None:
        for event in self._waiting.get(name, ()):
            event.set()

    def _enqueue(self, channel: str, message: bytes) -> None:
        """Publish in the background; messages during a call to the broker travel together."""
        if time.monotonic() < self._resting_until or len(self._unsent) >= MOST_UNSENT:
            return
        self._unsent.append((channel, message))
        if self._sender is None:
            self._sender = asyncio.create_task(self._send_all())

    async def _send_all(self) -> None:
        try:
            while self._unsent:
                now, self._unsent = self._unsent, []
                await self._quietly(self._send(now))
        finally:
            self._sender = None

    async def _send(self, messages: list[tuple[str, bytes]]) -> None:
        pipeline = self._redis().pipeline(transaction=False)
        for channel, message in messages:
            pipeline.publish(channel, message)
        await pipeline.execute()

    async def _quietly(self, work: Awaitable[None]) -> None:
        try:
            async with asyncio.timeout(PATIENCE):
                await work
        except Exception:
            self._resting_until = time.monotonic() + REST_AFTER_FAILURE
            logger.warning("recordings.hint_lost")

    def _redis(self) -> Redis:
        if self._client is None:
            self._client = Redis.from_url(settings.REDIS_URL, socket_connect_timeout=PATIENCE)
        return self._client

    async def _listen_to(self, name: str) -> None:
        new = name not in self._heard
        self._heard[name] = time.monotonic()
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
        elif new and self._pubsub:
            await self._quietly(self._pubsub.subscribe(name))

    async def _listen(self) -> None:
        """Listen until nobody has waited for a while; retry a broker that went away."""
        # Without tries of its own: a loss must be noticed, so that who waits looks more often.
        async with Redis.from_url(settings.REDIS_URL, retry=Retry(NoBackoff(), 0)) as client:
            while self._heard:
                await self._listen_once(client)

    async def _listen_once(self, client: Redis) -> None:
        try:
            async with client.pubsub() as pubsub:
                await pubsub.subscribe(*self._heard)
                self._pubsub = pubsub
                await self._hear(pubsub)
        except (RedisError, OSError):
            self._pubsub = None
            for name in list(self._waiting):
                self._wake(name)
            await asyncio.sleep(REST_AFTER_FAILURE)
        finally:
            self._pubsub = None

    async def _hear(self, pubsub: PubSub) -> None:
        while self._heard:
            message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=5.0)
            if message:
                self._wake(message["channel"].decode())
            else:
                await self._forget_old(pubsub)

    async def _forget_old(self, pubsub: PubSub) -> None:
        before = time.monotonic() - FORGET_AFTER
        for name in [name for name, at in self._heard.items() if at < before]:
            del self._heard[name]
            await pubsub.unsubscribe(name)


def _channel(schema: str, recording: UUID) -> str:
    return f"{getattr(settings, 'LIVE_PREFIX', 'sobani')}.units.{schema}.{recording.hex}"


_all: WeakKeyDictionary[asyncio.AbstractEventLoop, UnitEvents] = WeakKeyDictionary()


def unit_events() -> UnitEvents:
    loop = asyncio.get_running_loop()
    return _all.get(loop) or _all.setdefault(loop, UnitEvents())
