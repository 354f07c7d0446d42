"""The door for listeners: playlists and sound of one play session. Raw ASGI.

A company's people listen under /play/{session}/ on its host. An operator listens under
/play/{grant}/{session}/ on the desk's host: the grant says which company, and signs nobody in.

Every ten seconds of sound need a lease: one statement reads again that the session, its sign-in,
the person and the grant are still good, writes down which units are handed out, and only then
bytes leave. Within a lease the same is read again every two seconds.
"""

import asyncio
import gzip
import hashlib
import math
import re
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import parse_cookie
from psycopg.sql import SQL, Identifier

from operations.company_access.entries import record_listening
from recordings.media import access, crypto, database, hls
from recordings.media.asgi_http import Answer, Receive, Request, Scope, Send, serve
from recordings.media.hls import StreamFormat
from recordings.media.unit_events import unit_events
from recordings.media.unit_index import IndexedUnit, UnitIndex
from recordings.permissions import is_still_allowed
from tenants.hosts import CompanyRef
from tenants.threads import ask_public, company_of_schema, run_in_thread
from web.problems import Problem

PATH = re.compile(
    r"^/play/(?:([0-9a-f-]{36})/)?([0-9a-f-]{36})/"
    r"(?:(live|dvr)\.m3u8|u/(\d{1,10})-(\d{1,10})\.aac)$"
)
LEASE_SECONDS = 10
TRUSTED_SECONDS = 2.0
"""How long what was read about a listener is believed. Two such readings may follow on each other,
so anyone who has lost the right hears and sees nothing more after twice this."""
MOST_UNITS = 120
SHELVES = 200
LEASES = 10_000
GZIP_FROM = 2_000
NATIVE_PLAYER = "AppleCoreMedia"  # a held reload is fatal there, so it polls


@dataclass(frozen=True, slots=True)
class Play:
    """A play session that was good when it was read."""

    session_id: int
    recording_id: int
    recording: UUID
    key: bytes
    take: StreamFormat


@dataclass(frozen=True, slots=True)
class Lease:
    play: Play
    first: int
    last: int
    until: float
    trusted_until: float
    since: float
    """Of listening without a pause of a lease's length."""

    def covers(self, first: int, last: int) -> bool:
        return self.first <= first and last <= self.last and time.monotonic() < self.until


_indexes: OrderedDict[tuple[str, int], UnitIndex] = OrderedDict()
_leases: OrderedDict[tuple[str, UUID, bytes, UUID | None], Lease] = OrderedDict()
_duties: access.TtlCache[bool] = access.TtlCache(TRUSTED_SECONDS)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    await serve(_route, scope, receive, send)


def forget() -> None:
    """Drop the cache after rights were changed in this process."""
    _indexes.clear()
    _leases.clear()
    _duties.clear()


async def _route(request: Request) -> Answer:
    match = PATH.match(request.path)
    if match is None:
        raise Problem(404, "not-found")
    if request.method != "GET":
        raise Problem(405, "method-not-allowed", headers={"Allow": "GET"})
    listener = await _listener(request, match[1], _uuid(match[2]), _cookie(request))
    if match[3]:
        return await _playlist(listener, request, match[3])
    return await _sound(listener, int(match[4]), int(match[5]))


def _cookie(request: Request) -> str:
    """The sign-in's key. A quoted cookie may hold any character, and PostgreSQL takes no NUL."""
    cookie = parse_cookie(request.header("cookie")).get(settings.SESSION_COOKIE_NAME, "")
    if "\x00" in cookie:
        raise Problem(404, "not-found")
    return cookie


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Problem(404, "not-found") from None


# Who listens


_COMPANY_OF_GRANT = """
SELECT c.schema_name FROM {s}.operations_accessgrant g
JOIN {s}.tenants_company c ON c.id = g.company_id
WHERE g.public_id = %s"""

