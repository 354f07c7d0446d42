"""Requests come in their hundreds; so many run at once as there are connections for them."""

import asyncio
import threading
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse

from config.environment import MOST_CONNECTIONS
from config.handler import Handler

REQUESTS = MOST_CONNECTIONS * 3


class Slow(Handler):
    """Answers when it may, and knows how many requests were being answered at once."""

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = threading.Event()
        self.full = threading.Event()
        self.lock = threading.Lock()
        self.running = self.most = 0

    def get_response(self, request: HttpRequest) -> HttpResponse:
        with self.lock:
            self.running += 1
            self.most = max(self.most, self.running)
            if self.running == MOST_CONNECTIONS:
                self.full.set()
        self.may_answer.wait(20)
        with self.lock:
            self.running -= 1
        return HttpResponse(b"here")


async def asked(handler: Handler) -> int:
    sent: list[dict[str, Any]] = []
    left = asyncio.Event()
    waiting = [{"type": "http.request", "body": b""}]

    async def receive() -> dict[str, Any]:
        if waiting:
            return waiting.pop()
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": []}
    await handler(scope, receive, send)
    return int(sent[0]["status"])


@pytest.mark.django_db
def test_a_burst_waits_its_turn_and_everybody_is_answered() -> None:
    async def burst() -> list[int]:
        handler = Slow()
        asking = [asyncio.create_task(asked(handler)) for _ in range(REQUESTS)]
        assert await asyncio.to_thread(handler.full.wait, 20)
        handler.may_answer.set()
        answers = await asyncio.gather(*asking)
        assert handler.most == MOST_CONNECTIONS
        return answers

    assert asyncio.run(burst()) == [200] * REQUESTS
