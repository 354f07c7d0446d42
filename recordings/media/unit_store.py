"""Units become durable together: what arrives within ten milliseconds is one statement a company.

Nothing is acknowledged before that statement has returned.
"""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from enum import Enum
from weakref import WeakKeyDictionary

from psycopg import AsyncConnection, DataError, IntegrityError

from recordings.media import database
from recordings.media.database import Row, fetch_on

logger = logging.getLogger("recordings")

GATHER_SECONDS = 0.010
MOST_AT_ONCE = 500
REMEMBERED = 20_000
ASK_AGAIN_SECONDS = 1.0


class StoreStatus(Enum):
    NEW = "new"
    KNOWN = "known"
    CONFLICT = "conflict"
    """Other bytes are stored under this number; these were kept aside."""
    REFUSED = "refused"
    """The recording is closed or erased, or its device revoked."""
    UNFIT = "unfit"
    """The database does not take it as it is."""


@dataclass(slots=True)
class Incoming:
    """A sealed unit on its way into the table."""

    recording_id: int
    seq: int
    digest: bytes
    nonce: bytes
    ciphertext: bytes
    first_sample: int
    samples: int
    run: str
    device_time_ms: int | None
    sent_ms: int | None
    flags: str
    peaks: bytes | None


@dataclass(frozen=True, slots=True)
class StoreResult:
    status: StoreStatus
    next: int


@dataclass(slots=True)
class _Progress:
    """How far a recording has come, as this process last saw it."""

    next: int
    gapless: bool
    """Nothing was stored beyond `next` when it was read, nor by this process since."""
    read_at: float


@dataclass(slots=True)
class _Waiting:
    unit: Incoming
    done: "asyncio.Future[StoreResult]"


@dataclass(slots=True)
class _Queue:
    waiting: list[_Waiting] = field(default_factory=list)
    task: "asyncio.Task[None] | None" = None


# The lock that the foreign key takes anyway, taken early: a transaction that closes the recording
# holds it for update, and this statement then judges by what the close has left.
_INSERT = """
INSERT INTO {s}.recordings_unit (recording_id, seq, digest, nonce, ciphertext, first_sample,
  samples, run, device_time_ms, sent_ms, flags, peaks)
SELECT g.* FROM unnest(%s::bigint[], %s::bigint[], %b::bytea[], %b::bytea[], %b::bytea[],
  %s::bigint[], %s::int[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %b::bytea[])
  AS g (recording_id, seq, digest, nonce, ciphertext, first_sample, samples, run,
        device_time_ms, sent_ms, flags, peaks)
JOIN {s}.recordings_recording r ON r.id = g.recording_id
WHERE r.erased_at IS NULL AND r.manifest_sha256 IS NULL
  AND (SELECT d.revoked_at FROM {s}.people_device d WHERE d.id = r.device_id) IS NULL
  AND (r.last_seq IS NULL OR g.seq <= r.last_seq)
ORDER BY g.recording_id, g.seq
FOR KEY SHARE OF r
ON CONFLICT DO NOTHING RETURNING recording_id, seq, digest"""

_STORED = """
SELECT u.recording_id, u.seq, u.digest FROM {s}.recordings_unit u
JOIN unnest(%s::bigint[], %s::bigint[]) AS g (recording_id, seq)
  ON u.recording_id = g.recording_id AND u.seq = g.seq"""

_QUARANTINE = """
INSERT INTO {s}.recordings_quarantine (recording_id, seq, digest, nonce, ciphertext, run, reason)
VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING"""

# From the last known end of the gapless part to its end now; -1 stands before unit 0.
_NEXT = """
SELECT g.id, COALESCE((
  SELECT u.seq + 1 FROM {s}.recordings_unit u
  WHERE u.recording_id = g.id AND u.seq >= g.known - 1
    AND NOT EXISTS (SELECT 1 FROM {s}.recordings_unit v
                    WHERE v.recording_id = g.id AND v.seq = u.seq + 1)
    AND (g.known > 0 OR EXISTS (SELECT 1 FROM {s}.recordings_unit z
                                WHERE z.recording_id = g.id AND z.seq = 0))
  ORDER BY u.seq LIMIT 1), 0),
  COALESCE((SELECT max(w.seq) + 1 FROM {s}.recordings_unit w WHERE w.recording_id = g.id), 0)
FROM unnest(%s::bigint[], %s::bigint[]) AS g (id, known)"""