_ALLOWED = """
SELECT s.id AS session_id, r.id, r.public_id, r.sample_rate, r.frames_per_unit,
  (extract(epoch FROM r.started_at) * 1000)::bigint, r.last_seq,
  r.manifest_sha256 IS NOT NULL, r.gaps, k.wrapped, u.public_id AS actor_public_id
FROM {s}.recordings_playsession s
JOIN {s}.accounts_user u ON u.id = s.user_id AND u.is_active
JOIN {s}.recordings_recording r ON r.id = s.recording_id AND r.erased_at IS NULL
JOIN {s}.recordings_key k ON k.recording_id = r.id
JOIN {s}.django_session d ON d.session_key = %s AND d.expire_date > now()
WHERE s.public_id = %s AND s.session_key_hash = %s AND s.ended_at IS NULL"""

# The operator signs in on the desk's host; grant and case are read again every time.
_ALLOWED_BY_GRANT = """
SELECT s.id AS session_id, r.id, r.public_id, r.sample_rate, r.frames_per_unit,
  (extract(epoch FROM r.started_at) * 1000)::bigint, r.last_seq,
  r.manifest_sha256 IS NOT NULL, r.gaps, k.wrapped, u.public_id AS actor_public_id
FROM {s}.recordings_playsession s
JOIN public.operations_accessgrant g ON g.public_id = s.grant_id
  AND g.operator_id = s.operator_id AND g.source <> 'dispatch' AND g.source <> 'reading'
  AND g.opened_at IS NOT NULL AND g.closed_at IS NULL AND g.expires_at > clock_timestamp()
JOIN public.operations_case c ON c.id = g.case_id
  AND (g.source = 'break_glass' OR c.state <> 'closed')
JOIN {desk}.accounts_user u ON u.public_id = g.operator_id AND u.is_active
JOIN {s}.incidents_incident i ON i.public_id = g.incident_id
JOIN {s}.recordings_recording r ON r.id = s.recording_id AND r.incident_id = i.id
  AND r.erased_at IS NULL
JOIN {s}.recordings_key k ON k.recording_id = r.id
JOIN {desk}.django_session d ON d.session_key = %s AND d.expire_date > now()
WHERE s.public_id = %s AND s.session_key_hash = %s AND s.ended_at IS NULL AND g.public_id = %s"""


def _lease(allowed: str, kind: str) -> str:
    return f"""
WITH allowed AS ({allowed}),
noted AS (INSERT INTO {{s}}.recordings_playrange (session_id, first_seq, last_seq, at)
          SELECT session_id, %s, %s, clock_timestamp() FROM allowed),
kept AS (SELECT public.audit_append(%s, allowed.public_id::text, jsonb_build_object(
           'verb', 'recording.played',
           'actor', jsonb_build_object('kind', '{kind}', 'id', allowed.actor_public_id),
           'session', %s::text, 'first_seq', %s::bigint, 'last_seq', %s::bigint)) FROM allowed)
SELECT allowed.* FROM allowed, kept"""  # noqa: S608 - made of constants


_LEASE = _lease(_ALLOWED, "user")
_LEASE_BY_GRANT = _lease(_ALLOWED_BY_GRANT, "operator")


@dataclass(frozen=True, slots=True)
class Listener:
    company: CompanyRef
    session: UUID
    cookie: str
    desk: str = ""
    grant: UUID | None = None

    @property
    def key(self) -> tuple[str, UUID, bytes, UUID | None]:
        return self.company.schema, self.session, _hash(self.cookie), self.grant

    async def ask(self, own: str, by_grant: str, more: Sequence[Any] = ()) -> list[database.Row]:
        values = [self.cookie, self.session, _hash(self.cookie)]
        if self.grant is None:
            return await database.fetch(self.company.schema, own, [*values, *more])
        text = by_grant.replace("{desk}", _quoted(self.desk))
        return await database.fetch(self.company.schema, text, [*values, self.grant, *more])


def _quoted(schema: str) -> str:
    return SQL("{}").format(Identifier(schema)).as_string(None)


