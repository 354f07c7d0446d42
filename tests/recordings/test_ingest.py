"""The door for sound: each answer the device may get, and what is kept after it."""

import asyncio
import hashlib
import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from people.models import Device
from recordings.media.batch_format import CONTENT_TYPE, pack
from recordings.models import QuarantinedUnit, Recording, Unit
from tenants.context import run_in
from tests.recordings.conftest import Recorder, Reply, new_recorder, run
from tests.recordings.sounds import UNIT, digest_header, in_batch, unit


def code(reply: Reply) -> str:
    assert reply.headers["content-type"] == "application/problem+json"
    return str(json.loads(reply.body)["code"])


def other(n: int) -> bytes:
    return unit(fill=bytes([65 + n]))


def test_a_unit_is_acknowledged_once_it_is_stored_and_again_when_repeated(
    recorder: Recorder,
) -> None:
    async def work() -> list[Reply]:
        return [await recorder.put(0, unit()), await recorder.put(0, unit())]

    new, again = run(work())
    assert (new.status, again.status) == (201, 200)
    assert new.headers["unit-next"] == again.headers["unit-next"] == "1"
    assert new.headers["content-digest"] == digest_header(unit())
    assert len(recorder.rows(Unit)) == 1


def test_the_same_number_at_once_from_many_requests_is_one_unit(recorder: Recorder) -> None:
    async def work() -> list[Reply]:
        same = [recorder.put(0, unit()) for _ in range(6)]
        return await asyncio.gather(*same, recorder.put(0, other(1)))

    statuses = sorted(reply.status for reply in run(work()))
    assert statuses.count(201) == 1
    assert len(recorder.rows(Unit)) == 1
    assert len(recorder.rows(QuarantinedUnit)) == 1


def test_other_bytes_under_a_stored_number_are_kept_aside(recorder: Recorder) -> None:
    async def work() -> list[Reply]:
        given = [unit(), other(1), other(1), other(2), unit()]
        return [await recorder.put(0, data) for data in given]

    replies = run(work())
    assert [reply.status for reply in replies] == [201, 409, 409, 409, 200]
    assert code(replies[1]) == "other-bytes"
    assert [bytes(row.digest) for row in recorder.rows(Unit)] == [hashlib.sha256(unit()).digest()]
    assert [row.reason for row in recorder.rows(QuarantinedUnit)] == ["conflict", "conflict"]


@pytest.mark.parametrize(
    ("data", "headers", "status", "problem", "aside"),
    [
        (unit(), {"Content_Digest": digest_header(b"x")}, 400, "digest-mismatch", 0),
        (unit(), {"Content_Digest": ""}, 400, "malformed-header", 0),
        (unit(), {"Unit_Run": "../x"}, 400, "malformed-header", 0),
        (unit(), {"Unit_Time": "-1"}, 400, "malformed-header", 0),
        (unit(), {"Unit_Flags": "nonsense"}, 400, "malformed-header", 0),
        (unit(), {"Unit_Peak": "1,2,nan"}, 400, "malformed-header", 0),
        (unit(), {"Content_Type": "audio/wav"}, 415, "unsupported-media-type", 0),
        (b"", {}, 415, "not-adts", 0),
        (b"RIFF" + b"x" * 400, {}, 415, "not-adts", 1),
        (unit()[:-1], {}, 415, "not-adts", 1),
        (b"x" * 262_145, {}, 413, "too-large", 0),
        (unit(), {"Unit_Samples": f"0/{UNIT + 1}"}, 422, "samples-mismatch", 1),
        (unit(rate=16000), {}, 422, "sample-rate", 1),
    ],
)
def test_a_bad_unit_is_refused_and_what_may_be_sound_is_kept_aside(
    recorder: Recorder, data: bytes, headers: dict[str, str], status: int, problem: str, aside: int
) -> None:
    reply = run(recorder.put(0, data, **headers))
    assert (reply.status, code(reply)) == (status, problem)
    assert recorder.rows(Unit) == []
    assert len(recorder.rows(QuarantinedUnit)) == aside


