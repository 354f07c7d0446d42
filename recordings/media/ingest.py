"""The door for sound: PUT units one by one or in batches, ask what is there, close.

Raw ASGI. 201 and 200 mean durable; a device deletes its copy only after one of them.
"""

import asyncio
import base64
import hashlib
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from notifications.live import incident_group
from recordings.media import (
    access,
    adts,
    batch_format,
    crypto,
    database,
)
from recordings.media.access import CachedDevice, CachedRecording
from recordings.media.asgi_http import Answer, Receive, Request, Scope, Send, as_json, serve
from recordings.media.manifest import close_recording, ranges_of, state_of
from recordings.media.unit_events import unit_events
from recordings.media.unit_store import Incoming, StoreResult, StoreStatus, quarantine, writer
from tenants.hosts import CompanyRef
from web.problems import Problem

AUDIO = ("audio/aac", "audio/aacp", "audio/x-aac")
MOST_BYTES = 256 * 1024
CLOSE_BYTES = 256 * 1024
AHEAD_UNITS = 7200
HIGHEST_SEQ = 2**32 - 1
HIGHEST_SAMPLE = 10**15 - 1
HIGHEST_MS = 10**14 - 1
PEAKS_PER_SECOND = 10
PATH = re.compile(r"^/ingest/([0-9a-fA-F-]{32,36})(?:/(units|close)(?:/(\d{1,20}))?)?/?$")
DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/]{43}=):")
RUN = re.compile(r"[A-Za-z0-9_-]{0,64}")
FLAGS = ("discontinuity", "muted", "interrupted")
KEPT_OUT = {
    StoreStatus.CONFLICT: (
        409,
        "other-bytes",
        "Other bytes are stored under this number. Keep yours.",
    ),
    StoreStatus.UNFIT: (422, "unit-unfit", "It cannot be stored as it is. Keep yours."),
}


@dataclass(frozen=True, slots=True)
class IngestRequest:
    """Who wants something of which recording."""

    company: CompanyRef
    device: CachedDevice
    recording: CachedRecording
    request: Request


@dataclass(frozen=True, slots=True)
class UnitUpload:
    """One unit as the device describes it."""

    seq: int
    digest: bytes
    data: bytes
    first_sample: int | None
    samples: int | None
    run: str = ""
    time_ms: int | None = None
    sent_ms: int | None = None
    flags: str = ""
    peaks: bytes | None = None


class Rejected(Exception):
    """The unit is not taken; ``quarantine_reason`` says why its bytes are kept anyway."""

    def __init__(
        self, status: int, code: str, detail: str = "", quarantine_reason: str = ""
    ) -> None:
        super().__init__(code)
        self.status, self.code, self.detail = status, code, detail
        self.quarantine_reason = quarantine_reason


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    await serve(_route, scope, receive, send)


async def _route(request: Request) -> Answer:
    match = PATH.match(request.path)
    if match is None:
        raise Problem(404, "not-found")
    company = await access.company_of(request)
    act = _act_of(request.method, match[2], match[3])
    stores = request.method == "PUT"
    device, recording = await access.authorize(company, request, match[1], fresh=not stores)
    return await act(IngestRequest(company, device, recording, request))


def _act_of(
    method: str, what: str | None, seq: str | None
) -> Callable[[IngestRequest], Awaitable[Answer]]:
    if what == "units" and seq is not None:
        allowed, act = "PUT", lambda ingest: _put_unit(ingest, int(seq))
    elif what == "units":
        allowed, act = "PUT", _put_batch
    elif what == "close" and seq is None:
        allowed, act = "POST", _close
    elif what is None:
        allowed, act = "GET", _status
    else:
        raise Problem(404, "not-found")
    if method != allowed:
        raise Problem(405, "method-not-allowed", headers={"Allow": allowed})
    return act


# One unit


async def _put_unit(ingest: IngestRequest, seq: int) -> Answer:
    request = ingest.request
    if request.media_type not in AUDIO:
        raise Problem(415, "unsupported-media-type", "Send audio/aac.")
    upload = _upload_of(request, seq, await request.body(MOST_BYTES))
    try:
        result = await _take(ingest, upload)
    except Rejected as refused:
        raise Problem(refused.status, refused.code, refused.detail) from None
    digest = base64.b64encode(upload.digest).decode()
    return as_json(
        201 if result.status is StoreStatus.NEW else 200,
        {"next": result.next},
        {"unit-next": str(result.next), "content-digest": f"sha-256=:{digest}:"},
    )


def _upload_of(request: Request, seq: int, data: bytes) -> UnitUpload:
    digests = DIGEST.findall(request.header("content-digest"))
    if len(digests) != 1:
        raise Problem(400, "malformed-header", "Content-Digest: sha-256=:...: is required.")
    first, samples = _samples(request.header("unit-samples"))
    return UnitUpload(
        seq=seq,
        digest=base64.b64decode(digests[0]),
        data=data,
        first_sample=first,
        samples=samples,
        run=_run(request),
        time_ms=_milliseconds(request, "unit-time"),
        sent_ms=_milliseconds(request, "unit-sent"),
        flags=_flags(request.header("unit-flags")),
        peaks=_peaks(request.header("unit-peak")),
    )


