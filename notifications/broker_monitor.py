"""Whether hints still come through. A socket whose broker went away stays open, and is deaf.

Whoever holds sockets in this process is told, so that pages poll, and do not call an old screen
live.
"""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakKeyDictionary

from notifications.live import broker_answers

EVERY = 1.0
# A ping waits 100 ms: one that is missed may be this machine's fault.
MISSED = 3

OnLoss = Callable[[], Awaitable[None]]


class Pulse:
    """One per event loop; beats while somebody wants to know."""

    def __init__(self) -> None:
        self._wants_to_know: set[OnLoss] = set()
        self._beating: asyncio.Task[None] | None = None

    def watch(self, on_loss: OnLoss) -> None:
        self._wants_to_know.add(on_loss)
        if self._beating is None or self._beating.done():
            self._beating = asyncio.create_task(self._beat())

    def forget(self, on_loss: OnLoss) -> None:
        self._wants_to_know.discard(on_loss)

    async def _beat(self) -> None:
        missed = 0
        while self._wants_to_know:
            await asyncio.sleep(EVERY)
            missed = 0 if await asyncio.to_thread(broker_answers) else missed + 1
            if missed >= MISSED:
                told, self._wants_to_know = self._wants_to_know, set()
                await asyncio.gather(*(tell() for tell in told), return_exceptions=True)


_all: WeakKeyDictionary[asyncio.AbstractEventLoop, Pulse] = WeakKeyDictionary()


def pulse() -> Pulse:
    return _all.setdefault(asyncio.get_running_loop(), Pulse())
