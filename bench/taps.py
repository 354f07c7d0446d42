"""Taps as they come: at times that do not wait for the server, the load on the same cores.

Of the steady taps every second one opens an incident and the other joins one; all of the burst
open one. The timekeeper hands the notices to a mail server meanwhile, ladders climb, and nobody
answers.
"""

import asyncio
import random
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils import timezone

from bench.client import Client, request
from bench.figures import Figure, percentile, progress, say, sized
from bench.fixtures import EMPLOYEES, Phone, staffed
from bench.processes import AppProcesses, app_processes, cpu_used
from tenants.schemas import leave_schema

RATE = 40
BURST_SECONDS = 2.0
WARM_UP = 40
PATIENCE = 90.0


@dataclass(frozen=True, slots=True)
class Tapped:
    took: float
    """Seconds since it was due."""
    status: int
    at: float

    @property
    def is_ok(self) -> bool:
        return self.status in {200, 201}


def figures() -> Iterator[Figure]:
    seconds, burst = sized(60, 5), sized(200, 40)
    wanted = WARM_UP + RATE * seconds // 2 + 1 + burst
    schemas: list[str] = []
    phones: list[Phone] = []
    for company, staff in staffed("taps", -(-wanted // EMPLOYEES)):
        schemas.append(company.schema)
        phones += staff
    random.Random(7).shuffle(phones)
    with app_processes() as ours:
        yield from _steady(ours, phones, seconds)
        yield from _burst(ours, phones[-burst:])
        yield from _handed_over(schemas)


def _steady(ours: AppProcesses, phones: list[Phone], seconds: int) -> Iterator[Figure]:
    """Those who press twice do so a second later, as with a watch and a phone."""
    asyncio.run(load(ours.port, phones[:WARM_UP], 2.0))
    fresh = phones[WARM_UP : WARM_UP + RATE * seconds // 2 + 1]
    earlier = [fresh[max(0, index - RATE // 2)] for index in range(len(fresh))]
    turns = [phone for pair in zip(fresh, earlier, strict=True) for phone in pair]
    before = ours.cpu_seconds()
    done = asyncio.run(load(ours.port, turns[2:], seconds))
    cpu, parts = cpu_used(ours, before, len(done))
    yield from _times(f"{RATE} taps/s for {seconds} s", done)
    yield Figure("CPU a tap, its jobs included", cpu, "ms", note=parts)


def _burst(ours: AppProcesses, phones: list[Phone]) -> Iterator[Figure]:
    begin = timezone.now()
    done = asyncio.run(load(ours.port, phones, BURST_SECONDS))
    name = f"burst of {len(phones)} in {BURST_SECONDS:.0f} s"
    yield from _times(name, done)
    lost, last = _wait_for_first_notices({phone.schema for phone in phones}, begin)
    took = (last - begin).total_seconds()
    yield Figure(f"{name}: all handed over after", took, "s", "<= 15", f"not handed over: {lost}")


def _times(name: str, done: list[Tapped]) -> Iterator[Figure]:
    """201 opened an incident, 200 joined one; a tap without a good answer counts as an error."""
    everything = [tap.took for tap in done]
    errors = sum(not tap.is_ok for tap in done)
    statuses = ", ".join(sorted({str(tap.status) for tap in done}))
    yield Figure(f"{name}: errors", errors, "", "<= 0", f"n={len(done)}, statuses {statuses}")
    yield Figure(f"{name}: p50", percentile(everything, 0.5), "s")
    yield Figure(f"{name}: p99", percentile(everything, 0.99), "s", "<= 0.5")
    for status, what in ((201, "new incidents"), (200, "joining")):
        took = [tap.took for tap in done if tap.status == status]
        if took:
            note = f"p50 {percentile(took, 0.5):.3f} s, n={len(took)}"
            yield Figure(f"{name}: p99, {what}", percentile(took, 0.99), "s", note=note)


async def load(port: int, phones: list[Phone], seconds: float) -> list[Tapped]:
    return await send_evenly("taps", port, [tap_of(phone) for phone in phones], seconds)


async def send_evenly(what: str, port: int, requests: list[bytes], seconds: float) -> list[Tapped]:
    client = Client(port)
    begin = time.perf_counter() + 0.2
    sending = [
        asyncio.create_task(_sent(client, one, begin + seconds * number / len(requests)))
        for number, one in enumerate(requests)
    ]
    done = [
        await answered for answered in progress(what, asyncio.as_completed(sending), len(sending))
    ]
    client.close()
    return done


def tap_of(phone: Phone) -> bytes:
    body = {"tap_id": str(uuid.uuid4()), "level": "alarm"}
    return request("POST", "/api/v1/incidents", host=phone.host, token=phone.token, body=body)


async def _sent(client: Client, request: bytes, due: float) -> Tapped:
    await asyncio.sleep(due - time.perf_counter())
    reply = await client.send(request)
    return Tapped(time.perf_counter() - due, reply.status, due)


# Notices: a delivery is handed over when the mail server has taken it.

DELIVERIES = """
SELECT n.created_at, d.handed_over_at FROM {s}.notifications_delivery d
JOIN {s}.notifications_notice n ON n.id = d.notice_id WHERE d.state <> 'cancelled'"""


def _deliveries(schemas: Iterable[str]) -> list[tuple[datetime, datetime | None]]:
    leave_schema()
    union = " UNION ALL ".join(DELIVERIES.format(s=f'"{schema}"') for schema in schemas)
    with connection.cursor() as cursor:
        cursor.execute(union)
        rows: list[tuple[datetime, datetime | None]] = cursor.fetchall()
        return rows


def _wait_for_first_notices(schemas: set[str], begin: datetime) -> tuple[int, datetime]:
    """Of the burst's own taps, before the ladders climb. How many are left, and the last's time."""
    until = time.monotonic() + 25.0
    while True:
        deliveries = [pair for pair in _deliveries(schemas) if pair[0] >= begin]
        left = sum(handed is None for _created, handed in deliveries)
        if (deliveries and not left) or time.monotonic() > until:
            return left, max(handed or timezone.now() for _created, handed in deliveries)
        time.sleep(0.5)


def _handed_over(schemas: list[str]) -> Iterator[Figure]:
    """From the notice's row, written by the tap or the climb, until the mail server has it."""
    say("waiting for the notices of the climbing ladders")
    until = time.monotonic() + PATIENCE
    while (deliveries := _deliveries(schemas)) and time.monotonic() < until:
        if all(handed for _created, handed in deliveries):
            break
        time.sleep(1)
    waited = [(h - c).total_seconds() for c, h in deliveries if h]
    left = f"n={len(waited)}, not handed over: {len(deliveries) - len(waited)}"
    yield Figure("notice handed over: p50", percentile(waited, 0.5), "s")
    yield Figure("notice handed over: p99", percentile(waited, 0.99), "s", "<= 5", left)
