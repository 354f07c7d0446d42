"""Everything at once in both companies: no thread, task or socket answers with the other's rows."""

import asyncio
import os
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from channels.db import database_sync_to_async
from django.db import connection

from accounts.models import User
from recordings.media import ingest, playback
from tenants.context import run_in
from tenants.schemas import enter_schema, leave_schema
from tests.isolation.twin_company import Side, ask, filled
from tests.recordings.conftest import call, run

Pair = tuple[Side, Side]
TURNS = int(os.environ.get("MIXED_TURNS", "200"))
READS = [
    ("boris", "/portal/incidents/{incident}/parts/"),
    ("boris", "/portal/incidents/{incident}/positions"),
    ("anna's phone", "/api/v1/incidents/{incident}"),
    ("anna's phone", "/api/v1/device"),
    ("hanna", "/admin/notifications/notice/{told_pk}/change/"),
    ("boris", "/portal/recordings/{recording}/peaks"),
    ("nobody", "/portal/n/{notice}/?{link}"),
    ("watcher", "/portal/watching/poll"),
]


def other(pair: Pair, side: Side) -> Side:
    return pair[1] if side is pair[0] else pair[0]


def read(pair: Pair, dice: random.Random) -> str:
    """One request of somebody's, sometimes one that fails half-way; what is wrong with it."""
    side = dice.choice(pair)
    who, url = dice.choice(READS)
    stranger = dice.random() < 0.3
    names = other(pair, side) if stranger and "_pk}" not in url else side
    reply = ask(side.credentials[who], side.host, "GET", filled(url, names))
    connection.close()
    leaked = [text for text in other(pair, side).secrets() if text in reply.text]
    return f"{side.host} {who} {url}: {leaked}" if leaked else ""


def test_threads_that_serve_both_companies_never_mix_them(committed: Pair) -> None:
    dice = [random.Random(n) for n in range(TURNS)]
    with ThreadPoolExecutor(8) as threads:
        wrong = [found for found in threads.map(lambda one: read(committed, one), dice) if found]
    assert wrong == []


Look = Callable[[Side], Any]


async def in_turns(pair: Pair, look: Look) -> int:
    """How often a read of the one company found the other's rows."""

    async def once(n: int) -> bool:
        side = pair[n % 2]
        await asyncio.sleep(random.random() / 100)
        return bool(await look(side) != side.mark)

    return sum(await asyncio.gather(*(once(n) for n in range(TURNS))))


def own_mark() -> str:
    return connection.schema_name


def test_async_reads_stay_in_their_company_and_the_naive_way_would_not(committed: Pair) -> None:
    sides = tuple(Side(side.company, side.company.schema) for side in committed)

    def marked() -> str:
        User.objects.filter(username="boris").exists()
        return own_mark()

    async def ours(side: Side) -> str:
        return await database_sync_to_async(run_in)(side.company, marked)

    async def naive(side: Side) -> str:
        await database_sync_to_async(enter_schema)(side.company.schema)
        await asyncio.sleep(0)
        return await database_sync_to_async(marked)()

    try:
        assert asyncio.run(in_turns((sides[0], sides[1]), ours)) == 0
        assert asyncio.run(in_turns((sides[0], sides[1]), naive)) > 0
    finally:
        leave_schema()


def test_the_media_planes_serve_both_companies_at_once_without_mixing(committed: Pair) -> None:
    async def state(side: Side) -> bool:
        headers = {"Host": side.host, **side.credentials["anna's phone"].headers}
        path = f"/ingest/{side.names['recording']}"
        reply = await call(ingest.application, "GET", path, headers, b"")
        return reply.status == 200

    async def sound(side: Side) -> bool:
        (cookie,) = side.credentials["boris"].cookies.items()
        headers = {"Host": side.host, "Cookie": "=".join(cookie)}
        path = f"/play/{side.names['session']}/u/0-0.aac"
        reply = await call(playback.application, "GET", path, headers, b"")
        return reply.status == 200 and side.mark.encode()[:4] in reply.body

    async def work() -> list[bool]:
        sides = [committed[n % 2] for n in range(TURNS)]
        return await asyncio.gather(*(one(side) for side in sides for one in (state, sound)))

    assert all(run(work()))
