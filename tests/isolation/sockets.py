"""A websocket client without a network: the application's own half, spoken to as a server does."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from config import asgi
from tests.isolation.twin_company import Credential


class Socket:
    def __init__(self, path: str, host: str, credential: Credential, origin: str = "") -> None:
        token = credential.headers.get("Authorization", "").removeprefix("Bearer ")
        cookies = "; ".join(f"{name}={value}" for name, value in credential.cookies.items())
        headers = {"host": host, "cookie": cookies, "origin": origin}
        self.scope: dict[str, Any] = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "headers": [(k.encode(), v.encode()) for k, v in headers.items() if v],
            "subprotocols": ["sobani.v1", f"token.{token}"] if token else [],
        }
        self._to: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def run(self) -> None:
        await self._to.put({"type": "websocket.connect"})
        await asgi.application(self.scope, self._to.get, self._from.put)

    async def say(self, message: Any) -> None:
        await self._to.put({"type": "websocket.receive", "text": json.dumps(message)})

    async def hear(self, patience: float = 5) -> dict[str, Any]:
        """The next message, or {"closed": code}."""
        async with asyncio.timeout(patience):
            while True:
                event = await self._from.get()
                if event["type"] == "websocket.send":
                    message: dict[str, Any] = json.loads(event["text"])
                    return message
                if event["type"] == "websocket.close":
                    return {"closed": event.get("code", 1000)}

    async def leave(self) -> None:
        await self._to.put({"type": "websocket.disconnect", "code": 1000})


@asynccontextmanager
async def opened(*args: Any, **kwargs: Any) -> AsyncIterator[Socket]:
    socket = Socket(*args, **kwargs)
    running = asyncio.create_task(socket.run())
    try:
        yield socket
    finally:
        await socket.leave()
        async with asyncio.timeout(5):
            await asyncio.gather(running, return_exceptions=True)