async def _listener(request: Request, grant: str | None, session: UUID, cookie: str) -> Listener:
    """On a company's host its own people; on the desk's, the holder of the grant in the path."""
    host = await access.company_of(request)
    if not grant:
        return Listener(host, session, cookie)
    if host.kind != "ops":
        raise Problem(404, "not-found")
    rows = await database.fetch("public", _COMPANY_OF_GRANT, [_uuid(grant)])
    company = rows and await company_of_schema(rows[0][0])
    if not company:
        raise Problem(404, "not-found")
    return Listener(company, session, cookie, desk=host.schema, grant=_uuid(grant))


async def _allowed(listener: Listener) -> Play:
    play = _play(listener.company, await listener.ask(_ALLOWED, _ALLOWED_BY_GRANT))
    await _on_duty(listener)
    return play


async def _on_duty(listener: Listener) -> None:
    """Check, now and then, by the apps that know duties. Raises Problem 404 if not on duty."""
    if _duties.get(listener.key):
        return
    if not await run_in_thread(listener.company, is_still_allowed, listener.session):
        raise Problem(404, "not-found")
    _duties.put(listener.key, True)


def _play(company: CompanyRef, rows: list[database.Row]) -> Play:
    if not rows:
        raise Problem(404, "not-found")
    session_id, key_id, recording, rate, frames, started, last, complete, gaps, wrapped, _ = rows[0]
    return Play(
        session_id=session_id,
        recording_id=key_id,
        recording=recording,
        key=crypto.unwrap_key(company.schema, recording, bytes(wrapped)),
        take=StreamFormat(rate, frames, started, last, complete, tuple((a, b) for a, b in gaps)),
    )


