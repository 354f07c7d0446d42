"""HLS playlists from what is stored: text from rows, nothing else.

Both playlists only ever append, whatever arrives late, and are the same in every process: what
they show follows from the rows alone (live.m3u8 decides by when a unit was received).
"""

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from recordings.timeline import Clock, UnitLine, continues, starts_anew

LIVE_WINDOW = 60
DVR_UNITS = 10
# A hole is waited for this long after something later has arrived, then live goes on without it.
HOLE_MS = 3000
# A unit received just in time may still be committing when the hole is judged.
COMMIT_MS = 500

ID3_OWNER = b"com.apple.streaming.transportStreamTimestamp\0"


@dataclass(frozen=True, slots=True)
class Segment:
    first_seq: int
    last_seq: int
    seconds: float
    wall_ms: int
    anew: bool
    """The decoder starts over: EXT-X-DISCONTINUITY."""
    gap: bool = False

    def lines(self, *, dated: bool) -> list[str]:
        lines = ["#EXT-X-DISCONTINUITY"] if self.anew else []
        if dated or self.anew:
            lines.append(f"#EXT-X-PROGRAM-DATE-TIME:{date_time(self.wall_ms)}")
        if self.gap:
            lines.append("#EXT-X-GAP")
        lines.append(f"#EXTINF:{self.seconds:.5f},")
        lines.append(f"u/{self.first_seq}-{self.last_seq}.aac")
        return lines


