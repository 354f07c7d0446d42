"""How long an answer takes on one kept connection, one request after the other: a bare one, and one
that reads who asks."""

import asyncio
import time
from collections.abc import Iterator

from bench.client import Client, request
from bench.figures import Figure, percentile, sized
from bench.fixtures import Phone, staffed
from bench.processes import app_processes

WARM_UP = 40


def figures() -> Iterator[Figure]:
    ((_company, phones),) = staffed("answer", 1)
    with app_processes(timekeepers=0) as ours:
        bare, device = asyncio.run(measure(ours.port, phones[0]))
    yield Figure("bare answer (/livez): p50", percentile(bare, 0.5), "ms", "<= 5", _rest(bare))
    yield Figure("GET device: p50", percentile(device, 0.5), "ms", "<= 20", _rest(device))


async def measure(port: int, phone: Phone) -> tuple[list[float], list[float]]:
    client = Client(port)
    bare = request("GET", "/livez", host=phone.host)
    device = request("GET", "/api/v1/device", host=phone.host, token=phone.token)
    took = [await _milliseconds(client, one) for one in (bare, device)]
    client.close()
    return took[0], took[1]


async def _milliseconds(client: Client, asking: bytes) -> list[float]:
    took = []
    for _turn in range(WARM_UP + sized(400, 60)):
        start = time.perf_counter()
        reply = await client.send(asking)
        took.append((time.perf_counter() - start) * 1000)
        assert reply.is_ok, reply
    return took[WARM_UP:]


def _rest(took: list[float]) -> str:
    return f"p95 {percentile(took, 0.95):.3g}, n={len(took)}"