def _samples(text: str) -> tuple[int | None, int | None]:
    if not text:
        return None, None
    match = re.fullmatch(r"(\d{1,15})/(\d{1,9})", text)
    if match is None:
        raise Problem(400, "malformed-header", "Unit-Samples: first/count")
    return int(match[1]), int(match[2])


def _run(request: Request) -> str:
    run = request.header("unit-run")
    if not RUN.fullmatch(run):
        raise Problem(400, "malformed-header", "Unit-Run")
    return run


def _milliseconds(request: Request, name: str) -> int | None:
    text = request.header(name)
    if not text:
        return None
    if not re.fullmatch(r"\d{1,14}", text):
        raise Problem(400, "malformed-header", name)
    return int(text)


def _flags(text: str) -> str:
    flags = {flag for flag in re.split(r"[|,\s]+", text) if flag}
    if flags.difference(FLAGS):
        raise Problem(400, "malformed-header", "Unit-Flags")
    return "|".join(flag for flag in FLAGS if flag in flags)


def _peaks(text: str) -> bytes | None:
    """Loudness for the waveform, ten numbers a second from 0 to 255."""
    if not text:
        return None
    numbers = [part.strip() for part in text.split(",")]
    if len(numbers) > 200 or not all(re.fullmatch(r"\d{1,3}", n) for n in numbers):
        raise Problem(400, "malformed-header", "Unit-Peak")
    return bytes(min(255, int(n)) for n in numbers)


# Taking a unit


async def _take(ingest: IngestRequest, upload: UnitUpload) -> StoreResult:
    """Durable when this returns. Raises Rejected, after what can be kept aside was kept."""
    if ingest.recording.key is None:
        raise Rejected(410, "erased")
    if hashlib.sha256(upload.data).digest() != upload.digest:
        raise Rejected(400, "digest-mismatch", "Send the same bytes again.")
    if upload.seq > min(HIGHEST_SEQ, _elapsed_units(ingest.recording) + AHEAD_UNITS):
        raise Rejected(422, "seq-too-far")
    samples, refused = _judge(ingest.recording, upload)
    sealed = _seal(ingest, upload, samples)
    if refused is not None:
        if upload.data:
            await quarantine(ingest.company.schema, sealed, refused.quarantine_reason)
        raise refused
    result = await writer().store(ingest.company.schema, sealed)
    if result.status in KEPT_OUT:
        raise Rejected(*KEPT_OUT[result.status])
    if result.status is StoreStatus.REFUSED:
        raise await _refusal(ingest)
    if result.status is StoreStatus.NEW:
        _publish(ingest, sealed)
    return result


def _elapsed_units(recording: CachedRecording) -> int:
    since = min(recording.started_at, recording.received_at).timestamp()
    unit = recording.frames_per_unit * adts.SAMPLES_PER_FRAME / recording.sample_rate
    return max(0, int((time.time() - since) / unit))


def _judge(recording: CachedRecording, upload: UnitUpload) -> tuple[int, Rejected | None]:
    """How many samples it holds, and why it is not taken, if so."""
    try:
        sound = adts.parse(upload.data)
    except adts.NotAdts as problem:
        return 0, Rejected(415, "not-adts", str(problem), quarantine_reason="not_adts")
    return sound.samples, _unfit(recording, upload, sound)


def _unfit(recording: CachedRecording, upload: UnitUpload, sound: adts.Sound) -> Rejected | None:
    if sound.frames > recording.frames_per_unit:
        return Rejected(422, "unit-too-long", f"{sound.frames} frames", quarantine_reason="samples")
    if upload.first_sample is not None and upload.first_sample > HIGHEST_SAMPLE:
        return Rejected(422, "first-sample", quarantine_reason="samples")
    if sound.sample_rate != recording.sample_rate:
        return Rejected(422, "sample-rate", f"{sound.sample_rate} Hz", quarantine_reason="samples")
    if upload.samples is not None and upload.samples != sound.samples:
        return Rejected(
            422, "samples-mismatch", f"{sound.samples} samples", quarantine_reason="samples"
        )
    return None


def _seal(ingest: IngestRequest, upload: UnitUpload, samples: int) -> Incoming:
    recording = ingest.recording
    assert recording.key is not None
    place = crypto.Place(
        ingest.company.schema, recording.public_id, upload.run, upload.seq, upload.digest
    )
    nonce, ciphertext = crypto.seal(recording.key, place, upload.data)
    per_unit = recording.frames_per_unit * adts.SAMPLES_PER_FRAME
    first = upload.seq * per_unit if upload.first_sample is None else upload.first_sample
    return Incoming(
        recording_id=recording.id,
        seq=upload.seq,
        digest=upload.digest,
        nonce=nonce,
        ciphertext=ciphertext,
        first_sample=first,
        samples=samples,
        run=upload.run,
        device_time_ms=upload.time_ms,
        sent_ms=upload.sent_ms,
        flags=upload.flags,
        peaks=upload.peaks,
    )


