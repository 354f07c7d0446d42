"""Units, batches and ends that make no sense spoil nothing that is stored."""

import hashlib
import json
import time
import uuid
from typing import Any

import pytest
from django.utils import timezone

from people.models import Device
from recordings.media.batch_format import CONTENT_TYPE, pack
from recordings.models import QuarantinedUnit
from tenants.context import run_in
from tests.live.bad_input.scene import Scene, is_a_problem
from tests.live.raw_http import RawReply, send_raw
from tests.recordings.sounds import in_batch, unit
from tests.support.sound import put


def test_huge_numbers_in_a_batch_spoil_no_other_unit(scene: Scene) -> None:
    units = [
        in_batch(1, unit(fill=b"1")),
        in_batch(2, unit(fill=b"2"), first_sample=2**64 - 1),
        in_batch(3, unit(fill=b"3"), samples=2**32 - 1),
        in_batch(4, unit(fill=b"4"), time_ms=-(2**63)),
        in_batch(5, unit(fill=b"5"), time_ms=2**63 - 1),
        in_batch(2**32 - 1, unit(fill=b"6")),
        in_batch(0, unit(fill=b"7")),
    ]
    answer = scene.phone.send(
        "PUT",
        f"/ingest/{scene.recording}/units",
        data=pack(units),
        headers={"Content-Type": CONTENT_TYPE},
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["stored"] == [[1, 1], [4, 5]]
    refused = {one["seq"]: one["type"] for one in answer.json()["rejected"]}
    assert refused == {
        2: "first-sample",
        3: "samples-mismatch",
        2**32 - 1: "seq-too-far",
        0: "other-bytes",
    }

    def aside() -> Any:
        found = QuarantinedUnit.objects.filter(recording__public_id=scene.recording)
        return set(found.values_list("seq", "reason"))

    kept = run_in(scene.live.company, aside)
    assert kept == {(2, "samples"), (3, "samples"), (0, "conflict")}


def test_a_unit_longer_than_registered_is_kept_aside(scene: Scene) -> None:
    answer = put(scene.phone, scene.recording, 1, unit(48))
    assert (answer.status_code, answer.json()["code"]) == (422, "unit-too-long")
    assert put(scene.phone, scene.recording, 1, unit(20)).status_code == 201


def close(scene: Scene, body: Any) -> RawReply:
    return scene.json("/ingest/{recording}/close", json.dumps(body).encode())


def test_after_the_end_nothing_is_added_and_nothing_replaced(scene: Scene) -> None:
    assert put(scene.phone, scene.recording, 2, unit(fill=b"2")).status_code == 201
    assert close(scene, {"last_seq": 2, "gaps": [[1, 1]]}).status == 200
    late = put(scene.phone, scene.recording, 1, unit(fill=b"1"))
    assert (late.status_code, late.json()["code"]) == (409, "recording-closed")
    behind = put(scene.phone, scene.recording, 3, unit(fill=b"3"))
    assert (behind.status_code, behind.json()["code"]) == (409, "recording-closed")
    other = put(scene.phone, scene.recording, 2, unit(fill=b"x"))
    assert (other.status_code, other.json()["code"]) == (409, "other-bytes")
    assert put(scene.phone, scene.recording, 0, unit()).status_code == 200
    assert close(scene, {"last_seq": 2, "gaps": [[1, 1]]}).status == 200
    is_a_problem(close(scene, {"last_seq": 3}), 409)


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"last_seq": 10**400}, 422),
        ({"last_seq": -2}, 422),
        ({"last_seq": 1.5}, 422),
        ({"last_seq": 0, "gaps": ["12"]}, 422),
        ({"last_seq": 0, "gaps": [[0, 10**400]]}, 422),
        ({"last_seq": 0, "gaps": [["0", "0"]]}, 422),
        ({"last_seq": 0, "gaps": [[0]]}, 400),
        ({"last_seq": 0, "gaps": 7}, 400),
        ({"last_seq": 0, "chain": {"a": 1}}, 409),
    ],
)
def test_an_end_that_makes_no_sense_ends_nothing(scene: Scene, body: Any, status: int) -> None:
    is_a_problem(close(scene, body), status)
    good = hashlib.sha256(hashlib.sha256(unit()).digest()).hexdigest()
    assert close(scene, {"last_seq": 0, "chain": good}).status == 200


def test_gaps_that_are_endless_numbers_end_nothing(scene: Scene) -> None:
    reply = scene.json("/ingest/{recording}/close", b'{"last_seq": 0, "gaps": [[0, 1e999]]}')
    is_a_problem(reply, 422)


def test_a_revoked_token_stores_nothing_and_reads_nothing(scene: Scene) -> None:
    def revoke() -> None:
        Device.objects.filter(recordings__public_id=scene.recording).update(
            revoked_at=timezone.now()
        )

    run_in(scene.live.company, revoke)
    until = time.monotonic() + 6  # the plane believes a token for five seconds
    seq = 1
    while put(scene.phone, scene.recording, seq, unit(fill=b"r")).status_code != 401:
        seq += 1
        assert time.monotonic() < until
    is_a_problem(send_raw(scene.live, scene.head("GET", "/ingest/{recording}")), 401)
    is_a_problem(send_raw(scene.live, scene.head("GET", "/api/v1/me/incidents")), 403)
    # What she cannot lose with it is the button.
    assert scene.phone.send("POST", "/api/v1/incidents", json={"tap_id": str(uuid.uuid4())}).ok
