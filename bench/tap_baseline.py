"""What a tap costs at least: its own statements by bare psycopg, one publish, a bare websocket.

Served by uvicorn as the product is. Its database, broker and recorded tap are in the environment.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from psycopg import AsyncClientCursor, AsyncConnection
from redis.asyncio import Redis

from bench.recorded_tap import RecordedTap, Replay

CHANNEL = "bench.floor"
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

CLOSE = """
UPDATE incidents_incident SET state = 'closed', closed_at = now(), next_move = NULL,
  next_move_at = NULL WHERE public_id = %s"""
CANCEL = """
DELETE FROM public.jobs_job WHERE state = 'pending' AND key LIKE %s"""


class Baseline:
    def __init__(self) -> None:
        self.replay = Replay(RecordedTap.load(Path(os.environ["RECORDED_TAP"])))
        self.broker = Redis.from_url(os.environ["REDIS_URL"])
        self.connection: AsyncConnection[Any] | None = None
        self.incident = ""

    async def connected(self) -> AsyncConnection[Any]:
        if self.connection is None:
            self.connection = await AsyncConnection.connect(
                os.environ["DATABASE_URL"], autocommit=True, cursor_factory=AsyncClientCursor
            )
        return self.connection

    async def tap(self) -> None:
        self.incident = await self.replay.run(await self.connected())
        await self.broker.publish(CHANNEL, b'{"t": "alarm"}')

    async def close(self) -> None:
        """As she would: one open incident a person is all there can be."""
        connection = await self.connected()
        await connection.execute(CLOSE, [self.incident])
        await connection.execute(CANCEL, [f"move:{self.incident}:%"])

    async def http(self, path: str, receive: Receive, send: Send) -> None:
        while (await receive()).get("more_body"):
            pass
        await (self.tap() if path == "/tap" else self.close())
        headers = [(b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 201, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    async def page(self, receive: Receive, send: Send) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        async with self.broker.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            await send({"type": "websocket.send", "text": '{"t": "hello"}'})
            listening = asyncio.create_task(self.forward(pubsub, send))
            while (await receive())["type"] != "websocket.disconnect":
                pass
            listening.cancel()

    async def forward(self, pubsub: Any, send: Send) -> None:
        async for message in pubsub.listen():
            if message["type"] == "message":
                await send({"type": "websocket.send", "text": message["data"].decode()})


baseline = Baseline()


async def application(scope: Message, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await baseline.http(scope["path"], receive, send)
    elif scope["type"] == "websocket":
        await baseline.page(receive, send)
