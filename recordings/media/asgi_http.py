"""The little of HTTP that the media planes need: raw ASGI, no framework, errors as problem+json."""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

from web.problems import CONTENT_TYPE, Problem, busy, is_busy

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Gone(Exception):
    """The other side went away in the middle of its request: there is nobody to answer."""


class Request:
    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.method = str(scope["method"])
        self.path = str(scope["path"])
        self.query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        self._headers: dict[str, str] = {}
        for key, value in scope["headers"]:
            name, text = key.decode("latin-1"), value.decode("latin-1")
            # A field that came twice is one list (RFC 9110): nobody gets to choose the last one.
            known = self._headers.get(name)
            self._headers[name] = text if known is None else f"{known}, {text}"
        self._receive = receive

    def header(self, name: str) -> str:
        return self._headers.get(name, "")

    @property
    def media_type(self) -> str:
        return self.header("content-type").partition(";")[0].strip().lower()

    async def body(self, limit: int) -> bytes:
        """Read the body. Raises Problem 413 once over ``limit`` bytes came, or are announced."""
        announced = self.header("content-length")
        if announced.isdigit() and int(announced) > limit:
            raise Problem(413, "too-large", f"At most {limit} bytes.")
        parts: list[bytes] = []
        size = 0
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                raise Gone
            parts.append(message.get("body", b""))
            size += len(parts[-1])
            if size > limit:
                raise Problem(413, "too-large", f"At most {limit} bytes.")
            if not message.get("more_body"):
                return b"".join(parts)


class Answer:
    def __init__(
        self, status: int, body: bytes, content_type: str, headers: dict[str, str] | None = None
    ) -> None:
        self.status = status
        self.body = body
        self.headers = {
            "content-type": content_type,
            "content-length": str(len(body)),
            "cache-control": "private, no-store",
            "x-content-type-options": "nosniff",
            **(headers or {}),
        }

    async def send(self, send: Send) -> None:
        pairs = [(key.encode(), value.encode("latin-1")) for key, value in self.headers.items()]
        await send({"type": "http.response.start", "status": self.status, "headers": pairs})
        await send({"type": "http.response.body", "body": self.body})


def as_json(status: int, body: Any, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, json.dumps(body).encode(), "application/json", headers)


def as_problem(problem: Problem) -> Answer:
    headers = {key.lower(): value for key, value in problem.headers.items()}
    return Answer(problem.status, problem.as_bytes(), CONTENT_TYPE, headers)


Route = Callable[[Request], Awaitable[Answer]]


async def serve(route: Route, scope: Scope, receive: Receive, send: Send) -> None:
    """Run one request; every refusal is a Problem."""
    if scope["type"] != "http":
        return
    try:
        answer = await route(Request(scope, receive))
    except Problem as problem:
        answer = as_problem(problem)
    except Gone:
        return
    except Exception as error:
        if not is_busy(error):
            raise
        answer = as_problem(busy())
    await answer.send(send)
