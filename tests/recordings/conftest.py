"""A company whose rows are committed, and the media planes called as a server calls them."""

import asyncio
import json
import uuid
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from demo.data import ACME
from demo.seed import fill
from people.devices.services import create_device
from people.models import Employee
from recordings.media import access, database, ingest, playback
from recordings.media.unit_events import unit_events
from recordings.models import Recording
from recordings.services import register_recording
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import leave_schema
from tests.recordings.sounds import digest_header

T = TypeVar("T")


@dataclass
class Reply:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


async def call(plane: Any, method: str, path: str, headers: dict[str, str], body: bytes) -> Reply:
    """One request; the body comes in pieces, as it does over a network."""
    path, _, query = path.partition("?")
    pairs = [(key.lower().encode(), value.encode()) for key, value in headers.items()]
    scope: dict[str, Any] = {"type": "http", "method": method, "path": path, "headers": pairs}
    scope["query_string"] = query.encode()
    pieces = [body[at : at + 65_536] for at in range(0, len(body), 65_536)] or [b""]
    reply = Reply()

    async def receive() -> dict[str, Any]:
        piece = pieces.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(pieces)}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            reply.status = message["status"]
            reply.headers = {k.decode(): v.decode() for k, v in message["headers"]}
        else:
            reply.body += message["body"]

    await plane(scope, receive, send)
    return reply


def run(work: Coroutine[Any, Any, T]) -> T:
    """In an event loop of its own, as a process that has just started."""

    async def main() -> T:
        access.forget()
        playback.forget()
        try:
            return await work
        finally:
            await unit_events().close()
            await database.close()

    return asyncio.run(main())


@dataclass(frozen=True)
class Recorder:
    """A device of anna's and its recording."""

    company: Company
    device_id: int
    token: str
    recording: uuid.UUID

    @property
    def host(self) -> str:
        return f"{self.company.schema}.localhost"

    async def send(
        self, method: str, path: str = "", body: bytes = b"", token: str = "", **headers: str
    ) -> Reply:
        given = {"Host": self.host, "Authorization": f"Bearer {token or self.token}"}
        given |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await call(
            ingest.application, method, f"/ingest/{self.recording}{path}", given, body
        )

    async def put(self, seq: int, data: bytes, **headers: str) -> Reply:
        given = {"Content_Type": "audio/aac", "Content_Digest": digest_header(data)} | headers
        return await self.send("PUT", f"/units/{seq}", data, **given)

    async def close(self, body: object) -> Reply:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        return await self.send("POST", "/close", text, Content_Type="application/json")

    def rows(self, model: Any) -> list[Any]:
        found = model.objects.filter(recording__public_id=self.recording).order_by("seq")
        return run_in(self.company, lambda: list(found.all()))


@pytest.fixture(scope="session")
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    with django_db_blocker.unblock():
        leave_schema()
        name = f"doors{uuid.uuid4().hex[:8]}"
        company = create_company(
            name="東都百貨店株式会社", schema=name, domain=f"{name}.localhost", support=True
        )
        run_in(company, fill, ACME)
    return company


def new_recorder(company: Company, tap_id: uuid.UUID | None = None) -> Recorder:
    def make() -> tuple[int, str, Recording]:
        anna = Employee.objects.get(number="020182")
        device, token = create_device(employee=anna, post=None, kind="iphone", name="")
        recording, _created = register_recording(
            device=device,
            client_id=uuid.uuid4(),
            tap_id=tap_id or uuid.uuid4(),
            codec="aac-lc",
            sample_rate=48000,
            frames_per_unit=47,
            started_at=None,
        )
        return device.pk, token, recording

    device_id, token, recording = run_in(company, make)
    return Recorder(company, device_id, token, recording.public_id)


@pytest.fixture
def recorder(committed: Company, django_db_blocker: Any) -> Iterator[Recorder]:
    with django_db_blocker.unblock():
        leave_schema()
        yield new_recorder(committed)
        connection.close()


def browser_of(company: Company, username: str) -> Client:
    client = Client(headers={"Host": f"{company.schema}.localhost"})
    run_in(company, lambda: client.force_login(User.objects.get(username=username)))
    return client
