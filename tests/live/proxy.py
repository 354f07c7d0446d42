"""A line between a browser and the web process that fails when a test says so.

It breaks the way networks do: connections are reset and new ones refused, also in the middle of
a body or before an answer; everything stays connected and nothing comes through; or only
websockets are refused, as some company's own proxy does. It can also be as long as a real one.
"""

import asyncio
import contextlib
import socket
import struct
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Coroutine
from dataclasses import dataclass, field
from typing import Any

RESET = struct.pack("ii", 1, 0)  # linger on, zero seconds: closing sends RST
REFUSAL = b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@dataclass
class Trap:
    """Cuts everything at the next request that starts with ``start``."""

    start: bytes
    after: int | None
    """So many bytes into its body; None: when its answer begins."""
    sprung: threading.Event = field(default_factory=threading.Event)


@dataclass(eq=False)
class Line:
    """One connection of a browser."""

    browser: asyncio.StreamWriter
    server: asyncio.StreamWriter
    is_websocket: bool = False
    trap: Trap | None = None
    left: int = 0
    """Bytes that may still pass to the server before the trap springs."""

    def reset(self) -> None:
        for end in (self.browser, self.server):
            if end.transport.is_closing():
                continue
            raw = end.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            end.transport.abort()


class Proxy:
    def __init__(self, port: int, target: int) -> None:
        self.port, self.target = port, target
        self.counts: Counter[str] = Counter()
        self._lines: set[Line] = set()
        self._trap: Trap | None = None
        self._refuses_websockets = False
        self._delay = 0.0
        self._listener: asyncio.Server | None = None
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self.restore()

    # What tests say

    def cut(self) -> None:
        """Every connection is reset, and new ones are refused until ``restore``."""
        self._run(self._cut())

    def restore(self) -> None:
        self._run(self._restore())

    def cut_inside(self, start: bytes, *, after: int) -> Trap:
        """Cut once ``after`` bytes of the next matching request's body have passed."""
        self._trap = Trap(start, after)
        return self._trap

    def cut_before_answer(self, start: bytes) -> Trap:
        """Cut when the server has done what the next matching request wants, and says so."""
        self._trap = Trap(start, None)
        return self._trap

    def refuse_websockets(self) -> None:
        self._run(self._refuse_websockets())

    def allow_websockets(self) -> None:
        self._refuses_websockets = False

    def freeze(self) -> None:
        """Nothing is closed and nothing comes through: a lift, a tunnel."""
        self._loop.call_soon_threadsafe(self._flowing.clear)

    def thaw(self) -> None:
        self._loop.call_soon_threadsafe(self._flowing.set)

    def take(self, round_trip: float) -> None:
        """From now on a question and its answer need so many seconds on the way."""
        self._delay = round_trip / 2

    def close(self) -> None:
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # In the proxy's own thread

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _restore(self) -> None:
        if self._listener is None:
            self._listener = await asyncio.start_server(self._accept, "127.0.0.1", self.port)

    async def _cut(self) -> None:
        if self._listener:
            self._listener.close()
            self._listener = None
        self.counts["cuts"] += 1
        self._flowing.set()
        for line in list(self._lines):
            self._reset(line)

    async def _refuse_websockets(self) -> None:
        self._refuses_websockets = True
        for line in list(self._lines):
            if line.is_websocket:
                self._reset(line)

    def _reset(self, line: Line) -> None:
        self.counts["resets"] += 1
        line.reset()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(2 * self._delay)  # the handshake
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self.target)
        line = Line(writer, to_server)
        self.counts["connections"] += 1
        self._lines.add(line)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._up(line, reader))
                both.create_task(self._down(line, from_server))
        except* OSError:
            pass
        finally:
            self._lines.discard(line)
            for end in (writer, to_server):
                end.close()

    async def _up(self, line: Line, reader: asyncio.StreamReader) -> None:
        async for data in self._pieces(reader):
            await self._flowing.wait()
            if self._is_refused(line, data):
                self.counts["websockets refused"] += 1
                line.browser.write(REFUSAL)
                break
            self._set_trap(line, data)
            if line.trap and line.trap.after is not None:
                data, line.left = data[: line.left], line.left - len(data)
            line.server.write(data)
            await line.server.drain()
            if line.trap and line.trap.after is not None and line.left <= 0:
                await self._spring(line)
        line.server.close()

    async def _down(self, line: Line, reader: asyncio.StreamReader) -> None:
        async for data in self._pieces(reader):
            await self._flowing.wait()
            if line.trap and line.trap.after is None:
                await self._spring(line)
                return
            line.browser.write(data)
            await line.browser.drain()
        line.browser.close()

    async def _pieces(self, reader: asyncio.StreamReader) -> AsyncGenerator[bytes]:
        """What arrives, late by the length of the line; much may be on the way at once."""
        on_the_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def enter() -> None:
            data = b"?"
            while data:
                data = b""
                with contextlib.suppress(OSError):
                    data = await reader.read(65_536)
                on_the_way.put_nowait((self._loop.time() + self._delay, data))

        entering = self._loop.create_task(enter())
        try:
            while (piece := await on_the_way.get())[1]:
                await asyncio.sleep(piece[0] - self._loop.time())
                yield piece[1]
        finally:
            entering.cancel()

    def _is_refused(self, line: Line, data: bytes) -> bool:
        if data.startswith(b"GET ") and b"upgrade: websocket" in data.lower():
            line.is_websocket = True
        return line.is_websocket and self._refuses_websockets

    def _set_trap(self, line: Line, data: bytes) -> None:
        """A browser sends a request in one piece, and the next one after its answer."""
        trap = self._trap
        if trap and data.startswith(trap.start):
            self._trap, line.trap = None, trap
            line.left = data.index(b"\r\n\r\n") + 4 + (trap.after or 0)

    async def _spring(self, line: Line) -> None:
        assert line.trap
        self.counts["cut in a body" if line.trap.after is not None else "answers lost"] += 1
        await asyncio.sleep(0.05)  # what has passed so far reaches the server before the reset
        await self._cut()
        line.trap.sprung.set()
        line.trap = None
