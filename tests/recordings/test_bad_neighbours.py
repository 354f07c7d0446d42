"""What one device sends wrong costs the sound of nobody else: all units of a company are one
statement."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.conf import settings
from psycopg.sql import SQL, Identifier

from recordings.media.batch_format import CONTENT_TYPE, BatchUnit, pack
from recordings.models import Unit
from tests.recordings.conftest import Recorder, Reply, new_recorder, run
from tests.recordings.sounds import digest_header, in_batch, unit

LONG = "9" * 400
JUNK = ["", "x", "-1", "0", LONG, "1e9", "NaN", "١٢", "\x7f", "a;b;c", "/", "0/" + LONG, "1,2,999"]
HEADERS = {
    "Unit_Flags": [*JUNK, "muted|" * 40, "muted " * 60, "muted,discontinuity," * 20],
    "Unit_Run": [*JUNK, "a" * 64, "a" * 65, "é"],
    "Unit_Time": [*JUNK, "9" * 14, "9" * 15, "9" * 19],
    "Unit_Sent": [*JUNK, "9" * 14, "9" * 19],
    "Unit_Samples": [*JUNK, "999999999999999/48128", "0/999999999", "0/0"],
    "Unit_Peak": [*JUNK, "999," * 199 + "1", "255," * 300],
    "Content_Digest": [*JUNK, digest_header(b"other")],
    "Content_Type": [*JUNK, "audio/aac; charset=é"],
}
BODIES = [b"", b"\0" * 400, unit()[:-1], unit() * 3, b"\xff\xf1" * 200, b"x" * 262_145]
FAR = BatchUnit(4_294_967_295, b"d" * 32, 2**64 - 1, 2**32 - 1, -(2**63), b"junk")
BATCHES = [pack([FAR]), pack([in_batch(7, unit()), FAR]), b"x" * 60, b""]


@pytest.fixture
def carla(recorder: Recorder) -> Recorder:
    """A colleague whose recording goes on meanwhile."""
    return new_recorder(recorder.company)


@contextmanager
def database_that_refuses(schema: str, rule: str) -> Iterator[None]:
    table = SQL("ALTER TABLE {}.recordings_unit").format(Identifier(schema))
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
        owner.execute(table + SQL(" ADD CONSTRAINT no CHECK (" + rule + ") NOT VALID"))
        try:
            yield
        finally:
            owner.execute(table + SQL(" DROP CONSTRAINT no"))


def sound_of(recorder: Recorder, count: int) -> list[bytes]:
    return [unit(fill=bytes([65 + n % 26])) for n in range(count)]


async def stream(recorder: Recorder, first: int, sound: list[bytes]) -> list[Reply]:
    return await asyncio.gather(*(recorder.put(first + n, data) for n, data in enumerate(sound)))


def test_what_the_database_refuses_is_refused_alone(recorder: Recorder, carla: Recorder) -> None:
    good = sound_of(carla, 20)

    async def work() -> tuple[list[Reply], list[Reply]]:
        return await asyncio.gather(
            asyncio.gather(*(recorder.put(n, unit(), Unit_Flags="muted") for n in (3, 8))),
            stream(carla, 0, good),
        )

    with database_that_refuses(carla.company.schema, "flags <> 'muted'"):
        bad, kept = run(work())
    assert [reply.status for reply in bad] == [422, 422]
    assert [reply.status for reply in kept] == [201] * len(good)
    assert len(carla.rows(Unit)) == len(good)
    assert recorder.rows(Unit) == []


def test_a_batch_with_a_unit_that_the_database_refuses_says_which(recorder: Recorder) -> None:
    batch = pack([in_batch(n, unit(fill=bytes([65 + n]))) for n in range(9)])
    flags = ";".join("muted" if n == 4 else "" for n in range(9))
    with database_that_refuses(recorder.company.schema, "flags <> 'muted'"):
        reply = run(
            recorder.send("PUT", "/units", batch, Content_Type=CONTENT_TYPE, Unit_Flags=flags)
        )
    assert reply.status == 200
    assert b'"rejected": [{"seq": 4, "type": "unit-unfit"}]' in reply.body
    assert [row.seq for row in recorder.rows(Unit)] == [0, 1, 2, 3, 5, 6, 7, 8]


@pytest.mark.parametrize("header", HEADERS)
def test_no_header_costs_a_colleague_a_unit(
    recorder: Recorder, carla: Recorder, header: str
) -> None:
    good = sound_of(carla, len(HEADERS[header]))

    async def work() -> tuple[list[Reply], list[Reply]]:
        nasty = (
            recorder.put(n, unit(), **{header: value}) for n, value in enumerate(HEADERS[header])
        )
        return await asyncio.gather(asyncio.gather(*nasty), stream(carla, 0, good))

    answers, kept = run(work())
    assert [reply.status for reply in kept] == [201] * len(good)
    assert max(reply.status for reply in answers) < 500


def test_no_body_costs_a_colleague_a_unit(recorder: Recorder, carla: Recorder) -> None:
    good = sound_of(carla, 10)

    async def work() -> tuple[list[Reply], list[Reply]]:
        bodies = [recorder.put(n, body) for n, body in enumerate(BODIES)]
        batches = [
            recorder.send("PUT", "/units", body, Content_Type=CONTENT_TYPE) for body in BATCHES
        ]
        return await asyncio.gather(asyncio.gather(*bodies, *batches), stream(carla, 0, good))

    answers, kept = run(work())
    assert [reply.status for reply in kept] == [201] * len(good)
    assert max(reply.status for reply in answers) < 500


def test_a_flag_said_many_times_is_one_flag(recorder: Recorder) -> None:
    assert run(recorder.put(0, unit(), Unit_Flags="muted|" * 40 + "discontinuity")).status == 201
    assert [row.flags for row in recorder.rows(Unit)] == ["discontinuity|muted"]
