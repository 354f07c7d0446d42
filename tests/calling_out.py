"""What is called over the network while something runs: real calls, heard by the interpreter."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_listening = threading.local()


def _hear(event: str, what: tuple[Any, ...]) -> None:
    calls = getattr(_listening, "calls", None)
    if calls is None:
        return
    if event == "socket.getaddrinfo":
        calls.append(f"asked for the address of {what[0]}")
    if event == "socket.connect" and isinstance(what[1], tuple):  # not our own, which are files
        calls.append(f"called {what[1][0]}:{what[1][1]}")


sys.addaudithook(_hear)


@contextmanager
def calls() -> Iterator[list[str]]:
    """Of this thread."""
    before, _listening.calls = getattr(_listening, "calls", None), []
    try:
        yield _listening.calls
    finally:
        _listening.calls = before
