"""Where units stand in time. Media time is the run's count of samples, never the time of arrival;
the device's clock, corrected, says when it was."""

from collections import deque
from dataclasses import dataclass
from enum import IntFlag

# How long back the shortest delay is looked for, by which the device's clock is corrected.
SKEW_MS = 300_000


class Flag(IntFlag):
    NONE = 0
    DISCONTINUITY = 1
    MUTED = 2
    INTERRUPTED = 4


@dataclass(frozen=True, slots=True)
class UnitLine:
    """A stored unit without its sound."""

    seq: int
    run: str
    first_sample: int
    samples: int
    rate: int
    device_ms: int
    sent_ms: int | None
    received_ms: int
    flags: int = 0

    @property
    def seconds(self) -> float:
        return self.samples / self.rate

    @property
    def end_sample(self) -> int:
        return self.first_sample + self.samples


def starts_anew(before: UnitLine, unit: UnitLine) -> bool:
    """The encoder was started again between the two, or says so."""
    same_run = before.run == unit.run or not before.run or not unit.run
    flagged = bool(unit.flags & Flag.DISCONTINUITY)
    backwards = unit.first_sample < before.end_sample
    return not same_run or flagged or backwards or before.rate != unit.rate


def continues(before: UnitLine, unit: UnitLine) -> bool:
    """Not a sample is missing between the two."""
    return (
        unit.seq == before.seq + 1
        and unit.first_sample == before.end_sample
        and not starts_anew(before, unit)
    )


class Clock:
    """Wall time of units taken in order. Inside a run it goes by samples alone."""

    def __init__(self) -> None:
        self._delays: deque[tuple[int, int]] = deque()
        self._anchor: UnitLine | None = None
        self._anchor_ms = 0
        self.end_ms = 0
        """When the unit taken last ended; 0 before the first."""

    def wall_ms(self, unit: UnitLine, *, anew: bool) -> int:
        """When the unit's first sample was heard; `anew` looks at the device's clock again."""
        self._note_delay(unit)
        if anew or self._anchor is None:
            self._anchor = unit
            self._anchor_ms = max(self.end_ms, unit.device_ms + self._skew_ms())
        passed = unit.first_sample - self._anchor.first_sample
        wall_ms = self._anchor_ms + round(passed * 1000 / unit.rate)
        self.end_ms = wall_ms + round(unit.seconds * 1000)
        return wall_ms

    def _note_delay(self, unit: UnitLine) -> None:
        if unit.sent_ms is not None:
            self._delays.append((unit.received_ms, unit.received_ms - unit.sent_ms))
        while self._delays and self._delays[0][0] < unit.received_ms - SKEW_MS:
            self._delays.popleft()

    def _skew_ms(self) -> int:
        """The shortest way that a unit took: what is left of it is the clocks' difference."""
        return min((delay for _at, delay in self._delays), default=0)
