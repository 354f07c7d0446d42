"""What orchestrators ask, answered before Django: they know no company's host.

/livez: the process answers. Nothing of the database: a restart would not bring it back.
/readyz: the database answers, and a tap that came now would not wait.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from http import HTTPStatus
from typing import Any

import psycopg
from psycopg import AsyncConnection

from recordings.media.asgi_http import as_json
from tenants.connections import conninfo
from web.turns import NoTurn, Turns

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

OK, NO_TURN, NO_DATABASE = "ok", "no turn is free", "the database does not answer"
PATIENCE = 1.0
KEPT_SECONDS = 1.0
"""However often a probe asks, the database is asked once a second."""
PROBE = "probe"
"""Stands in the line of taps like a company of its own."""


class Probes:
    def __init__(self, taps: Turns) -> None:
        self._taps = taps
        self._asking: asyncio.Task[str] | None = None
        self._asked_at = 0.0
        self.doors = {"/livez": self._is_alive, "/readyz": self._is_ready}

    async def answer(self, scope: MutableMapping[str, Any], send: Send) -> None:
        status, found = HTTPStatus.METHOD_NOT_ALLOWED, "GET or HEAD"
        if scope["method"] in {"GET", "HEAD"}:
            found = await self.doors[scope["path"]]()
            status = HTTPStatus.OK if found == OK else HTTPStatus.SERVICE_UNAVAILABLE
        await as_json(status, {"status": found}, {"cache-control": "no-store"}).send(send)

    async def _is_alive(self) -> str:
        return OK

    async def _is_ready(self) -> str:
        done = self._asking is None or self._asking.done()
        if done and time.monotonic() - self._asked_at > KEPT_SECONDS:
            self._asked_at = time.monotonic()
            self._asking = asyncio.create_task(self._ask())
        assert self._asking is not None
        return await asyncio.shield(self._asking)

    async def _ask(self) -> str:
        try:
            async with self._taps.turn(PROBE, PATIENCE):
                pass
            async with (
                asyncio.timeout(PATIENCE),
                await AsyncConnection.connect(conninfo("probe"), autocommit=True) as connection,
            ):
                await connection.execute("SELECT 1")
        except NoTurn:
            return NO_TURN
        except (TimeoutError, psycopg.Error):
            return NO_DATABASE
        return OK
