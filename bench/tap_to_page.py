"""From the press to the message at boris' open page, in turns with what that costs at least.

Both run beside the timekeeper, which sends each tap's notices meanwhile.
"""

import asyncio
import json
import re
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.test import Client as InProcess
from websockets.asyncio.client import ClientConnection, connect

from bench.client import Client, Reply, request
from bench.figures import Figure, percentile, progress, sized
from bench.fixtures import Phone, sign_in_path, staffed
from bench.processes import app_processes, free_port, uvicorn
from bench.recorded_tap import RecordedTap, Recorder, spread_sequences
from incidents.models import Incident
from tenants.context import run_in
from tenants.models import Company

ANNA = 0
WARM_UP = 20


def figures() -> Iterator[Figure]:
    (baseline, baseline_phones), (_company, phones) = staffed("page", 2)
    tap = record(baseline, baseline_phones[ANNA])
    with tempfile.TemporaryDirectory() as folder, app_processes() as ours:
        file = Path(folder) / "tap"
        tap.save(file)
        port = free_port()
        with uvicorn("bench.tap_baseline:application", port, {"RECORDED_TAP": str(file)}):
            real, least = asyncio.run(measure(ours.port, phones[ANNA], port, sized(400, 40)))
    yield Figure("tap → page: p50", percentile(real, 0.5) * 1000, "ms", note=f"n={len(real)}")
    yield Figure("tap → page: p95", percentile(real, 0.95) * 1000, "ms")
    about = f"{len(tap.statements)} statements, publish, bare websocket"
    yield Figure("floor: p50", percentile(least, 0.5) * 1000, "ms", note=about)
    yield Figure("floor: p95", percentile(least, 0.95) * 1000, "ms")
    for name, part in (("p50", 0.5), ("p95", 0.95)):
        ratio = percentile(real, part) / percentile(least, part)
        yield Figure(f"tap → page / floor: {name}", ratio, "x", "<= 4" if part > 0.9 else "")


def record(company: Company, phone: Phone) -> RecordedTap:
    """The statements of one tap, after others have filled the caches."""
    spread_sequences(settings.DATABASE_OWNER_URL, company.schema)
    close_in_process(phone, tap_in_process(phone))
    run_in(company, Incident.objects.update, number=9_000_000)
    recorder = Recorder(lambda: connection.in_atomic_block)
    with connection.execute_wrapper(recorder):
        made = tap_in_process(phone)
    close_in_process(phone, made)
    return recorder.tap(made["id"], made["number"])


def tap_in_process(phone: Phone) -> dict[str, Any]:
    made: dict[str, Any] = post_in_process(phone, "", {"tap_id": str(uuid.uuid4())})
    return made


def close_in_process(phone: Phone, made: dict[str, Any]) -> None:
    post_in_process(phone, f"/{made['id']}/close", {"outcome": "safe"})


def post_in_process(phone: Phone, path: str, body: dict[str, Any]) -> Any:
    answer = InProcess().post(
        f"/api/v1/incidents{path}",
        data=body,
        content_type="application/json",
        headers={"Host": phone.host, "Authorization": f"Bearer {phone.token}"},
    )
    assert answer.status_code in {200, 201}, answer.content
    return answer.json()


async def measure(
    port: int, phone: Phone, baseline_port: int, count: int
) -> tuple[list[float], list[float]]:
    ours, baseline = Client(port), Client(baseline_port)
    page = await open_page(ours, phone)
    bare = await connect(f"ws://127.0.0.1:{baseline_port}/", compression=None)
    await heard(bare, "hello")
    real, least = [], []
    for _turn in progress("taps", range(WARM_UP + count), WARM_UP + count):
        real.append(await tap_once(ours, phone, page))
        least.append(await baseline_once(baseline, bare))
    await page.close()
    await bare.close()
    return real[WARM_UP:], least[WARM_UP:]


async def open_page(client: Client, phone: Phone) -> ClientConnection:
    cookie = await signed_in(client, phone.schema, "boris")
    page = await connect(
        f"ws://{phone.host}:{client.port}/ws/portal/",
        host="127.0.0.1",
        additional_headers={"Cookie": cookie},
        compression=None,
    )
    await heard(page, "hello")
    return page


async def signed_in(client: Client, schema: str, username: str) -> str:
    """The cookie of somebody's session."""
    path = sign_in_path(schema, username)
    answer = await client.send(request("GET", path, host=f"{schema}.localhost"))
    cookie = re.search(rb"set-cookie: (sid=[^;]+)", answer.head, re.IGNORECASE)
    assert cookie, answer
    return cookie[1].decode()


async def heard(page: ClientConnection, kind: str) -> float:
    """When the first message of this kind was there."""
    async with asyncio.timeout(10):
        while json.loads(await page.recv())["t"] != kind:
            pass
    return time.perf_counter()


async def tap_once(client: Client, phone: Phone, page: ClientConnection) -> float:
    tap = {"tap_id": str(uuid.uuid4()), "level": "alarm"}
    raising = request("POST", "/api/v1/incidents", host=phone.host, token=phone.token, body=tap)
    took, reply = await race(client, raising, page)
    path = f"/api/v1/incidents/{reply.json()['id']}/close"
    closing = request("POST", path, host=phone.host, token=phone.token, body={"outcome": "safe"})
    assert (await client.send(closing)).is_ok
    return took


async def baseline_once(client: Client, page: ClientConnection) -> float:
    took, _reply = await race(client, request("POST", "/tap", host="floor", body={}), page)
    assert (await client.send(request("POST", "/close", host="floor", body={}))).is_ok
    return took


async def race(client: Client, raising: bytes, page: ClientConnection) -> tuple[float, Reply]:
    hearing = asyncio.create_task(heard(page, "alarm"))
    start = time.perf_counter()
    reply = await client.send(raising)
    assert reply.is_ok, reply
    return await hearing - start, reply
