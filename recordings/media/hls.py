"""HLS playlists: text from the unit index, nothing else.

``live.m3u8`` lists the last minute, a unit a segment. It goes on without a hole after three
seconds, or at once where a device has gone ahead of what an outage has left it with.
``dvr.m3u8`` has everything from the start in segments of about ten seconds and holds its tail at a
hole until it is filled or given up, because it may only ever append.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from recordings.media.unit_index import IndexedUnit, UnitGap, UnitIndex

CONTENT_TYPE = "application/vnd.apple.mpegurl"
LIVE_WINDOW = 60
DVR_SECONDS = 10
GAP_MS = 3_000
AHEAD_UNITS = 4
SILENT_MS = 60_000
LOST_MS = 24 * 3600 * 1000
SKEW_MS = 300_000
SAMPLES_PER_FRAME = 1024
ID3_OWNER = b"com.apple.streaming.transportStreamTimestamp\0"


@dataclass(frozen=True, slots=True)
class StreamFormat:
    """A recording's metadata."""

    sample_rate: int
    frames_per_unit: int
    started_ms: int
    last_seq: int | None = None
    complete: bool = False
    gaps: tuple[tuple[int, int], ...] = ()

    @property
    def unit_seconds(self) -> float:
        return self.frames_per_unit * SAMPLES_PER_FRAME / self.sample_rate

    @property
    def target(self) -> int:
        return max(1, int(self.unit_seconds + 0.5))

    @property
    def units_per_segment(self) -> int:
        return max(1, round(DVR_SECONDS / self.unit_seconds))


@dataclass(frozen=True, slots=True)
class Segment:
    first: int
    last: int
    units: tuple[IndexedUnit, ...]
    """Empty: nothing arrived, and nothing is waited for."""

    def lines(self, take: StreamFormat, index: UnitIndex, *, dated: bool) -> Iterator[str]:
        restarted = self.first > 0 and index.breaks_before(self.first) != index.breaks_before(
            self.first - 1
        )
        if restarted:
            yield "#EXT-X-DISCONTINUITY"
        if dated or restarted:
            yield f"#EXT-X-PROGRAM-DATE-TIME:{_date(_spoken_ms(take, index, self))}"
        if not self.units:
            yield "#EXT-X-GAP"
        yield f"#EXTINF:{self._seconds(take):.5f},"
        yield f"u/{self.first}-{self.last}.aac"

    def _seconds(self, take: StreamFormat) -> float:
        if not self.units:
            return (self.last - self.first + 1) * take.unit_seconds
        return sum(unit.samples for unit in self.units) / take.sample_rate


def live_end(take: StreamFormat, index: UnitIndex, now_ms: int) -> int:
    """One more than the last number that live.m3u8 lists."""
    for gap in index.gaps():
        fresh = now_ms - gap.after_ms < GAP_MS and gap.last - gap.first < AHEAD_UNITS
        if fresh and not _is_given_up(take, gap, now_ms):
            return gap.first
    return index.end


def live_playlist(
    take: StreamFormat, index: UnitIndex, now_ms: int, *, can_block: bool = True
) -> str:
    end = live_end(take, index, now_ms)
    first = max(0, end - LIVE_WINDOW)
    lines = ["#EXTM3U", "#EXT-X-VERSION:8", f"#EXT-X-TARGETDURATION:{take.target}"]
    if can_block:
        lines.append("#EXT-X-SERVER-CONTROL:CAN-BLOCK-RELOAD=YES")
    lines.append(f"#EXT-X-MEDIA-SEQUENCE:{first}")
    if breaks := index.breaks_before(max(0, first - 1)):
        lines.append(f"#EXT-X-DISCONTINUITY-SEQUENCE:{breaks}")
    for seq in range(first, end):
        unit = index.get(seq)
        segment = Segment(seq, seq, (unit,) if unit else ())
        lines.extend(segment.lines(take, index, dated=seq == first))
    return _text(lines, ended=take.complete)


