"""How much of a body is read at the device API's door, before anything else is done with it.

A press has to be answered while the phone still waits. What is too long is refused before it has
been read, so that the app can send again without its extras; a button needs no body at all.
"""

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

LARGEST_BODY = 64 * 1024
LARGEST_BATCH = 1024 * 1024
BATCHES = "/locations"
BUTTON = "/api/v1/tap/"
BUTTON_WAITS = 2.0
"""Seconds for the body of a press that counts without one."""


class TooLong(Exception):
    """The body is longer than anything that is meant for this address."""


class ClientLeft(Exception):
    """The connection ended before the body did."""


async def body_of(scope: Any, receive: Receive) -> bytes:
    """Read the whole body. Raises TooLong, and ClientLeft where the rest will never come."""
    if scope["path"].startswith(BUTTON):
        return await _if_it_comes(scope, receive)
    return await _read(scope, receive)


async def _if_it_comes(scope: Any, receive: Receive) -> bytes:
    try:
        async with asyncio.timeout(BUTTON_WAITS):
            return await _read(scope, receive)
    except (TimeoutError, TooLong, ClientLeft):
        return b""


async def _read(scope: Any, receive: Receive) -> bytes:
    largest = LARGEST_BATCH if scope["path"].endswith(BATCHES) else LARGEST_BODY
    if announced(scope) > largest:
        raise TooLong
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ClientLeft
        body += message.get("body", b"")
        if len(body) > largest:
            raise TooLong
        if not message.get("more_body", False):
            return bytes(body)


def announced(scope: Any) -> int:
    for name, value in scope["headers"]:
        if name == b"content-length":
            return int(value)
    return 0


def plain(scope: Any, body: bytes) -> Any:
    """The scope without what the sender says of the body, and with its length."""
    of_body = (b"content-type", b"content-length", b"content-encoding", b"transfer-encoding")
    kept = [pair for pair in scope["headers"] if pair[0] not in of_body]
    return {**scope, "headers": [*kept, (b"content-length", b"%d" % len(body))]}


def replayed(body: bytes, receive: Receive) -> Receive:
    """A receive that gives the body at once and then only says when the client leaves."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        if left:
            return left.pop()
        while (message := await receive())["type"] == "http.request":
            pass
        return message

    return again
