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
from recordings.media.access import KnownDevice, KnownRecording
from recordings.media.asgi_http import Answer, Receive, Request, Scope, Send, as_json, serve
from recordings.media.manifest import close_recording, ranges_of, state_of
from recordings.media.unit_events import arrivals
from recordings.media.unit_store import Fate, Incoming, Outcome, keep_aside, writer
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
RUN = re.compile(r"^[A-Za-z0-9_-]{0,64}$")
FLAGS = {"discontinuity", "muted", "interrupted"}


@dataclass(frozen=True, slots=True)
class Ask:
    """Who wants something of which recording."""

    company: CompanyRef
    device: KnownDevice
    recording: KnownRecording
    request: Request


@dataclass(frozen=True, slots=True)
class Given:
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
    """The unit is not taken; ``aside`` says under which reason its bytes are kept anyway."""

    def __init__(self, status: int, code: str, detail: str = "", aside: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.aside = status, code, detail, aside


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    await serve(_door, scope, receive, send)


async def _door(request: Request) -> Answer:
    match = PATH.match(request.path)
    if match is None:
        raise Problem(404, "not-found")
    company = await access.company_of(request)
    act = _act_of(request.method, match[2], match[3])
    stores = request.method == "PUT"
    device, recording = await access.asker_of(company, request, match[1], fresh=not stores)
    return await act(Ask(company, device, recording, request))


def _act_of(method: str, what: str | None, seq: str | None) -> Callable[[Ask], Awaitable[Answer]]:
    if what == "units" and seq is not None:
        allowed, act = "PUT", lambda ask: _put_unit(ask, int(seq))
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


async def _put_unit(ask: Ask, seq: int) -> Answer:
    request = ask.request
    if request.media_type not in AUDIO:
        raise Problem(415, "unsupported-media-type", "Send audio/aac.")
    given = _given(request, seq, await request.body(MOST_BYTES))
    try:
        outcome = await _take(ask, given)
    except Rejected as refused:
        raise Problem(refused.status, refused.code, refused.detail) from None
    digest = base64.b64encode(given.digest).decode()
    return as_json(
        201 if outcome.fate is Fate.NEW else 200,
        {"next": outcome.next},
        {"unit-next": str(outcome.next), "content-digest": f"sha-256=:{digest}:"},
    )


def _given(request: Request, seq: int, data: bytes) -> Given:
    digests = DIGEST.findall(request.header("content-digest"))
    if len(digests) != 1:
        raise Problem(400, "malformed-header", "Content-Digest: sha-256=:...: is required.")
    first, samples = _samples(request.header("unit-samples"))
    return Given(
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
    if not RUN.match(run):
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
    flags = [flag for flag in re.split(r"[|,\s]+", text) if flag]
    if set(flags) - FLAGS:
        raise Problem(400, "malformed-header", "Unit-Flags")
    return "|".join(flags)


def _peaks(text: str) -> bytes | None:
    """Loudness for the waveform, ten numbers a second from 0 to 255."""
    if not text:
        return None
    numbers = [part.strip() for part in text.split(",")]
    if len(numbers) > 200 or not all(re.fullmatch(r"\d{1,3}", n) for n in numbers):
        raise Problem(400, "malformed-header", "Unit-Peak")
    return bytes(min(255, int(n)) for n in numbers)


# Taking a unit


async def _take(ask: Ask, given: Given) -> Outcome:
    """Durable when this returns. Raises Rejected, after what can be kept aside was kept."""
    if ask.recording.key is None:
        raise Rejected(410, "erased")
    if hashlib.sha256(given.data).digest() != given.digest:
        raise Rejected(400, "digest-mismatch", "Send the same bytes again.")
    if given.seq > min(HIGHEST_SEQ, _elapsed_units(ask.recording) + AHEAD_UNITS):
        raise Rejected(422, "seq-too-far")
    samples, refused = _judge(ask.recording, given)
    sealed = _seal(ask, given, samples)
    if refused is not None:
        if given.data:
            await keep_aside(ask.company.schema, sealed, refused.aside)
        raise refused
    outcome = await writer().store(ask.company.schema, sealed)
    if outcome.fate is Fate.CONFLICT:
        raise Rejected(409, "other-bytes", "Other bytes are stored under this number. Keep yours.")
    if outcome.fate is Fate.REFUSED:
        raise await _refusal(ask)
    if outcome.fate is Fate.NEW:
        _tell(ask, sealed)
    return outcome


def _elapsed_units(recording: KnownRecording) -> int:
    since = min(recording.started_at, recording.received_at).timestamp()
    unit = recording.frames_per_unit * adts.SAMPLES_PER_FRAME / recording.sample_rate
    return max(0, int((time.time() - since) / unit))


def _judge(recording: KnownRecording, given: Given) -> tuple[int, Rejected | None]:
    """How many samples it holds, and why it is not taken, if so."""
    try:
        sound = adts.parse(given.data)
    except adts.NotAdts as problem:
        return 0, Rejected(415, "not-adts", str(problem), aside="not_adts")
    return sound.samples, _unfit(recording, given, sound)


def _unfit(recording: KnownRecording, given: Given, sound: adts.Sound) -> Rejected | None:
    if sound.frames > recording.frames_per_unit:
        return Rejected(422, "unit-too-long", f"{sound.frames} frames", aside="samples")
    if given.first_sample is not None and given.first_sample > HIGHEST_SAMPLE:
        return Rejected(422, "first-sample", aside="samples")
    if sound.sample_rate != recording.sample_rate:
        return Rejected(422, "sample-rate", f"{sound.sample_rate} Hz", aside="samples")
    if given.samples is not None and given.samples != sound.samples:
        return Rejected(422, "samples-mismatch", f"{sound.samples} samples", aside="samples")
    return None


def _seal(ask: Ask, given: Given, samples: int) -> Incoming:
    recording = ask.recording
    assert recording.key is not None
    place = crypto.Place(
        ask.company.schema, recording.public_id, given.run, given.seq, given.digest
    )
    nonce, ciphertext = crypto.seal(recording.key, place, given.data)
    per_unit = recording.frames_per_unit * adts.SAMPLES_PER_FRAME
    first = given.seq * per_unit if given.first_sample is None else given.first_sample
    return Incoming(
        recording_id=recording.id,
        seq=given.seq,
        digest=given.digest,
        nonce=nonce,
        ciphertext=ciphertext,
        first_sample=first,
        samples=samples,
        run=given.run,
        device_time_ms=given.time_ms,
        sent_ms=given.sent_ms,
        flags=given.flags,
        peaks=given.peaks,
    )


async def _refusal(ask: Ask) -> Rejected:
    """Why the statement did not take it; a device revoked meanwhile is a Problem."""
    recording_id = str(ask.recording.public_id)
    _device, now = await access.asker_of(ask.company, ask.request, recording_id, fresh=True)
    return Rejected(410, "erased") if now.key is None else Rejected(409, "recording-closed")


def _tell(ask: Ask, unit: Incoming) -> None:
    arrivals().tell(ask.company.schema, ask.recording.public_id)
    if ask.recording.incident and unit.peaks:
        message = {
            "t": "level",
            "pk": str(ask.recording.incident),
            "recording": str(ask.recording.public_id),
            "index": round(unit.first_sample * PEAKS_PER_SECOND / ask.recording.sample_rate),
            "peaks": [round(peak / 255, 3) for peak in unit.peaks],
        }
        arrivals().hint(incident_group(ask.company.id, ask.recording.incident), message)


# Many units


async def _put_batch(ask: Ask) -> Answer:
    if ask.request.media_type != batch_format.CONTENT_TYPE:
        raise Problem(415, "unsupported-media-type", f"Send {batch_format.CONTENT_TYPE}.")
    run = _run(ask.request)
    sent = _milliseconds(ask.request, "unit-sent")
    body = await ask.request.body(batch_format.MOST_BYTES)
    try:
        units = batch_format.unpack(body)
    except batch_format.BrokenBatch as problem:
        raise Problem(400, "malformed-batch", str(problem)) from None
    if ask.recording.key is None:
        raise Problem(410, "erased")
    given = [replace(_from_batch(unit), run=run, sent_ms=sent) for unit in units]
    results = await asyncio.gather(*(_take(ask, one) for one in given), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Rejected):
            raise result
    return await _batch_answer(ask, given, results)


def _from_batch(unit: batch_format.BatchUnit) -> Given:
    return Given(
        seq=unit.seq,
        digest=unit.digest,
        data=unit.data,
        first_sample=unit.first_sample,
        samples=unit.samples,
        # A clock beyond all reason is no reason to refuse the sound: it goes without a time.
        time_ms=unit.time_ms if 0 <= unit.time_ms <= HIGHEST_MS else None,
    )


async def _batch_answer(
    ask: Ask, given: list[Given], results: list[Outcome | BaseException]
) -> Answer:
    pairs = list(zip(given, results, strict=True))
    stored = sorted({unit.seq for unit, result in pairs if isinstance(result, Outcome)})
    rejected = [
        {"seq": unit.seq, "type": result.code}
        for unit, result in pairs
        if isinstance(result, Rejected)
    ]
    async with database.connected(ask.company.schema) as connection:
        following = await writer().next_of(connection, ask.company.schema, {ask.recording.id})
    following_seq = following[ask.recording.id]
    body = {"next": following_seq, "stored": ranges_of(stored), "rejected": rejected}
    return as_json(200, body, {"unit-next": str(following_seq)})


# Resuming and closing


async def _status(ask: Ask) -> Answer:
    return as_json(200, await state_of(ask.company, ask.recording))


async def _close(ask: Ask) -> Answer:
    if ask.recording.key is None:
        raise Problem(410, "erased")
    if ask.request.media_type != "application/json":
        raise Problem(415, "unsupported-media-type", "Send application/json.")
    body = await ask.request.body(CLOSE_BYTES)
    status, answer = await close_recording(ask.company, ask.recording, body)
    arrivals().tell(ask.company.schema, ask.recording.public_id)
    if ask.recording.incident:
        changed = {"t": "changed", "k": "incident", "pk": str(ask.recording.incident)}
        arrivals().hint(incident_group(ask.company.id, ask.recording.incident), changed)
    return as_json(status, answer)
