"""Whether a stream is whole: every entry chained to the one before, and none missing at the end.

Pure, so that an export can be checked by the same code without a database.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

GENESIS = b"\x00"


class Head(Protocol):
    @property
    def seq(self) -> int: ...
    @property
    def hash(self) -> bytes | memoryview: ...


class Entry(Head, Protocol):
    @property
    def stream(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def payload(self) -> Any: ...
    @property
    def canon(self) -> str: ...
    @property
    def prev_hash(self) -> bytes | memoryview: ...


@dataclass(frozen=True, slots=True)
class ChainProblem:
    seq: int
    code: str

    def __str__(self) -> str:
        return f"{self.seq}: {self.code}"


def verify_stream(events: Iterable[Entry], head: Head | None) -> list[ChainProblem]:
    """What is wrong with a stream, given its entries in order; nothing when it is whole."""
    problems: list[ChainProblem] = []
    seq, last, stream = 0, GENESIS, None
    for event in events:
        stream = stream if stream is not None else event.stream
        problems += [ChainProblem(event.seq, code) for code in _faults(event, seq, last, stream)]
        seq, last = event.seq, bytes(event.hash)
    return problems + [ChainProblem(seq, code) for code in _head_faults(seq, last, head)]


def _faults(event: Entry, seq: int, last: bytes, stream: str) -> Iterator[str]:
    if event.seq != seq + 1:
        yield "gap"
    if bytes(event.prev_hash) != last:
        yield "broken-link"
    if hashlib.sha256(last + event.canon.encode()).digest() != bytes(event.hash):
        yield "wrong-hash"
    if event.stream != stream:
        yield "foreign-entry"
    yield from _canon_faults(event)


def _canon_faults(event: Entry) -> Iterator[str]:
    """The readable columns must say what was hashed."""
    try:
        canon = json.loads(event.canon)
        version, stream, number = canon["v"], canon["stream"], canon["seq"]
        moment, payload = canon["at"], canon["p"]
    except (ValueError, KeyError, TypeError):
        yield "unreadable"
        return
    if (version, stream, number) != (1, event.stream, event.seq):
        yield "other-place"
    if moment != event.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"):
        yield "other-time"
    if payload != event.payload:
        yield "other-payload"


def _head_faults(seq: int, last: bytes, head: Head | None) -> Iterator[str]:
    if head is None:
        if seq:
            yield "no-head"
    elif (head.seq, bytes(head.hash)) != (seq, last):
        yield "cut-short" if head.seq > seq else "other-head"
