"""PostgreSQL for the media planes: an own pool of asynchronous connections for each event loop.

Statements name the schema they mean; no connection ever carries a company with it. Autocommit: a
statement that has returned is durable.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from psycopg import AsyncConnection
from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool

from tenants.connections import conninfo
from web.problems import busy, is_busy
from web.turns import Turns

Row = tuple[Any, ...]
Pool = AsyncConnectionPool[AsyncConnection[Row]]

PATIENCE = 5.0
"""A device keeps what it could not send, and comes again."""
_open: WeakKeyDictionary[asyncio.AbstractEventLoop, tuple[Pool, Turns]] = WeakKeyDictionary()


@asynccontextmanager
async def connected(schema: str) -> AsyncIterator[AsyncConnection[Row]]:
    """A connection, for work in this company's schema; a database that is away or busy is a 503
    that asks to come back."""
    pool, turns = await _opened()
    try:
        async with turns.turn(schema, PATIENCE), pool.connection() as connection:
            yield connection
    except Exception as problem:
        if not is_busy(problem):
            raise
        raise busy() from problem


async def fetch(schema: str, text: str, values: Sequence[Any] = ()) -> list[Row]:
    """Run one statement whose tables are written as {s}.table."""
    async with connected(schema) as connection:
        return await fetch_on(connection, schema, text, values)


async def fetch_on(
    connection: AsyncConnection[Row], schema: str, text: str, values: Sequence[Any] = ()
) -> list[Row]:
    cursor = await connection.execute(_in_schema(schema, text), values)
    return await cursor.fetchall() if cursor.description else []


@lru_cache(maxsize=10_000)
def _in_schema(schema: str, text: str) -> bytes:
    """Fill in the schema; the text is always a constant of this package."""
    return SQL(text).format(s=Identifier(schema)).as_bytes()


async def close() -> None:
    """Close the pool at the end of the process, or of a test's event loop."""
    if opened := _open.pop(asyncio.get_running_loop(), None):
        await opened[0].close()


async def _opened() -> tuple[Pool, Turns]:
    loop = asyncio.get_running_loop()
    if loop not in _open:
        size = settings.TURNS["media"]
        pool: Pool = AsyncConnectionPool(
            conninfo("media"),
            min_size=0,
            max_size=size,
            max_lifetime=900,
            timeout=PATIENCE,
            open=False,
            kwargs={"autocommit": True},
        )
        _open[loop] = pool, Turns(size)
        await pool.open()
    return _open[loop]
