"""Whether hints still come through. A socket whose broker went away stays open, and is deaf.

Sockets of this process are notified, so that pages poll, and do not call an old screen live.
"""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakKeyDictionary

from notifications.live import broker_answers

EVERY = 1.0
# A ping waits 100 ms: one that is missed may be this machine's fault.
MISSED = 3

OnLoss = Callable[[], Awaitable[None]]


class BrokerMonitor:
    """One per event loop; runs while somebody watches."""

    def __init__(self) -> None:
        self._callbacks: set[OnLoss] = set()
        self._running: asyncio.Task[None] | None = None

    def watch(self, on_loss: OnLoss) -> None:
        self._callbacks.add(on_loss)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    def forget(self, on_loss: OnLoss) -> None:
        self._callbacks.discard(on_loss)

    async def _run(self) -> None:
        missed = 0
        while self._callbacks:
            await asyncio.sleep(EVERY)
            missed = 0 if await asyncio.to_thread(broker_answers) else missed + 1
            if missed >= MISSED:
                callbacks, self._callbacks = self._callbacks, set()
                await asyncio.gather(*(call() for call in callbacks), return_exceptions=True)


_all: WeakKeyDictionary[asyncio.AbstractEventLoop, BrokerMonitor] = WeakKeyDictionary()


def broker_monitor() -> BrokerMonitor:
    return _all.setdefault(asyncio.get_running_loop(), BrokerMonitor())
