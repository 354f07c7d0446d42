"""Requests come in their hundreds; so many run at once as there are turns, and nobody takes all."""

import asyncio
import threading
from collections import Counter
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from config import handler as door
from config.environment import TURNS
from config.handler import QueueingHandler
from tenants.hosts import company_for_host

HALF = TURNS["pages"] // 2
ACME, GLOBEX = "acme.localhost", "globex.localhost"


class Slow(QueueingHandler):
    """Answers when it may, and knows which requests are being answered at once."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = threading.Event()
        self.lock = threading.Lock()
        self.running: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    def get_response(self, request: HttpRequest) -> HttpResponse:
        host = request.META["HTTP_HOST"]
        with self.lock:
            self.running[host] += 1
            self.most |= self.running
        self.may_answer.wait(20)
        with self.lock:
            self.running[host] -= 1
        return HttpResponse(b"here")

    async def until(self, **running: int) -> None:
        wanted = Counter({f"{name}.localhost": number for name, number in running.items()})
        while +self.running != wanted:
            await asyncio.sleep(0.01)


class Client:
    """One request; it may hang up."""

    def __init__(
        self,
        handler: QueueingHandler,
        host: str,
        path: str = "/",
        method: str = "GET",
        cookie: str = "",
    ) -> None:
        self.sent: list[dict[str, Any]] = []
        self.hung_up = asyncio.Event()
        self.waiting = [{"type": "http.request", "body": b""}]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "headers": [(b"host", host.encode()), (b"cookie", cookie.encode())],
        }
        self.asking = asyncio.create_task(handler(scope, self.receive, self.send))

    async def receive(self) -> dict[str, Any]:
        if self.waiting:
            return self.waiting.pop()
        await self.hung_up.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    async def answer(self) -> tuple[int, dict[bytes, bytes], bytes]:
        await self.asking
        head, *parts = self.sent
        return head["status"], dict(head["headers"]), b"".join(one["body"] for one in parts)


@pytest.fixture
def _known_hosts(db: None) -> None:
    assert company_for_host(ACME)
    assert company_for_host(GLOBEX)


pytestmark = pytest.mark.usefixtures("_known_hosts")


@pytest.fixture
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "PATIENCE", 0.05)


def test_a_burst_of_one_company_takes_half_and_everybody_is_answered() -> None:
    async def burst() -> None:
        handler = Slow()
        asked = [Client(handler, ACME) for _ in range(HALF * 4)]
        await handler.until(acme=HALF)
        other = Client(handler, GLOBEX)
        await handler.until(acme=HALF, globex=1)
        handler.may_answer.set()
        assert {(await one.answer())[0] for one in [*asked, other]} == {200}
        assert handler.most[ACME] == HALF

    asyncio.run(burst())


def test_hosts_that_nobody_knows_share_one_half() -> None:
    async def flood() -> None:
        handler = Slow()
        asked = [Client(handler, f"nobody{n}.localhost") for n in range(HALF * 2)]
        acme = Client(handler, ACME)
        while sum(handler.running.values()) < HALF + 1:
            await asyncio.sleep(0.01)
        assert handler.running[ACME] == 1
        handler.may_answer.set()
        await asyncio.gather(*(one.answer() for one in [*asked, acme]))

    asyncio.run(flood())


def test_pages_taps_and_health_do_not_wait_for_each_other() -> None:
    async def full() -> None:
        handler = Slow()
        hosts = (ACME, GLOBEX)
        pages = [Client(handler, host) for host in hosts for _ in range(HALF)]
        await handler.until(acme=HALF, globex=HALF)
        taps = [Client(handler, host, "/api/v1/incidents", "POST") for host in hosts]
        health = Client(handler, GLOBEX, "/health/")
        await handler.until(acme=HALF + 1, globex=HALF + 2)
        handler.may_answer.set()
        await asyncio.gather(*(one.answer() for one in [*pages, *taps, health]))

    asyncio.run(full())


def test_anyone_who_hangs_up_leaves_the_line_but_no_thread_without_its_turn() -> None:
    """The thread goes on, with its connection; so its turn is not given to the next."""

    async def impatient() -> None:
        handler = Slow()
        first = [Client(handler, ACME) for _ in range(HALF)]
        await handler.until(acme=HALF)
        waiting = Client(handler, ACME)
        for one in [*first, waiting]:
            one.hung_up.set()
        last = Client(handler, ACME)
        await asyncio.sleep(0.2)
        assert handler.running[ACME] == HALF
        handler.may_answer.set()
        assert (await last.answer())[0] == 200
        await asyncio.gather(*(one.asking for one in [*first, waiting]))
        assert (waiting.sent, handler.most[ACME]) == ([], HALF)

    asyncio.run(impatient())


@pytest.mark.usefixtures("_impatient")
@pytest.mark.parametrize(
    ("path", "cookie", "says"),
    [
        ("/portal/", "", "ただいま混み合っています"),
        ("/portal/", "lang=en", "The service is busy"),
        ("/api/v1/incidents", "", '"code": "busy"'),
    ],
)
def test_anyone_who_waits_too_long_is_asked_to_come_again(
    path: str, cookie: str, says: str
) -> None:
    async def late() -> None:
        handler = Slow()
        first = [Client(handler, ACME, path) for _ in range(TURNS[door.kind_of(path)] // 2)]
        await handler.until(acme=len(first))
        status, headers, body = await Client(handler, ACME, path, cookie=cookie).answer()
        handler.may_answer.set()
        await asyncio.gather(*(one.answer() for one in first))
        assert (status, headers[b"Retry-After"]) == (503, b"1")
        assert says in body.decode()

    asyncio.run(late())
