"""What a row yields, and how it says how far it is."""

import gc
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Figure:
    what: str
    value: float
    unit: str
    reach: str = ""
    """The figure to reach, such as "<= 4"; empty where the value only explains another."""
    note: str = ""

    @property
    def is_reached(self) -> bool | None:
        if not self.reach:
            return None
        sign, _space, wanted = self.reach.partition(" ")
        limit = float(wanted)
        return self.value <= limit if sign == "<=" else self.value >= limit

    @property
    def more_is_better(self) -> bool:
        return self.reach.startswith(">=") or self.unit.endswith("/s")


class NotRun(Exception):
    """Something that the row compares with is not on this machine. Says how to get it."""


def sized(full: int, quick: int) -> int:
    """`--quick` shows in a few seconds that a row works; its figures mean little."""
    return quick if os.environ.get("BENCH_QUICK") else full


def percentile(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


def progress(what: str, items: Iterable[T], total: int) -> Iterator[T]:
    """Pass the items on; on a terminal in one line, elsewhere a line every five seconds."""
    is_terminal = sys.stderr.isatty()
    every = 0.2 if is_terminal else 5.0
    start = reported = time.monotonic()
    for number, item in enumerate(items, start=1):
        yield item
        now = time.monotonic()
        if now - reported >= every:
            reported = now
            end = "\r" if is_terminal else "\n"
            line = f"  {what}: {number}/{total}, {now - start:.0f} s"
            print(f"{line:70}", end=end, file=sys.stderr, flush=True)


def say(text: str) -> None:
    print(f"  {text:68}", file=sys.stderr, flush=True)


def settle() -> None:
    """Before a row that measures inside this process: what was built for it is no server's heap.

    Otherwise one look in twenty waits for the collector to walk over all of it.
    """
    gc.collect()
    gc.freeze()
