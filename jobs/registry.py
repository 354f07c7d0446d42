"""Which function does which kind of job. Apps declare theirs in `tasks.py`."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from jobs.models import Job


@dataclass(frozen=True, slots=True)
class LastWord:
    """What a job that calls out writes in the very statement that marks it done: a change of one
    row, in its company. It stands even if somebody else has taken the job meanwhile."""

    sql: str
    values: Sequence[Any]


Work = Callable[[Job], LastWord | None]
Payload = dict[str, Any]
CLOCK, SENDER, WORKER = "clock", "sender", "worker"


class Retry(Exception):
    """Raised by a handler that wants to be run again later."""

    def __init__(self, after: timedelta, reason: str = "") -> None:
        super().__init__(reason)
        self.after = after


@dataclass(frozen=True, slots=True)
class Handler:
    kind: str
    work: Work
    lane: int
    calls_out: bool
    """True: runs outside a transaction under a lease, so it must be idempotent."""
    every: timedelta | None = None
    """Done, it comes back after this time; its row stays the same forever."""
    ways: tuple[str, ...] = ()
    """Crews of its own, of which each job says one: peers that hang hold up their own alone."""
    rests: bool = True
    """While the company is suspended; False: the work decides by itself."""


@dataclass(frozen=True, slots=True)
class Subscription:
    handler: Handler
    wants: Callable[[Payload], bool]


handlers: dict[str, Handler] = {}
subscribers: defaultdict[str, list[Subscription]] = defaultdict(list)


def handler(
    kind: str,
    *,
    lane: int = 1,
    calls_out: bool = False,
    every: timedelta | None = None,
    ways: tuple[str, ...] = (),
    rests: bool = True,
) -> Callable[[Work], Work]:
    def register(work: Work) -> Work:
        if kind in handlers:
            raise ValueError(f"two handlers for {kind}")
        if calls_out and every is not None:
            raise ValueError(f"{kind} comes back, so it touches the database only")
        handlers[kind] = Handler(kind, work, lane, calls_out, every, ways, rests)
        return work

    return register


def subscriber(
    fact: str,
    *,
    name: str,
    lane: int = 1,
    calls_out: bool = False,
    wants: Callable[[Payload], bool] = lambda _payload: True,
) -> Callable[[Work], Work]:
    """Register a function for every announcement of ``fact`` that it ``wants``, by its own job;
    asked in the transaction of the fact."""

    def register(work: Work) -> Work:
        kind = f"{fact}:{name}"
        handler(kind, lane=lane, calls_out=calls_out)(work)
        subscribers[fact].append(Subscription(handlers[kind], wants))
        return work

    return register


def crew_of(kind: str, lane: int) -> str:
    """The crew that runs this kind: what calls out never holds up the clocks."""
    if lane == 1:
        return WORKER
    return SENDER if kind in handlers and handlers[kind].calls_out else CLOCK


def sender_crews() -> list[str]:
    """Crews of everything in lane 0 that calls out."""
    return [SENDER, *sorted({way for handler in handlers.values() for way in handler.ways})]
