"""A server that answers before anything is durable. The kill proof must find it out.

`python -m tests.live.answers_too_early run` is the whole stack with this application in the web
process.
"""

import asyncio
import json
import re
import sys
from typing import Any

from launcher import run

UNIT = re.compile(r"^/ingest/[0-9a-f-]{36}/units/(\d+)$")
LATER = 5.0
_background: set["asyncio.Task[None]"] = set()


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    match = UNIT.match(scope.get("path", ""))
    if scope["type"] != "http" or scope["method"] != "PUT" or match is None:
        await real(scope, receive, send)
        return
    message = await receive()
    headers = dict(scope["headers"])
    body = json.dumps({"next": int(match[1]) + 1}).encode()
    answer = [
        (b"content-type", b"application/json"),
        (b"content-digest", headers[b"content-digest"]),
    ]
    await send({"type": "http.response.start", "status": 201, "headers": answer})
    await send({"type": "http.response.body", "body": body})
    task = asyncio.create_task(forward(scope, message))
    _background.add(task)
    task.add_done_callback(_background.discard)


async def forward(scope: dict[str, Any], message: dict[str, Any]) -> None:
    async def receive() -> dict[str, Any]:
        return message

    async def send(_message: dict[str, Any]) -> None:
        return None

    await asyncio.sleep(LATER)
    await real(scope, receive, send)


if __name__ == "__main__":
    run.APPLICATION = "tests.live.answers_too_early:application"
    sys.exit(run.run())
else:
    from config.asgi import application as real
