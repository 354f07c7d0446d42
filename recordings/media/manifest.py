"""The end of a recording: nothing may be missing, and what is there gets one hash."""

import hashlib
import json
import logging
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from psycopg import AsyncConnection

from recordings.media import database
from recordings.media.access import CachedRecording
from tenants.hosts import CompanyRef
from web.problems import Problem

logger = logging.getLogger("recordings")

HIGHEST_SEQ = 2**32 - 1
MOST_GAPS = 10_000

Ranges = list[list[int]]


@dataclass(frozen=True, slots=True)
class Ending:
    """What the device says about its recording."""

    last_seq: int
    gaps: Ranges
    chain: str


_RANGES = """
SELECT min(seq), max(seq) FROM (
  SELECT seq, seq - row_number() OVER (ORDER BY seq) AS island
  FROM {s}.recordings_unit WHERE recording_id = %s) AS numbered
GROUP BY island ORDER BY 1"""

_END = """
UPDATE {s}.recordings_recording
SET closed_at = COALESCE(closed_at, now()), last_seq = %s, gaps = %s::jsonb
WHERE id = %s AND manifest_sha256 IS NULL
  AND NOT EXISTS (SELECT 1 FROM {s}.recordings_unit WHERE recording_id = %s AND seq > %s)
RETURNING id"""

_MANIFEST = """
SELECT seq, encode(digest, 'hex'), first_sample, samples, run, device_time_ms
FROM {s}.recordings_unit WHERE recording_id = %s ORDER BY seq"""

_COMPLETE = """
UPDATE {s}.recordings_recording SET chain = %s, manifest_sha256 = COALESCE(manifest_sha256, %s)
WHERE id = %s AND last_seq = %s RETURNING manifest_sha256"""


def ranges_of(numbers: Iterable[int]) -> Ranges:
    """Sorted numbers as [first, last] pairs."""
    ranges: Ranges = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ranges


def missing_of(have: Ranges, gaps: Ranges, last_seq: int) -> Ranges:
    """What of 0..last_seq is neither there nor given up."""
    missing: Ranges = []
    at = 0
    for first, last in sorted([*have, *gaps]):
        if first > at:
            missing.append([at, min(first - 1, last_seq)])
        at = max(at, last + 1)
        if at > last_seq:
            break
    if at <= last_seq:
        missing.append([at, last_seq])
    return [pair for pair in missing if pair[0] <= pair[1]]


async def state_of(company: CompanyRef, recording: CachedRecording) -> dict[str, Any]:
    have = await _have(company, recording)
    return {
        "next": have[0][1] + 1 if have and have[0][0] == 0 else 0,
        "have": have,
        "state": recording.state,
        "server_time": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }


async def close_recording(
    company: CompanyRef, recording: CachedRecording, body: bytes
) -> tuple[int, dict[str, Any]]:
    """Close a recording: 200 when complete, 202 with what is missing. Idempotent."""
    ending = _ending(body)
    if not await _end(company, recording, ending):
        return 200, await _again(company, recording, ending)
    missing = missing_of(await _have(company, recording), ending.gaps, ending.last_seq)
    if missing:
        return 202, {"missing": missing}
    return 200, await _complete(company, recording, ending)


def _ending(body: bytes) -> Ending:
    try:
        given = json.loads(body)
        last = given["last_seq"]
        gaps = [[first, end] for first, end in given.get("gaps") or []]
        chain = str(given.get("chain") or "").lower()
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Problem(400, "malformed", "Expected {last_seq, gaps?, chain?}.") from None
    if type(last) is not int or not -1 <= last <= HIGHEST_SEQ or len(gaps) > MOST_GAPS:
        raise Problem(422, "last-seq")
    if any(type(number) is not int for pair in gaps for number in pair):
        raise Problem(422, "gaps")
    if any(not 0 <= first <= end <= last for first, end in gaps):
        raise Problem(422, "gaps")
    return Ending(last, gaps, chain)


@asynccontextmanager
async def _held(
    company: CompanyRef, recording: CachedRecording
) -> AsyncIterator[AsyncConnection[database.Row]]:
    """Hold the recording locked: no unit is stored meanwhile, so what is judged here stays."""
    lock = "SELECT 1 FROM {s}.recordings_recording WHERE id = %s FOR UPDATE"
    async with (
        database.connected(company.schema) as connection,
        connection.transaction(),
    ):
        await database.fetch_on(connection, company.schema, lock, [recording.id])
        yield connection


async def _have(company: CompanyRef, recording: CachedRecording) -> Ranges:
    rows = await database.fetch(company.schema, _RANGES, [recording.id])
    return [[int(first), int(last)] for first, last in rows]


async def _end(company: CompanyRef, recording: CachedRecording, ending: Ending) -> bool:
    """End it; False when it is already complete. Units behind the given end are never cut off."""
    values = [ending.last_seq, json.dumps(ending.gaps), recording.id, recording.id, ending.last_seq]
    async with _held(company, recording) as connection:
        if await database.fetch_on(connection, company.schema, _END, values):
            return True
    have = await _have(company, recording)
    if have and have[-1][1] > ending.last_seq:
        raise Problem(409, "units-behind-end", f"Unit {have[-1][1]} is stored.")
    return False


async def _complete(
    company: CompanyRef, recording: CachedRecording, ending: Ending
) -> dict[str, Any]:
    async with _held(company, recording) as connection:
        return await _sign_off(connection, company, recording, ending)


async def _sign_off(
    connection: AsyncConnection[database.Row],
    company: CompanyRef,
    recording: CachedRecording,
    ending: Ending,
) -> dict[str, Any]:
    rows = await database.fetch_on(connection, company.schema, _MANIFEST, [recording.id])
    units = [list(row) for row in rows]
    chain = hashlib.sha256(b"".join(bytes.fromhex(unit[1]) for unit in units))
    if ending.chain and ending.chain != chain.hexdigest():
        logger.error("recordings.chain_mismatch", extra={"recording": str(recording.public_id)})
        raise Problem(409, "chain-mismatch", "The stored units are not the ones you recorded.")
    manifest = manifest_of(recording, ending, units)
    values = [chain.digest(), hashlib.sha256(manifest).digest(), recording.id, ending.last_seq]
    completed = await database.fetch_on(connection, company.schema, _COMPLETE, values)
    if not completed:
        raise Problem(409, "recording-closed", "It was closed differently at the same moment.")
    return {"state": "complete", "manifest_sha256": bytes(completed[0][0]).hex()}


def manifest_of(recording: CachedRecording, ending: Ending, units: list[list[Any]]) -> bytes:
    """Manifest of a complete recording, in a form that always has the same bytes."""
    facts = {
        "recording": str(recording.public_id),
        "sample_rate": recording.sample_rate,
        "last_seq": ending.last_seq,
        "gaps": ending.gaps,
        "units": units,
    }
    return json.dumps(facts, separators=(",", ":"), sort_keys=True).encode()


async def _again(company: CompanyRef, recording: CachedRecording, ending: Ending) -> dict[str, Any]:
    rows = await database.fetch(
        company.schema,
        "SELECT last_seq, encode(chain, 'hex'), encode(manifest_sha256, 'hex')"
        " FROM {s}.recordings_recording WHERE id = %s",
        [recording.id],
    )
    last_seq, chain, manifest = rows[0]
    if last_seq != ending.last_seq or (ending.chain and ending.chain != chain):
        raise Problem(409, "recording-closed", "It is complete and was closed differently.")
    return {"state": "complete", "manifest_sha256": manifest}
