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
from django.db import connections
from psycopg import AsyncConnection, OperationalError
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from tenants.problems import Problem

Row = tuple[Any, ...]
Pool = AsyncConnectionPool[AsyncConnection[Row]]

_pools: WeakKeyDictionary[asyncio.AbstractEventLoop, Pool] = WeakKeyDictionary()


@asynccontextmanager
async def connected() -> AsyncIterator[AsyncConnection[Row]]:
    """A connection; a database that is away or busy is a 503 that asks to come back."""
    try:
        pool = await _pool()
        async with pool.connection() as connection:
            yield connection
    except (PoolTimeout, OperationalError) as problem:
        raise Problem(503, "busy", headers={"Retry-After": "1"}) from problem


async def fetch(schema: str, text: str, values: Sequence[Any] = ()) -> list[Row]:
    """Run one statement whose tables are written as {s}.table."""
    async with connected() as connection:
        return await fetch_on(connection, schema, text, values)


async def fetch_on(
    connection: AsyncConnection[Row], schema: str, text: str, values: Sequence[Any] = ()
) -> list[Row]:
    cursor = await connection.execute(_in_schema(schema, text), values)
    return await cursor.fetchall() if cursor.description else []


@lru_cache(maxsize=10_000)
def _in_schema(schema: str, text: str) -> bytes:
    """The text is always a constant of this package."""
    return SQL(text).format(s=Identifier(schema)).as_bytes()  # type: ignore[arg-type]


async def close() -> None:
    """For the end of the process, or of a test's event loop."""
    pool = _pools.pop(asyncio.get_running_loop(), None)
    if pool:
        await pool.close()


async def _pool() -> Pool:
    loop = asyncio.get_running_loop()
    pool = _pools.get(loop)
    if pool is None:
        pool = _pools[loop] = AsyncConnectionPool(
            _conninfo(),
            min_size=0,
            max_size=getattr(settings, "MEDIA_POOL_SIZE", 8),
            max_lifetime=900,
            timeout=5,
            open=False,
            kwargs={"autocommit": True},
        )
        await pool.open()
    return pool


def _conninfo() -> str:
    """Django's own database, so that tests and servers mean the same one."""
    known = connections["default"].settings_dict
    names = {
        "dbname": "NAME",
        "user": "USER",
        "password": "PASSWORD",
        "host": "HOST",
        "port": "PORT",
    }
    given = {ours: str(known[theirs]) for ours, theirs in names.items() if known.get(theirs)}
    return make_conninfo("", application_name="sobani media", **given)