def _hash(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()


# Playlists


async def _playlist(listener: Listener, request: Request, kind: str) -> Answer:
    company = listener.company
    play = await _allowed(listener)
    index = await _look(company, play)
    if kind == "dvr":
        return _text(request, hls.dvr_playlist(play.take, index, _now_ms()))
    wanted = _wanted(request, play.take, index)
    if wanted is not None:
        await _until_there(company, play, index, wanted)
        play = await _allowed(listener)
    can_block = NATIVE_PLAYER not in request.header("user-agent")
    return _text(request, hls.live_playlist(play.take, index, _now_ms(), can_block=can_block))


def _wanted(request: Request, take: StreamFormat, index: UnitIndex) -> int | None:
    text = (request.query.get("_HLS_msn") or [""])[0]
    if not text:
        return None
    if not re.fullmatch(r"\d{1,10}", text):
        raise Problem(400, "media-sequence")
    if int(text) > hls.live_end(take, index, _now_ms()) + 2 and not take.complete:
        raise Problem(400, "media-sequence", "Too far ahead.")
    return None if take.complete else int(text)


async def _until_there(company: CompanyRef, play: Play, index: UnitIndex, wanted: int) -> None:
    """Hold the answer until the unit is listed, at most three target durations."""
    latest = time.monotonic() + 3 * play.take.target
    while hls.live_end(play.take, index, _now_ms()) <= wanted:
        left = latest - time.monotonic()
        if left <= 0:
            return
        await unit_events().wait(company.schema, play.recording, left)
        await _refresh(company, play, index)


async def _look(company: CompanyRef, play: Play) -> UnitIndex:
    key = (company.schema, play.recording_id)
    index = _indexes.setdefault(key, UnitIndex())
    _indexes.move_to_end(key)
    if len(_indexes) > SHELVES:
        _indexes.popitem(last=False)
    await _refresh(company, play, index)
    return index


async def _refresh(company: CompanyRef, play: Play, index: UnitIndex) -> None:
    rows = await database.fetch(
        company.schema,
        "SELECT seq, first_sample, samples, run, device_time_ms, sent_ms,"
        " (extract(epoch FROM received_at) * 1000)::bigint FROM {s}.recordings_unit"
        " WHERE recording_id = %s AND seq >= %s ORDER BY seq",
        [play.recording_id, index.next],
    )
    index.add(IndexedUnit(*row) for row in rows)


def _text(request: Request, text: str) -> Answer:
    body = text.encode()
    headers = {"vary": "accept-encoding, cookie"}
    if len(body) > GZIP_FROM and "gzip" in request.header("accept-encoding"):
        body = gzip.compress(body, compresslevel=1)
        headers["content-encoding"] = "gzip"
    return Answer(200, body, hls.CONTENT_TYPE, headers)


def _now_ms() -> int:
    return int(time.time() * 1000)


# Sound


async def _sound(listener: Listener, first: int, last: int) -> Answer:
    if not first <= last < first + MOST_UNITS:
        raise Problem(404, "not-found")
    company = listener.company
    play = await _leased(listener, first, last)
    units = await database.fetch(
        company.schema,
        "SELECT seq, digest, run, nonce, ciphertext, first_sample FROM {s}.recordings_unit"
        " WHERE recording_id = %s AND seq BETWEEN %s AND %s ORDER BY seq",
        [play.recording_id, first, last],
    )
    if len(units) != last - first + 1:
        raise Problem(404, "not-found")
    tag = hls.timestamp_tag(units[0][5], play.take.sample_rate)
    sound = b"".join(_opened(company, play, *unit[:5]) for unit in units)
    return Answer(200, tag + sound, "audio/aac")


def _opened(
    company: CompanyRef,
    play: Play,
    seq: int,
    digest: bytes,
    run: str,
    nonce: bytes,
    ciphertext: bytes,
) -> bytes:
    place = crypto.Place(company.schema, play.recording, run, seq, bytes(digest))
    return crypto.unseal(play.key, place, bytes(nonce), bytes(ciphertext))


async def _leased(listener: Listener, first: int, last: int) -> Play:
    """The play, once these units are written down as handed out."""
    lease = _leases.get(listener.key)
    if lease is None or not lease.covers(first, last):
        lease = await _new_lease(listener, first, last, lease)
    elif time.monotonic() >= lease.trusted_until:
        trusted_until = time.monotonic() + TRUSTED_SECONDS
        lease = replace(lease, play=await _allowed(listener), trusted_until=trusted_until)
    _leases[listener.key] = lease
    _leases.move_to_end(listener.key)
    if len(_leases) > LEASES:
        _leases.popitem(last=False)
    return lease.play


async def _new_lease(listener: Listener, first: int, last: int, before: Lease | None) -> Lease:
    """Note a new lease; the statement that writes it decides last."""
    seconds, _duty = await asyncio.gather(
        _unit_seconds(listener.company, listener.session), _on_duty(listener)
    )
    last = max(last, first + math.ceil(LEASE_SECONDS / seconds) - 1)
    now = time.monotonic()
    play = await _note(listener, first, last)
    goes_on = before is not None and now < before.until + LEASE_SECONDS
    since = before.since if before and goes_on else now
    if listener.grant and now - since >= LEASE_SECONDS:
        await ask_public(record_listening, grant_id=listener.grant)
    return Lease(play, first, last, now + LEASE_SECONDS, now + TRUSTED_SECONDS, since)


async def _unit_seconds(company: CompanyRef, session: UUID) -> float:
    rows = await database.fetch(
        company.schema,
        "SELECT r.frames_per_unit * 1024.0::float8 / r.sample_rate"
        " FROM {s}.recordings_playsession s"
        " JOIN {s}.recordings_recording r ON r.id = s.recording_id WHERE s.public_id = %s",
        [session],
    )
    return float(rows[0][0]) if rows else 1.0


async def _note(listener: Listener, first: int, last: int) -> Play:
    more = [first, last, listener.company.schema, listener.session, first, last]
    return _play(listener.company, await listener.ask(_LEASE, _LEASE_BY_GRANT, more))
