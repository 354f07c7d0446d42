"""HTTP as a device does it: five seconds of patience, then again, until it is answered."""

import asyncio
import random
from dataclasses import dataclass, field
from typing import Any

import aiohttp

PATIENCE = aiohttp.ClientTimeout(total=5)
FIRST_WAIT, LONGEST_WAIT = 0.25, 30.0
TRY_AGAIN = {401, 408, 425, 429}


class RequestRefused(Exception):
    """The server has understood and said no; the same again cannot help."""

    def __init__(self, what: str, status: int, text: str) -> None:
        super().__init__(f"{what}: {status} {text[:200]}")
        self.status = status


class ServerAway(Exception):
    """Nothing has answered for too long."""


@dataclass(frozen=True, slots=True)
class HttpReply:
    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@dataclass(slots=True)
class Caller:
    """Calls one server under a company's name."""

    session: aiohttp.ClientSession
    url: str
    host: str
    give_up_after: float = 120.0

    async def once(self, method: str, path: str, **request: Any) -> HttpReply:
        headers = {"Host": self.host, "Accept-Language": "ja", **request.pop("headers", {})}
        async with self.session.request(
            method,
            self.url + path,
            headers=headers,
            timeout=PATIENCE,
            allow_redirects=False,
            **request,
        ) as answer:
            return HttpReply(answer.status, await answer.read(), dict(answer.headers))

    async def retry(self, method: str, path: str, **request: Any) -> HttpReply:
        """The 2xx. Raises RequestRefused on a final no, ServerAway after a long silence."""
        loop = asyncio.get_running_loop()
        began, wait = loop.time(), FIRST_WAIT
        while True:
            problem = "no answer"
            try:
                answer = await self.once(method, path, **request)
                if answer.ok:
                    return answer
                problem = f"{answer.status} {answer.body[:120].decode(errors='replace')}"
                if 300 <= answer.status < 500 and answer.status not in TRY_AGAIN:
                    raise RequestRefused(f"{method} {path}", answer.status, problem)
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                problem = str(error) or type(error).__name__
            if loop.time() - began > self.give_up_after:
                raise ServerAway(f"{self.url} does not answer {method} {path}: {problem}")
            await asyncio.sleep(random.uniform(0, wait))  # noqa: S311
            wait = min(LONGEST_WAIT, wait * 2)
