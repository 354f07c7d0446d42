"""The units of one recording in order, without their bytes: what playlists are made from.

A listener's process keeps one index per recording and only asks for what it does not hold yet.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class IndexedUnit:
    """One unit. Times are Unix ms; ``spoken_ms`` is the device's clock at its first sample."""

    seq: int
    first_sample: int
    samples: int
    run: str
    spoken_ms: int | None
    sent_ms: int | None
    received_ms: int


@dataclass(frozen=True, slots=True)
class UnitGap:
    first: int
    last: int
    after_ms: int
    """When the first unit behind the hole arrived."""


@dataclass(slots=True)
class UnitIndex:
    units: list[IndexedUnit] = field(default_factory=list)
    """Gapless from unit 0."""
    later: dict[int, IndexedUnit] = field(default_factory=dict)
    """Units behind the first hole."""
    _breaks: list[int] = field(default_factory=list)
    """For each gapless unit: how often the encoder was restarted up to it."""

    @property
    def next(self) -> int:
        return len(self.units)

    @property
    def end(self) -> int:
        """One more than the highest number that arrived."""
        return max(self.later, default=len(self.units) - 1) + 1

    def add(self, units: Iterable[IndexedUnit]) -> None:
        for unit in units:
            if unit.seq >= self.next:
                self.later[unit.seq] = unit
        while (unit_here := self.later.pop(self.next, None)) is not None:
            self._append(unit_here)

    def _append(self, unit: IndexedUnit) -> None:
        so_far = self._breaks[-1] if self._breaks else 0
        restarted = bool(self.units) and self.units[-1].run != unit.run
        self.units.append(unit)
        self._breaks.append(so_far + restarted)

    def breaks_before(self, seq: int) -> int:
        """Encoder restarts up to and including this unit."""
        if seq < self.next:
            return self._breaks[seq]
        behind = [self.later[n].run for n in sorted(self.later) if n <= seq]
        runs = [self.units[-1].run, *behind] if self.units else behind
        restarts = sum(former != latter for former, latter in pairwise(runs))
        return restarts + (self._breaks[-1] if self._breaks else 0)

    def get(self, seq: int) -> IndexedUnit | None:
        return self.units[seq] if 0 <= seq < self.next else self.later.get(seq)

    def gaps(self) -> Iterator[UnitGap]:
        first = self.next
        for seq in sorted(self.later):
            if seq > first:
                yield UnitGap(first, seq - 1, self.later[seq].received_ms)
            first = seq + 1
