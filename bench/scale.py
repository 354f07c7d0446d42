"""What a request costs with a thousand companies: GET device, in one of them and all over them.

Four clients in a closed loop, so four connections to the database are warm. Turns of the same
length alternate: one company, then all by Zipf's law. Before, cold: each company's first request.
"""

import asyncio
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from bench.client import Client, request
from bench.figures import Figure, percentile, progress, say, sized
from bench.fixtures import Phone
from bench.many_companies import many_companies
from bench.processes import AppProcesses, app_processes

CLIENTS = 4
TURNS = 4


@dataclass(slots=True)
class Spent:
    took: list[float] = field(default_factory=list)
    seconds: float = 0.0
    cpu: float = 0.0
    failed: int = 0

    @property
    def milliseconds(self) -> float:
        """CPU of web, PostgreSQL and Valkey for a request."""
        return self.cpu / max(1, len(self.took)) * 1000

    @property
    def note(self) -> str:
        rate = len(self.took) / self.seconds
        return f"CPU {self.milliseconds:.2f} ms, {rate:.0f}/s, n={len(self.took)}"


def figures() -> Iterator[Figure]:
    phones = many_companies().phones
    with app_processes(timekeepers=0) as ours:
        single, cold, all_over = asyncio.run(measure(ours, phones))
    failed = single.failed + cold.failed + all_over.failed
    companies = f"{len(phones)} companies"
    yield Figure("GET device, one company: p50", _p50(single), "ms", note=single.note)
    yield Figure(f"GET device, {companies}, warm: p50", _p50(all_over), "ms", note=all_over.note)
    yield Figure(f"GET device, {companies}, cold: p50", _p50(cold), "ms", note=cold.note)
    yield Figure("failed requests", failed, "", "<= 0")
    yield Figure("warm / one company, p50", _p50(all_over) / _p50(single), "x", "<= 1.35")
    warm = all_over.milliseconds / single.milliseconds
    yield Figure("warm / one company, CPU", warm, "x", "<= 1.35")
    yield Figure("cold / one company, p50", _p50(cold) / _p50(single), "x", "<= 2.2")
    yield Figure("cold / one company, CPU", cold.milliseconds / single.milliseconds, "x", "<= 2.2")


def _p50(spent: Spent) -> float:
    return percentile(spent.took, 0.5) * 1000


async def measure(ours: AppProcesses, phones: list[Phone]) -> tuple[Spent, Spent, Spent]:
    chance = random.Random(7)
    weights = [1 / rank for rank in range(1, len(phones) + 1)]

    def by_zipf() -> Phone:
        return chance.choices(phones, weights)[0]

    single, cold, all_over = Spent(), Spent(), Spent()
    seconds = sized(5, 1)
    await _spend(ours, Spent(), lambda: phones[0], 3.0)
    say("cold: each company once")
    await _once_each(ours, cold, chance.sample(phones, len(phones)))
    say("warming up")
    await _spend(ours, Spent(), by_zipf, sized(20, 1))
    for _turn in progress("turns", range(TURNS), TURNS):
        await _spend(ours, single, lambda: phones[0], seconds)
        await _spend(ours, all_over, by_zipf, seconds)
    return single, cold, all_over


async def _once_each(ours: AppProcesses, spent: Spent, phones: list[Phone]) -> None:
    left = iter(phones)
    await _accounted(ours, spent, lambda: next(left, None))


async def _spend(
    ours: AppProcesses, spent: Spent, choose: Callable[[], Phone], seconds: float
) -> None:
    until = time.perf_counter() + seconds
    await _accounted(ours, spent, lambda: choose() if time.perf_counter() < until else None)


async def _accounted(ours: AppProcesses, spent: Spent, choose: Callable[[], Phone | None]) -> None:
    start, before = time.perf_counter(), sum(ours.cpu_seconds().values())
    client = Client(ours.port)
    await asyncio.gather(*(_ask(client, spent, choose) for _client in range(CLIENTS)))
    client.close()
    spent.seconds += time.perf_counter() - start
    spent.cpu += sum(ours.cpu_seconds().values()) - before


async def _ask(client: Client, spent: Spent, choose: Callable[[], Phone | None]) -> None:
    while phone := choose():
        asking = request("GET", "/api/v1/device", host=phone.host, token=phone.token)
        start = time.perf_counter()
        reply = await client.send(asking)
        spent.took.append(time.perf_counter() - start)
        spent.failed += not reply.is_ok