@pytest.mark.parametrize(("seq", "status"), [(7_000, 201), (7_300, 422), (2**32, 422)])
def test_a_number_far_ahead_of_the_clock_is_refused(
    recorder: Recorder, seq: int, status: int
) -> None:
    assert run(recorder.put(seq, unit())).status == status


def test_an_unknown_a_wrong_and_a_revoked_token_are_401(recorder: Recorder) -> None:
    def revoke() -> None:
        Device.objects.filter(pk=recorder.device_id).update(revoked_at=timezone.now())

    wrong = recorder.token[:-1] + ("a" if recorder.token[-1] != "a" else "b")
    for token in ("nonsense", wrong):
        assert run(recorder.send("GET", token=token)).status == 401
    run_in(recorder.company, revoke)
    reply = run(recorder.put(0, unit()))
    assert (reply.status, code(reply)) == (401, "device-revoked")
    assert reply.headers["www-authenticate"] == "Bearer"
    assert recorder.rows(Unit) == []


def test_a_device_revoked_while_it_sends_is_refused_from_its_next_unit(recorder: Recorder) -> None:
    async def work() -> list[Reply]:
        first = await recorder.put(0, unit())
        await asyncio.to_thread(run_in, recorder.company, revoke)
        return [first, await recorder.put(1, unit())]

    def revoke() -> None:
        Device.objects.filter(pk=recorder.device_id).update(revoked_at=timezone.now())

    first, second = run(work())
    assert (first.status, second.status, code(second)) == (201, 401, "device-revoked")
    assert [row.seq for row in recorder.rows(Unit)] == [0]


def test_units_out_of_order_name_the_first_that_is_missing(recorder: Recorder) -> None:
    async def work() -> list[int]:
        return [json.loads((await recorder.put(n, unit())).body)["next"] for n in (0, 2, 4, 1, 3)]

    assert run(work()) == [1, 1, 1, 3, 5]


def test_another_device_and_an_unknown_recording(recorder: Recorder) -> None:
    stranger = new_recorder(recorder.company)
    reply = run(recorder.send("GET", token=stranger.token))
    assert (reply.status, code(reply)) == (403, "other-device")
    nowhere = Recorder(recorder.company, 0, recorder.token, uuid.uuid4())
    assert run(nowhere.send("GET")).status == 404
    assert run(recorder.send("GET", Host="nobody.localhost")).status == 404
    assert run(recorder.send("DELETE")).status == 405


def test_a_token_of_one_company_opens_nothing_of_another(recorder: Recorder) -> None:
    assert run(recorder.send("GET")).status == 200
    assert run(recorder.send("GET", Host="globex.localhost")).status == 401


def test_sound_is_stored_without_trying_to_compress_it(recorder: Recorder) -> None:
    def storage() -> list[tuple[str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT attstorage::text FROM pg_attribute WHERE attname = 'ciphertext'"
                " AND attrelid IN (%s::regclass, %s::regclass)",
                [f"{recorder.company.schema}.recordings_{t}" for t in ("unit", "quarantine")],
            )
            return cursor.fetchall()

    assert run_in(recorder.company, storage) == [("e",), ("e",)]


def test_erased_sound_does_not_come_back(recorder: Recorder) -> None:
    def erase() -> None:
        Recording.objects.filter(public_id=recorder.recording).update(erased_at=timezone.now())

    run_in(recorder.company, erase)
    assert run(recorder.put(0, unit())).status == 410


# Batches


def test_each_unit_of_a_batch_is_judged_alone(recorder: Recorder) -> None:
    units = [in_batch(n, other(n)) for n in range(10)]
    units[4] = in_batch(4, other(4), digest=b"d" * 32)
    units[7] = in_batch(7, b"RIFF")

    async def work() -> Any:
        await recorder.put(2, other(2))
        return await recorder.send("PUT", "/units", pack(units), Content_Type=CONTENT_TYPE)

    reply = run(work())
    assert reply.status == 200
    assert json.loads(reply.body) == {
        "next": 4,
        "stored": [[0, 3], [5, 6], [8, 9]],
        "rejected": [{"seq": 4, "type": "digest-mismatch"}, {"seq": 7, "type": "not-adts"}],
    }


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", CONTENT_TYPE, 400),
        (pack([in_batch(0, unit())])[:-1], CONTENT_TYPE, 400),
        (pack([in_batch(0, unit())]), "application/json", 415),
        (b"x" * 1_100_000, CONTENT_TYPE, 413),
    ],
)
def test_a_broken_batch_stores_nothing(
    recorder: Recorder, body: bytes, kind: str, status: int
) -> None:
    assert run(recorder.send("PUT", "/units", body, Content_Type=kind)).status == status
    assert recorder.rows(Unit) == []


