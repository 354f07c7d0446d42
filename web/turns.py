"""So many at once, and of one company at most half: a company that is stuck leaves room for others.

For one event loop; a waiting caller costs nothing but a future.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable
from contextlib import asynccontextmanager
from typing import TypeVar

T = TypeVar("T")


class NoTurn(Exception):
    """No turn came up within the caller's patience."""


class Turns:
    def __init__(self, size: int) -> None:
        self._free = size
        self._share = max(1, size // 2)
        self._taken: Counter[Hashable] = Counter()
        self._waiting: dict[asyncio.Future[None], Hashable] = {}
        """The longest waiting first."""

    @asynccontextmanager
    async def turn(self, company: Hashable, patience: float) -> AsyncIterator[None]:
        """Hold a turn for the block. Raises NoTurn."""
        await self.take(company, patience)
        try:
            yield
        finally:
            self.give_back(company)

    async def run(self, company: Hashable, patience: float, work: Callable[[], Awaitable[T]]) -> T:
        """Run work in a thread; it keeps its turn and goes on when the caller has left.

        Raises NoTurn.
        """
        await self.take(company, patience)
        running = asyncio.ensure_future(work())
        running.add_done_callback(lambda _done: self.give_back(company))
        return await asyncio.shield(running)

    async def take(self, company: Hashable, patience: float) -> None:
        """Wait for a turn; the caller gives it back. Raises NoTurn."""
        if self._may_begin(company):
            self._begin(company)
            return
        called: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[called] = company
        try:
            async with asyncio.timeout(patience):
                await called
        except (TimeoutError, asyncio.CancelledError) as reason:
            if called.done() and not called.cancelled():  # called and gone at the same moment
                self.give_back(company)
            if isinstance(reason, TimeoutError):
                raise NoTurn from None
            raise
        finally:
            self._waiting.pop(called, None)

    def give_back(self, company: Hashable) -> None:
        self._free += 1
        self._taken[company] -= 1
        if not self._taken[company]:
            del self._taken[company]
        self._call_next()

    def _may_begin(self, company: Hashable) -> bool:
        return self._free > 0 and self._taken[company] < self._share

    def _begin(self, company: Hashable) -> None:
        self._free -= 1
        self._taken[company] += 1

    def _call_next(self) -> None:
        for called, company in self._waiting.items():
            if not called.done() and self._may_begin(company):
                self._begin(company)
                called.set_result(None)
                return
