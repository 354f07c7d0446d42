"""Open sockets are asked about every few seconds: may this person, device, company still listen?

Whoever takes a right away need not think of sockets, and no broker is needed for it. All sockets of
one company and kind are one question, so a thousand of them cost no more than one.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from tenants.hosts import CompanyRef
from tenants.models import Company
from tenants.threads import ask_public, run_in_thread

logger = logging.getLogger("tenants")

EVERY = 2.0
UNKNOWN_HOST, SIGNED_OUT = 4404, 4401

Claims = Collection[Any]


class Socket(Protocol):
    company: CompanyRef
    claim: Any
    """What it was opened with."""

    @property
    def still_good(self) -> Callable[[Claims], Claims]:
        """Which of some claims still stand; asked inside their company."""

    async def close(self, code: int) -> None: ...


class Rounds:
    """One for each event loop; walks while there are sockets."""

    def __init__(self) -> None:
        self._open: set[Socket] = set()
        self._walking: asyncio.Task[None] | None = None
        self._asking: dict[tuple[int, type], asyncio.Task[None]] = {}

    def watch(self, socket: Socket) -> None:
        self._open.add(socket)
        if self._walking is None or self._walking.done():
            self._walking = asyncio.create_task(self._walk())

    def forget(self, socket: Socket) -> None:
        self._open.discard(socket)

    async def _walk(self) -> None:
        while self._open:
            await asyncio.sleep(EVERY)
            try:
                await self._round()
            except Exception:  # the database is away: the next round asks again
                logger.exception("tenants.round_failed")

    async def _round(self) -> None:
        groups: defaultdict[tuple[CompanyRef, type], list[Socket]] = defaultdict(list)
        for one in self._open:
            groups[one.company, type(one)].append(one)
        here = {company.id for company, _kind in groups}
        in_use = await ask_public(companies_in_use, here)
        for (company, kind), sockets in groups.items():
            if (company.id, kind) not in self._asking:  # else the last answer is still to come
                ask = asyncio.create_task(self._ask(company, sockets, company.id in in_use))
                self._asking[company.id, kind] = ask
                ask.add_done_callback(partial(self._answered, company.id, kind))

    def _answered(self, company: int, kind: type, ask: "asyncio.Task[None]") -> None:
        del self._asking[company, kind]
        if not ask.cancelled() and ask.exception():
            logger.error("tenants.round_failed", exc_info=ask.exception())

    async def _ask(self, company: CompanyRef, sockets: list[Socket], in_use: bool) -> None:
        """By itself: a company whose tables are locked keeps no other from being asked about."""
        if not in_use:
            await self._end(sockets, UNKNOWN_HOST)
            return
        claims = {one.claim for one in sockets}
        good = await run_in_thread(company, sockets[0].still_good, claims)
        await self._end([one for one in sockets if one.claim not in good], SIGNED_OUT)

    async def _end(self, sockets: Iterable[Socket], code: int) -> None:
        """A socket whose other end is gone already is no reason to spare the next."""
        ended = list(sockets)
        self._open.difference_update(ended)
        await asyncio.gather(*(one.close(code) for one in ended), return_exceptions=True)


def companies_in_use(ids: Collection[int]) -> set[int]:
    return set(Company.objects.filter(pk__in=ids, is_suspended=False).values_list("pk", flat=True))


_all: WeakKeyDictionary[asyncio.AbstractEventLoop, Rounds] = WeakKeyDictionary()


def rounds() -> Rounds:
    return _all.setdefault(asyncio.get_running_loop(), Rounds())