def test_a_batch_says_how_loud_each_of_its_units_was_and_where_it_broke_off(
    recorder: Recorder,
) -> None:
    batch = pack([in_batch(0, other(0)), in_batch(1, other(1))])
    said = {"Unit_Peak": "1,2;3,4", "Unit_Flags": ";discontinuity|muted"}
    sent = recorder.send("PUT", "/units", batch, Content_Type=CONTENT_TYPE, **said)
    assert run(sent).status == 200
    rows = [(unit.seq, bytes(unit.peaks), unit.flags) for unit in recorder.rows(Unit)]
    assert sorted(rows) == [(0, b"\1\2", ""), (1, b"\3\4", "discontinuity|muted")]


@pytest.mark.parametrize("said", ["1,2", "1;2;3", "x;1"])
def test_a_batch_that_says_it_of_other_units_is_refused(recorder: Recorder, said: str) -> None:
    batch = pack([in_batch(0, other(0)), in_batch(1, other(1))])
    sent = recorder.send("PUT", "/units", batch, Content_Type=CONTENT_TYPE, Unit_Peak=said)
    assert run(sent).status == 400


# Closing


def chain_of(*units: bytes) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in units)).hexdigest()


def test_close_lists_what_is_missing_until_all_is_there(recorder: Recorder) -> None:
    ending = {"last_seq": 3, "chain": chain_of(*(other(n) for n in range(4)))}

    async def work() -> list[Reply]:
        first = [await recorder.put(n, other(n)) for n in (0, 2)]
        asked = await recorder.close(ending)
        rest = [await recorder.put(n, other(n)) for n in (1, 3)]
        done = [await recorder.close(ending), await recorder.close(ending)]
        return [*first, asked, *rest, *done, await recorder.put(4, other(4))]

    replies = run(work())
    assert [reply.status for reply in replies] == [201, 201, 202, 201, 201, 200, 200, 409]
    assert json.loads(replies[2].body) == {"missing": [[1, 1], [3, 3]]}
    assert json.loads(replies[5].body) == json.loads(replies[6].body)
    assert code(replies[7]) == "recording-closed"


def test_a_gap_that_the_device_declares_is_not_missing(recorder: Recorder) -> None:
    async def work() -> Reply:
        await recorder.put(0, unit())
        await recorder.put(3, unit())
        return await recorder.close({"last_seq": 3, "gaps": [[1, 2]]})

    assert run(work()).status == 200


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        (b"{", 400, "malformed"),
        (b"[]", 400, "malformed"),
        (b"\xff", 400, "malformed"),
        ({}, 400, "malformed"),
        ({"last_seq": "1"}, 422, "last-seq"),
        ({"last_seq": True}, 422, "last-seq"),
        ({"last_seq": 1, "gaps": [[1, 0]]}, 422, "gaps"),
        ({"last_seq": 0}, 409, "units-behind-end"),
        ({"last_seq": 1, "chain": "0" * 64}, 409, "chain-mismatch"),
    ],
)
def test_a_bad_end_closes_nothing_for_good(
    recorder: Recorder, body: object, status: int, problem: str
) -> None:
    async def work() -> list[Reply]:
        for n in (0, 1):
            await recorder.put(n, other(n))
        bad = await recorder.close(body)
        return [bad, await recorder.close({"last_seq": 1, "chain": chain_of(other(0), other(1))})]

    bad, good = run(work())
    assert (bad.status, code(bad)) == (status, problem)
    assert good.status == 200
