"""Who asks the ingest plane, for which recording.

What was found is kept for a minute, because it does not change; what can change, a revoked device
and an ended recording, is judged by the statement that stores a unit. Callers that do not store ask
for `fresh` answers.
"""

import hmac
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from people.devices.services import TOKEN, token_hash
from recordings.media import crypto, database
from recordings.media.asgi_http import Request
from tenants.hosts import CompanyRef
from tenants.threads import company_of_host
from tenants.zones import today_in
from web.problems import Problem

T = TypeVar("T")

CACHE_SECONDS = 60.0
UNLINKED_CACHE_SECONDS = 5.0
MOST_CACHED = 20_000


class TtlCache(Generic[T]):
    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._known: dict[Any, tuple[float, T]] = {}

    def get(self, key: Any) -> T | None:
        known = self._known.get(key)
        return known[1] if known and known[0] > time.monotonic() else None

    def put(self, key: Any, value: T, seconds: float | None = None) -> T:
        if len(self._known) >= MOST_CACHED:
            self._known.clear()
        self._known[key] = (time.monotonic() + (seconds or self._seconds), value)
        return value

    def clear(self) -> None:
        self._known.clear()


@dataclass(frozen=True, slots=True)
class CachedDevice:
    id: int
    revoked: bool


@dataclass(frozen=True, slots=True)
class CachedRecording:
    id: int
    public_id: UUID
    device_id: int
    sample_rate: int
    frames_per_unit: int
    started_at: datetime
    received_at: datetime
    closed_at: datetime | None
    last_seq: int | None
    manifest_sha256: bytes | None
    gaps: list[list[int]]
    incident: UUID | None
    key: bytes | None
    """None: erased."""

    @property
    def state(self) -> str:
        if self.key is None:
            return "erased"
        if self.closed_at is None:
            return "live"
        return "complete" if self.manifest_sha256 else "closed"


_devices: TtlCache[CachedDevice] = TtlCache(CACHE_SECONDS)
_recordings: TtlCache[CachedRecording] = TtlCache(CACHE_SECONDS)


def forget() -> None:
    """Drop the cache after a device or a recording was changed in this process."""
    for kept in (_devices, _recordings):
        kept.clear()


async def company_of(request: Request) -> CompanyRef:
    company = await company_of_host(request.header("host"))
    if company is None:
        raise Problem(404, "unknown-host")
    return company


async def authorize(
    company: CompanyRef, request: Request, text: str, *, fresh: bool
) -> tuple[CachedDevice, CachedRecording]:
    """The device that the token names and its recording; everything else is a Problem."""
    device = await _device_of(company, request, fresh)
    recording = await _recording_of(company, text, fresh)
    if recording.device_id != device.id:
        raise Problem(403, "other-device", "This recording belongs to another device.")
    return device, recording


async def _device_of(company: CompanyRef, request: Request, fresh: bool) -> CachedDevice:
    scheme, _, token = request.header("authorization").partition(" ")
    match = TOKEN.match(token.strip()) if scheme.lower() == "bearer" else None
    if match is None:
        raise _unauthorised("no-token")
    device = None if fresh else _devices.get((company.schema, token))
    if device is None:
        device = await _look_up_device(company, UUID(match[1]), match[2])
        _devices.put((company.schema, token), device)
    if device.revoked:
        raise _unauthorised("device-revoked")
    return device


async def _recording_of(company: CompanyRef, text: str, fresh: bool) -> CachedRecording:
    kept = None if fresh else _recordings.get((company.schema, text))
    if kept is not None:
        return kept
    try:
        recording = await _look_up_recording(company, UUID(text))
    except ValueError:
        raise _unknown_recording() from None
    # The tap may come later than its sound: until then this is looked up more often.
    seconds = CACHE_SECONDS if recording.incident else UNLINKED_CACHE_SECONDS
    return _recordings.put((company.schema, text), recording, seconds)


async def _look_up_device(company: CompanyRef, public_id: UUID, secret: str) -> CachedDevice:
    rows = await database.fetch(
        company.schema,
        "SELECT d.id, d.token_hash, d.revoked_at IS NOT NULL FROM {s}.people_device d"
        " LEFT JOIN {s}.people_employee e ON e.id = d.employee_id"
        " WHERE d.public_id = %s AND (e.ended_on IS NULL OR e.ended_on >= %s)",
        [public_id, today_in(company.time_zone)],
    )
    if not rows or not hmac.compare_digest(bytes(rows[0][1]), token_hash(secret)):
        raise _unauthorised("unknown-token")
    return CachedDevice(id=rows[0][0], revoked=rows[0][2])


_RECORDING = """
SELECT r.id, r.public_id, r.device_id, r.sample_rate, r.frames_per_unit, r.started_at,
  r.received_at, r.closed_at, r.last_seq, r.manifest_sha256, r.gaps, i.public_id, k.wrapped
FROM {s}.recordings_recording r
LEFT JOIN {s}.incidents_incident i ON i.id = r.incident_id
LEFT JOIN {s}.recordings_key k ON k.recording_id = r.id AND r.erased_at IS NULL
WHERE r.public_id = %s"""


async def _look_up_recording(company: CompanyRef, public_id: UUID) -> CachedRecording:
    rows = await database.fetch(company.schema, _RECORDING, [public_id])
    if not rows:
        raise _unknown_recording()
    *facts, wrapped = rows[0]
    key = crypto.unwrap_key(company.schema, public_id, bytes(wrapped)) if wrapped else None
    values = [*facts, key]
    return CachedRecording(*values)


def _unknown_recording() -> Problem:
    return Problem(404, "unknown-recording", "Register the recording, then try again.")


def _unauthorised(code: str) -> Problem:
    return Problem(401, code, headers={"WWW-Authenticate": "Bearer"})