def date_time(wall_ms: int) -> str:
    at = datetime.fromtimestamp(wall_ms / 1000, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{wall_ms % 1000:03}Z"


def target_duration(seconds: float) -> int:
    """Whole seconds, halves up, as EXTINF is rounded when it is compared with it."""
    return max(1, int(seconds + 0.5))


def timestamp_tag(first_sample: int, rate: int) -> bytes:
    """What a packed audio segment must begin with: its media time, 33 bits at 90 kHz."""
    ticks = (first_sample * 90000 // rate) % (1 << 33)
    owner = ID3_OWNER + ticks.to_bytes(8, "big")
    frame = b"PRIV" + len(owner).to_bytes(4, "big") + b"\0\0" + owner
    return b"ID3\x04\0\0" + len(frame).to_bytes(4, "big") + frame


class LivePlaylist:
    """live.m3u8: the last minute, one unit a segment, holes skipped."""

    def __init__(self, unit_seconds: float) -> None:
        self.target = target_duration(unit_seconds)
        self.next_seq = 0
        self.media_sequence = 0
        self.discontinuity_sequence = 0
        self.window: deque[Segment] = deque()
        self.ended = False
        self._last: UnitLine | None = None
        self._clock = Clock()

    @property
    def next_media_sequence(self) -> int:
        return self.media_sequence + len(self.window)

    def advance(self, units: Sequence[UnitLine], *, now_ms: int, ended: bool) -> None:
        """Take what may be published of the units from next_seq on, in order of seq."""
        units = units[bisect_left(units, self.next_seq, key=lambda unit: unit.seq) :]
        for unit, later_ms in zip(units, _earliest_later(units), strict=True):
            known_ms = unit.received_ms if later_ms is None else min(unit.received_ms, later_ms)
            is_hole = unit.seq > self.next_seq
            if is_hole and not ended and known_ms + HOLE_MS + COMMIT_MS > now_ms:
                return
            self.next_seq = unit.seq + 1
            if later_ms is None or unit.received_ms <= later_ms + HOLE_MS:
                self._append(unit)
        self.ended = ended

    def _append(self, unit: UnitLine) -> None:
        anew = self._last is not None and not continues(self._last, unit)
        wall_ms = self._clock.wall_ms(unit, anew=anew or self._last is None)
        self.window.append(Segment(unit.seq, unit.seq, unit.seconds, wall_ms, anew))
        self._last = unit
        if len(self.window) > LIVE_WINDOW:
            self.media_sequence += 1
            self.discontinuity_sequence += self.window.popleft().anew

    def text(self, *, can_block: bool) -> str:
        lines = ["#EXTM3U", "#EXT-X-VERSION:8", f"#EXT-X-TARGETDURATION:{self.target}"]
        if can_block:
            lines.append("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES")
        lines.append(f"#EXT-X-MEDIA-SEQUENCE:{self.media_sequence}")
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{self.discontinuity_sequence}")
        for index, segment in enumerate(self.window):
            lines.extend(segment.lines(dated=index == 0))
        if self.ended:
            lines.append("#EXT-X-ENDLIST")
        return "\n".join(lines) + "\n"


def _earliest_later(units: Sequence[UnitLine]) -> list[int | None]:
    """For each unit, when the first of the units after it was received."""
    earliest: int | None = None
    found: list[int | None] = []
    for unit in reversed(units):
        found.append(earliest)
        earliest = unit.received_ms if earliest is None else min(earliest, unit.received_ms)
    return found[::-1]


class DvrPlaylist:
    """dvr.m3u8: everything from the start in segments of ten units, holes kept as EXT-X-GAP.

    The first units are segments of their own, so that one can listen from the start at once.
    """

    def __init__(self, unit_seconds: float) -> None:
        self.unit_seconds = unit_seconds
        self.target = target_duration(unit_seconds * DVR_UNITS)
        self.next_seq = 0
        self.ended = False
        self._group: list[UnitLine] = []
        self._last: UnitLine | None = None
        self._anew = False
        self._group_wall_ms = 0
        self._clock = Clock()
        self._lines: list[str] = []

    def advance(
        self, units: Sequence[UnitLine], *, lost: Sequence[tuple[int, int]], ended: bool
    ) -> None:
        """`units` in order of seq; `lost` are the holes that will not be filled any more. When the
        recording has ended, every hole is one."""
        if self.ended:
            return
        start = bisect_left(units, self.next_seq, key=lambda unit: unit.seq)
        for unit in units[start:]:
            if unit.seq > self.next_seq:
                if not ended and not _covered(self.next_seq, unit.seq - 1, lost):
                    return
                self._gap(self.next_seq, unit)
            self._append(unit)
        if ended:
            self._flush()
            self.ended = True

    def _append(self, unit: UnitLine) -> None:
        if self._group and not continues(self._group[-1], unit):
            self._flush()
        if not self._group:
            # After a gap in one run the media time jumps by the gap: no new start for the decoder.
            self._anew = self._last is not None and starts_anew(self._last, unit)
            first = self._last is None
            self._group_wall_ms = self._clock.wall_ms(unit, anew=self._anew or first)
        else:
            self._clock.wall_ms(unit, anew=False)
        self._group.append(unit)
        self._last = unit
        self.next_seq = unit.seq + 1
        if len(self._group) >= (1 if unit.seq < DVR_UNITS else DVR_UNITS):
            self._flush()

    def _flush(self) -> None:
        if not self._group:
            return
        seconds = sum(unit.seconds for unit in self._group)
        first, last = self._group[0].seq, self._group[-1].seq
        segment = Segment(first, last, seconds, self._group_wall_ms, self._anew)
        self._lines.extend(segment.lines(dated=True))
        self._group = []

    def _gap(self, first: int, unit: UnitLine) -> None:
        self._flush()
        count = unit.seq - first
        seconds = _gap_seconds(self._last, unit, count * self.unit_seconds) / count
        wall_ms = self._wall_before(unit, count * seconds)
        for start in range(first, unit.seq, DVR_UNITS):
            end = min(start + DVR_UNITS, unit.seq) - 1
            length = (end - start + 1) * seconds
            segment = Segment(start, end, length, wall_ms, anew=False, gap=True)
            self._lines.extend(segment.lines(dated=True))
            wall_ms += round(length * 1000)
        self.next_seq = unit.seq

    def _wall_before(self, unit: UnitLine, seconds: float) -> int:
        return self._clock.end_ms or unit.device_ms - round(seconds * 1000)

    def text(self) -> str:
        kind = "VOD" if self.ended else "EVENT"
        head = [
            "#EXTM3U",
            "#EXT-X-VERSION:8",
            f"#EXT-X-TARGETDURATION:{self.target}",
            f"#EXT-X-PLAYLIST-TYPE:{kind}",
            "#EXT-X-MEDIA-SEQUENCE:0",
        ]
        end = ["#EXT-X-ENDLIST"] if self.ended else []
        return "\n".join([*head, *self._lines, *end]) + "\n"


def _covered(first: int, last: int, ranges: Iterable[tuple[int, int]]) -> bool:
    """Whether the sorted ranges hold every number from first to last."""
    for start, end in sorted(ranges):
        if start <= first <= end:
            first = end + 1
    return first > last


def _gap_seconds(before: UnitLine | None, after: UnitLine, guess: float) -> float:
    """By the run's own count of samples where it goes through the hole."""
    if before is None or starts_anew(before, after):
        return guess
    return (after.first_sample - before.end_sample) / after.rate or guess
