"""The least of HTTP/1.1 that a load generator needs: it shares two cores with what it measures."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    """0: no answer."""
    head: bytes = b""
    body: bytes = b""

    @property
    def is_ok(self) -> bool:
        return 200 <= self.status < 300

    def json(self) -> Any:
        return json.loads(self.body)


class Connection:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    @classmethod
    async def open(cls, port: int) -> "Connection":
        return cls(*await asyncio.open_connection("127.0.0.1", port))

    async def exchange(self, request: bytes) -> Reply:
        self.writer.write(request)
        head = await self.reader.readuntil(b"\r\n\r\n")
        lower = head.lower()
        at = lower.find(b"content-length:")
        if at < 0:  # in chunks, as short refusals come: the status is enough, the rest is not read
            self.close()
            return Reply(int(head[9:12]), head)
        body = await self.reader.readexactly(int(lower[at + 15 : lower.index(b"\r\n", at)]))
        return Reply(int(head[9:12]), head, body)

    def close(self) -> None:
        self.writer.close()


class Client:
    """As many connections as are needed at once; each is used again when it is free."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.free: list[Connection] = []

    async def send(self, request: bytes) -> Reply:
        try:
            async with asyncio.timeout(PATIENCE):
                connection = self._kept() or await Connection.open(self.port)
                reply = await connection.exchange(request)
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            return Reply(0)
        if not connection.writer.is_closing():
            self.free.append(connection)
        return reply

    def _kept(self) -> Connection | None:
        """One that the server has not closed meanwhile, as it does with idle ones."""
        while self.free:
            connection = self.free.pop()
            if not connection.reader.at_eof():
                return connection
            connection.close()
        return None

    def close(self) -> None:
        for connection in self.free:
            connection.close()


def request(
    method: str,
    path: str,
    *,
    host: str,
    token: str = "",
    body: object = None,
    headers: Sequence[str] = (),
) -> bytes:
    """The bytes of a request whose body is JSON."""
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", f"Content-Length: {len(data)}"]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body is not None:
        lines.append("Content-Type: application/json")
    return "\r\n".join([*lines, *headers, "", ""]).encode() + data