async def _refusal(ingest: IngestRequest) -> Rejected:
    """Why the statement did not take it; a device revoked meanwhile is a Problem."""
    recording_id = str(ingest.recording.public_id)
    _device, now = await access.authorize(ingest.company, ingest.request, recording_id, fresh=True)
    return Rejected(410, "erased") if now.key is None else Rejected(409, "recording-closed")


def _publish(ingest: IngestRequest, unit: Incoming) -> None:
    unit_events().publish(ingest.company.schema, ingest.recording.public_id)
    if ingest.recording.incident and unit.peaks:
        message = {
            "t": "level",
            "pk": str(ingest.recording.incident),
            "recording": str(ingest.recording.public_id),
            "index": round(unit.first_sample * PEAKS_PER_SECOND / ingest.recording.sample_rate),
            "peaks": [round(peak / 255, 3) for peak in unit.peaks],
        }
        unit_events().hint(incident_group(ingest.company.id, ingest.recording.incident), message)


# Many units


async def _put_batch(ingest: IngestRequest) -> Answer:
    if ingest.request.media_type != batch_format.CONTENT_TYPE:
        raise Problem(415, "unsupported-media-type", f"Send {batch_format.CONTENT_TYPE}.")
    run = _run(ingest.request)
    sent = _milliseconds(ingest.request, "unit-sent")
    body = await ingest.request.body(batch_format.MOST_BYTES)
    try:
        units = batch_format.unpack(body)
    except batch_format.BrokenBatch as problem:
        raise Problem(400, "malformed-batch", str(problem)) from None
    if ingest.recording.key is None:
        raise Problem(410, "erased")
    peaks = [_peaks(text) for text in _each(ingest.request, "unit-peak", len(units))]
    flags = [_flags(text) for text in _each(ingest.request, "unit-flags", len(units))]
    uploads = [
        replace(_from_batch(unit), run=run, sent_ms=sent, peaks=loudness, flags=marks)
        for unit, loudness, marks in zip(units, peaks, flags, strict=True)
    ]
    results = await asyncio.gather(
        *(_take(ingest, upload) for upload in uploads), return_exceptions=True
    )
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Rejected):
            raise result
    return await _batch_answer(ingest, uploads, results)


def _each(request: Request, name: str, count: int) -> list[str]:
    """What a header says of each unit of a batch, apart by `;`; without it nothing."""
    text = request.header(name)
    said = text.split(";") if text else [""] * count
    if len(said) != count:
        raise Problem(400, "malformed-header", name)
    return said


def _from_batch(unit: batch_format.BatchUnit) -> UnitUpload:
    return UnitUpload(
        seq=unit.seq,
        digest=unit.digest,
        data=unit.data,
        first_sample=unit.first_sample,
        samples=unit.samples,
        # A clock beyond all reason is no reason to refuse the sound: it goes without a time.
        time_ms=unit.time_ms if 0 <= unit.time_ms <= HIGHEST_MS else None,
    )


async def _batch_answer(
    ingest: IngestRequest, uploads: list[UnitUpload], results: list[StoreResult | BaseException]
) -> Answer:
    pairs = list(zip(uploads, results, strict=True))
    stored = sorted({unit.seq for unit, result in pairs if isinstance(result, StoreResult)})
    rejected = [
        {"seq": unit.seq, "type": result.code}
        for unit, result in pairs
        if isinstance(result, Rejected)
    ]
    async with database.connected(ingest.company.schema) as connection:
        following = await writer().next_of(connection, ingest.company.schema, {ingest.recording.id})
    following_seq = following[ingest.recording.id]
    body = {"next": following_seq, "stored": ranges_of(stored), "rejected": rejected}
    return as_json(200, body, {"unit-next": str(following_seq)})


# Resuming and closing


async def _status(ingest: IngestRequest) -> Answer:
    return as_json(200, await state_of(ingest.company, ingest.recording))


async def _close(ingest: IngestRequest) -> Answer:
    if ingest.recording.key is None:
        raise Problem(410, "erased")
    if ingest.request.media_type != "application/json":
        raise Problem(415, "unsupported-media-type", "Send application/json.")
    body = await ingest.request.body(CLOSE_BYTES)
    status, answer = await close_recording(ingest.company, ingest.recording, body)
    unit_events().publish(ingest.company.schema, ingest.recording.public_id)
    if ingest.recording.incident:
        changed = {"t": "changed", "k": "incident", "pk": str(ingest.recording.incident)}
        unit_events().hint(incident_group(ingest.company.id, ingest.recording.incident), changed)
    return as_json(status, answer)
