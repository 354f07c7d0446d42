"""1,000 phones that each send a unit a second, whether or not the last one was answered in time.

Each has a connection, a token and a recording of its own; they belong to 34 companies. A unit's
time counts from when it was due; one without a 2xx is an error.
"""

import asyncio
import time
from collections.abc import Iterator

import uvloop

from bench.client import Client
from bench.figures import Figure, percentile, progress, say, sized
from bench.processes import app_processes, cpu_used
from bench.sound import UNIT, unit_headers
from bench.streams_set_up import Stream, streams

WARM_UP = 5
"""Seconds; they are sent like the others and not counted."""


def figures() -> Iterator[Figure]:
    count, seconds = sized(1000, 100), sized(40, 5)
    fleet = streams("live", count)
    with app_processes(timekeepers=0) as ours:
        say(f"{count} streams for {WARM_UP + seconds} s")
        before = ours.cpu_seconds()
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            done = runner.run(play(ours.port, fleet, WARM_UP + seconds))
        cpu, parts = cpu_used(ours, before, len(done))
    counted = [(took, ok) for due, took, ok in done if due >= WARM_UP]
    took = [took for took, _ok in counted]
    errors = sum(not ok for _took, ok in counted)
    name = f"{count} streams for {seconds} s"
    yield Figure(f"{name}: errors", errors, "", "<= 0", f"n={len(took)}")
    yield Figure(f"{name}: ack p50", percentile(took, 0.5), "s")
    yield Figure(f"{name}: ack p99", percentile(took, 0.99), "s", "<= 1")
    yield Figure("CPU a unit", cpu * 1000, "us", note=f"ms: {parts}")


Done = tuple[float, float, bool]
"""Due after so many seconds, took, was acknowledged."""


async def play(port: int, fleet: list[Stream], seconds: int) -> list[Done]:
    begin = time.perf_counter() + 1.0
    playing = [
        asyncio.create_task(_stream(port, stream, begin, number / len(fleet), seconds))
        for number, stream in enumerate(fleet)
    ]
    ending = progress("streams ended", asyncio.as_completed(playing), len(playing))
    return [unit for sent in ending for unit in await sent]


async def _stream(
    port: int, stream: Stream, begin: float, phase: float, seconds: int
) -> list[Done]:
    client = Client(port)
    head = [f"Host: {stream.phone.host}", *unit_headers(UNIT, stream.phone.token), "", ""]
    rest = "\r\n".join(head).encode() + UNIT
    sent = []
    for seq in range(seconds):
        await asyncio.sleep(begin + phase + seq - time.perf_counter())
        line = f"PUT {stream.path(seq)} HTTP/1.1\r\n".encode()
        sent.append(asyncio.create_task(_unit(client, line + rest, begin, phase + seq)))
    done = [await task for task in sent]
    client.close()
    return done


async def _unit(client: Client, unit: bytes, begin: float, due: float) -> Done:
    reply = await client.send(unit)
    return due, time.perf_counter() - begin - due, reply.is_ok
