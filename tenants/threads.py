"""The database for doors in an event loop: in another thread, when a turn of the company is free.

Sockets and media planes ask little and often; requests have turns of their own.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async
from django.conf import settings

from tenants.context import run_in
from tenants.hosts import CompanyRef, company_for_host, company_for_schema, remembered
from web.turns import Turns

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 10.0
"""Seconds; an app or page that is refused comes again."""
NOBODYS = None
"""What is asked before the company is known."""

_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, Turns] = WeakKeyDictionary()


async def run_in_thread(company: CompanyRef, fn: Callable[P, T], *a: P.args, **k: P.kwargs) -> T:
    """Run sync code with ORM calls inside the company, in a thread. Raises NoTurn."""
    return await _threaded(company.id, partial(run_in, company, fn, *a, **k))


async def company_of_host(host: str) -> CompanyRef | None:
    """None when unknown or suspended. Raises NoTurn."""
    return remembered(host) or await ask_public(company_for_host, host)


async def company_of_schema(schema: str) -> CompanyRef | None:
    """None when unknown or suspended. Raises NoTurn."""
    return await ask_public(company_for_schema, schema)


async def ask_public(fn: Callable[P, T], *a: P.args, **k: P.kwargs) -> T:
    """Run sync code that reads shared tables only. Raises NoTurn."""
    return await _threaded(NOBODYS, partial(fn, *a, **k))


async def _threaded(company: int | None, fn: Callable[[], T]) -> T:
    loop = asyncio.get_running_loop()
    turns = _turns.get(loop) or _turns.setdefault(loop, Turns(settings.TURNS["sockets"]))
    return await turns.run(company, PATIENCE, database_sync_to_async(fn, thread_sensitive=False))