class Writer:
    """Writer of units, one per event loop. ``store`` returns when the unit is durable."""

    def __init__(self) -> None:
        self._queues: dict[str, _Queue] = {}
        self._progress: dict[tuple[str, int], _Progress] = {}

    async def store(self, schema: str, unit: Incoming) -> StoreResult:
        queue = self._queues.setdefault(schema, _Queue())
        done: asyncio.Future[StoreResult] = asyncio.get_running_loop().create_future()
        queue.waiting.append(_Waiting(unit, done))
        if queue.task is None:
            queue.task = asyncio.create_task(self._drain(schema, queue))
        return await done

    async def _drain(self, schema: str, queue: _Queue) -> None:
        try:
            await asyncio.sleep(GATHER_SECONDS)
            while queue.waiting:
                now, queue.waiting = queue.waiting[:MOST_AT_ONCE], queue.waiting[MOST_AT_ONCE:]
                await self._commit(schema, now)
        finally:
            queue.task = None
            self._queues.pop(schema, None)

    async def _commit(self, schema: str, waiting: list[_Waiting]) -> None:
        try:
            async with database.connected(schema) as connection:
                units = [w.unit for w in waiting]
                statuses = await _write(connection, schema, units)
                following = await self._following(connection, schema, units, statuses)
        except (DataError, IntegrityError) as problem:
            await self._commit_apart(schema, waiting, problem)
            return
        except Exception as problem:
            for entry in waiting:
                if not entry.done.done():
                    entry.done.set_exception(problem)
                    entry.done.exception()
            return
        for entry, status in zip(waiting, statuses, strict=True):
            if not entry.done.done():
                entry.done.set_result(StoreResult(status, following[entry.unit.recording_id]))

    async def _commit_apart(self, schema: str, waiting: list[_Waiting], problem: Exception) -> None:
        """One bad unit must not cost the good ones of colleagues: halves, until it is alone."""
        if len(waiting) > 1:
            half = len(waiting) // 2
            await self._commit(schema, waiting[:half])
            await self._commit(schema, waiting[half:])
            return
        logger.warning("recordings.unit_unfit", extra={"error": type(problem).__name__})
        if not waiting[0].done.done():
            waiting[0].done.set_result(StoreResult(StoreStatus.UNFIT, 0))

    async def _following(
        self,
        connection: AsyncConnection[Row],
        schema: str,
        units: list[Incoming],
        statuses: list[StoreStatus],
    ) -> dict[int, int]:
        """For each recording the first unit that is missing.

        Another process may have stored more of it: then a device sends again what is known.
        """
        following: dict[int, int] = {}
        unclear: set[int] = set()
        for unit, status in sorted(zip(units, statuses, strict=True), key=lambda pair: pair[0].seq):
            progress = self._progress.get((schema, unit.recording_id))
            if progress is None or (
                status is not StoreStatus.REFUSED and not _advance(progress, unit.seq)
            ):
                unclear.add(unit.recording_id)
            else:
                following[unit.recording_id] = progress.next
        if unclear:
            following |= await self.next_of(connection, schema, unclear)
        return following

    async def next_of(
        self, connection: AsyncConnection[Row], schema: str, ids: set[int]
    ) -> dict[int, int]:
        """For each recording the first unit that is missing, read from the table."""
        now = time.monotonic()
        before = {key: self._progress.get((schema, key)) for key in ids}
        known = [progress.next if progress else 0 for progress in before.values()]
        rows = await fetch_on(connection, schema, _NEXT, [list(before), known])
        if len(self._progress) > REMEMBERED:
            self._progress.clear()
        for key, missing, end in rows:
            self._progress[schema, key] = _Progress(missing, missing == end, now)
        return {key: missing for key, missing, _end in rows}


def _advance(progress: _Progress, seq: int) -> bool:
    """Count a stored unit in. False: only the table knows what is missing now."""
    if seq < progress.next:
        return True
    if seq > progress.next:
        progress.gapless = False
        # The hole may have been filled by another process.
        return time.monotonic() < progress.read_at + ASK_AGAIN_SECONDS
    if progress.gapless:
        progress.next = seq + 1
    return progress.gapless


async def quarantine(schema: str, unit: Incoming, reason: str) -> None:
    async with database.connected(schema) as connection:
        await _quarantine(connection, schema, unit, reason)


async def _write(
    connection: AsyncConnection[Row], schema: str, units: list[Incoming]
) -> list[StoreStatus]:
    columns = list(zip(*(_row(unit) for unit in units), strict=True))
    inserted = await fetch_on(connection, schema, _INSERT, [list(c) for c in columns])
    fresh = {(key, seq): bytes(digest) for key, seq, digest in inserted}
    stored = dict(fresh)
    if len(fresh) < len(units):
        rest = [unit for unit in units if (unit.recording_id, unit.seq) not in fresh]
        keys = [[u.recording_id for u in rest], [u.seq for u in rest]]
        rows = await fetch_on(connection, schema, _STORED, keys)
        stored |= {(key, seq): bytes(digest) for key, seq, digest in rows}
    statuses = [_status_of(unit, fresh, stored) for unit in units]
    for unit, status in zip(units, statuses, strict=True):
        if status is StoreStatus.CONFLICT:
            await _quarantine(connection, schema, unit, "conflict")
    return statuses


def _status_of(
    unit: Incoming, fresh: dict[tuple[int, int], bytes], stored: dict[tuple[int, int], bytes]
) -> StoreStatus:
    key = (unit.recording_id, unit.seq)
    if key not in stored:
        return StoreStatus.REFUSED
    if stored[key] != unit.digest:
        return StoreStatus.CONFLICT
    # Twice in one statement: the first of them is the new one.
    return StoreStatus.NEW if fresh.pop(key, None) else StoreStatus.KNOWN


async def _quarantine(
    connection: AsyncConnection[Row], schema: str, unit: Incoming, reason: str
) -> None:
    values = [unit.recording_id, unit.seq, unit.digest, unit.nonce, unit.ciphertext, unit.run]
    await fetch_on(connection, schema, _QUARANTINE, [*values, reason])


def _row(unit: Incoming) -> tuple[object, ...]:
    return (
        unit.recording_id,
        unit.seq,
        unit.digest,
        unit.nonce,
        unit.ciphertext,
        unit.first_sample,
        unit.samples,
        unit.run,
        unit.device_time_ms,
        unit.sent_ms,
        unit.flags,
        unit.peaks,
    )


_writers: WeakKeyDictionary[asyncio.AbstractEventLoop, Writer] = WeakKeyDictionary()


def writer() -> Writer:
    loop = asyncio.get_running_loop()
    return _writers.get(loop) or _writers.setdefault(loop, Writer())