def dvr_playlist(take: StreamFormat, index: UnitIndex, now_ms: int) -> str:
    longest = max(take.target, int(take.units_per_segment * take.unit_seconds + 0.5))
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:8",
        f"#EXT-X-TARGETDURATION:{longest}",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if take.complete else 'EVENT'}",
        "#EXT-X-MEDIA-SEQUENCE:0",
    ]
    for segment in _segments(take, index, now_ms):
        lines.extend(segment.lines(take, index, dated=True))
    return _text(lines, ended=take.complete)


def _segments(take: StreamFormat, index: UnitIndex, now_ms: int) -> Iterator[Segment]:
    """Whole segments up to the first hole that may still be filled."""
    group: list[IndexedUnit] = []
    given_up = {gap.first: gap.last for gap in index.gaps() if _is_given_up(take, gap, now_ms)}
    seq = 0
    while (unit := index.get(seq)) is not None or seq in given_up:
        if unit is None or (group and _starts_new_segment(group, unit, take)):
            yield from _segment(group)
            group = []
        if unit is None:
            yield from _gap(take, seq, given_up[seq])
            seq = given_up[seq] + 1
            continue
        group.append(unit)
        seq += 1
    # A hole in front holds the tail back, so that what is behind it can join the same segment.
    waits = bool(index.later) and seq < index.end
    silent = bool(group) and now_ms - _newest(group) > SILENT_MS
    if len(group) == take.units_per_segment or take.complete or (silent and not waits):
        yield from _segment(group)


def _starts_new_segment(group: list[IndexedUnit], unit: IndexedUnit, take: StreamFormat) -> bool:
    full = len(group) == take.units_per_segment
    after_silence = unit.received_ms - _newest(group) > SILENT_MS
    return full or after_silence or unit.run != group[-1].run


def _newest(group: list[IndexedUnit]) -> int:
    return max(unit.received_ms for unit in group)


def _segment(group: list[IndexedUnit]) -> Iterator[Segment]:
    if group:
        yield Segment(group[0].seq, group[-1].seq, tuple(group))


def _gap(take: StreamFormat, first: int, last: int) -> Iterator[Segment]:
    for start in range(first, last + 1, take.units_per_segment):
        yield Segment(start, min(start + take.units_per_segment - 1, last), ())


def _is_given_up(take: StreamFormat, gap: UnitGap, now_ms: int) -> bool:
    declared = any(low <= gap.first and gap.last <= high for low, high in take.gaps)
    return take.complete or declared or now_ms - gap.after_ms > LOST_MS


def _spoken_ms(take: StreamFormat, index: UnitIndex, segment: Segment) -> int:
    """The device's clock, corrected by the quickest arrival of the last five minutes."""
    earlier = (index.get(seq) for seq in range(segment.first, -1, -1))
    unit = next((before for before in earlier if before and before.spoken_ms is not None), None)
    if unit is None or unit.spoken_ms is None:
        return take.started_ms + round(segment.first * take.unit_seconds * 1000)
    since = round((segment.first - unit.seq) * take.unit_seconds * 1000)
    # Clocks beyond all reason must not reach back before the calendar.
    return max(0, unit.spoken_ms + _skew_ms(index, unit) + since)


def _skew_ms(index: UnitIndex, around: IndexedUnit) -> int:
    near = (index.get(seq) for seq in range(max(0, around.seq - 300), around.seq + 1))
    delays = [
        unit.received_ms - unit.sent_ms
        for unit in near
        if unit and unit.sent_ms is not None and around.received_ms - unit.received_ms <= SKEW_MS
    ]
    return min(delays, default=0)


def _date(ms: int) -> str:
    at = datetime.fromtimestamp(ms / 1000, UTC)
    return at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{ms % 1000:03}Z"


def _text(lines: list[str], *, ended: bool) -> str:
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if ended else [])]) + "\n"


def timestamp_tag(first_sample: int, sample_rate: int) -> bytes:
    """What a packed audio segment must begin with: its media time, 33 bits at 90 kHz."""
    ticks = (first_sample * 90_000 // sample_rate) % (1 << 33)
    content = ID3_OWNER + ticks.to_bytes(8, "big")
    frame = b"PRIV" + len(content).to_bytes(4, "big") + b"\0\0" + content
    return b"ID3\x04\0\0" + len(frame).to_bytes(4, "big") + frame
