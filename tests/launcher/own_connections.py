"""An application that says how the sockets of its own connections are set."""

import json
import os
import socket
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

Message = MutableMapping[str, Any]


async def application(
    scope: Message,
    receive: Callable[[], Awaitable[Message]],
    send: Callable[[Message], Awaitable[None]],
) -> None:
    if scope["type"] != "http":
        return
    body = json.dumps(list(no_delays())).encode()
    head = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": head})
    await send({"type": "http.response.body", "body": body})


def no_delays() -> Iterator[bool]:
    """TCP_NODELAY of each connection that somebody has made to this process."""
    for entry in Path("/proc/self/fd").iterdir():
        with suppress(OSError), socket.socket(fileno=os.dup(int(entry.name))) as connection:
            if connection.family == socket.AF_INET:
                connection.getpeername()  # which the listening socket has not
                yield bool(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
