"""Open sockets are asked about every few seconds: may this person, device, company still listen?

Code that takes a right away need not think of sockets, and no broker is needed for it. All sockets
of one company and kind are one question, so a thousand of them cost no more than one.
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

Identities = Collection[Any]


class Socket(Protocol):
    company: CompanyRef
    identity: Any
    """What it was opened with."""

    @property
    def still_good(self) -> Callable[[Identities], Identities]:
        """Which of some identities are still good; asked inside their company."""

    async def close(self, code: int) -> None: ...


class SocketMonitor:
    """One for each event loop; runs while there are sockets."""

    def __init__(self) -> None:
        self._open: set[Socket] = set()
        self._running: asyncio.Task[None] | None = None
        self._checking: dict[tuple[int, type], asyncio.Task[None]] = {}

    def watch(self, socket: Socket) -> None:
        self._open.add(socket)
        if self._running is None or self._running.done():
            self._running = asyncio.create_task(self._run())

    def forget(self, socket: Socket) -> None:
        self._open.discard(socket)

    async def _run(self) -> None:
        while self._open:
            await asyncio.sleep(EVERY)
            try:
                await self._check_all()
            except Exception:  # the database is away: the next one asks again
                logger.exception("tenants.round_failed")

    async def _check_all(self) -> None:
        groups: defaultdict[tuple[CompanyRef, type], list[Socket]] = defaultdict(list)
        for socket in self._open:
            groups[socket.company, type(socket)].append(socket)
        company_ids = {company.id for company, _kind in groups}
        in_use = await ask_public(companies_in_use, company_ids)
        for (company, kind), sockets in groups.items():
            if (company.id, kind) not in self._checking:  # else the last answer is still to come
                check = asyncio.create_task(self._check(company, sockets, company.id in in_use))
                self._checking[company.id, kind] = check
                check.add_done_callback(partial(self._checked, company.id, kind))

    def _checked(self, company: int, kind: type, check: "asyncio.Task[None]") -> None:
        del self._checking[company, kind]
        if not check.cancelled() and check.exception():
            logger.error("tenants.round_failed", exc_info=check.exception())

    async def _check(self, company: CompanyRef, sockets: list[Socket], in_use: bool) -> None:
        """Check one company's sockets by itself: one with locked tables holds up no other."""
        if not in_use:
            await self._end(sockets, UNKNOWN_HOST)
            return
        identities = {socket.identity for socket in sockets}
        good = await run_in_thread(company, sockets[0].still_good, identities)
        await self._end([socket for socket in sockets if socket.identity not in good], SIGNED_OUT)

    async def _end(self, sockets: Iterable[Socket], code: int) -> None:
        """Close sockets; one whose other end is gone already does not keep the next open."""
        ended = list(sockets)
        self._open.difference_update(ended)
        await asyncio.gather(*(one.close(code) for one in ended), return_exceptions=True)


def companies_in_use(ids: Collection[int]) -> set[int]:
    return set(Company.objects.filter(pk__in=ids, is_suspended=False).values_list("pk", flat=True))


_all: WeakKeyDictionary[asyncio.AbstractEventLoop, SocketMonitor] = WeakKeyDictionary()


def socket_monitor() -> SocketMonitor:
    return _all.setdefault(asyncio.get_running_loop(), SocketMonitor())
