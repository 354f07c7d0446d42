"""Bodies, paths, methods and fields that make no sense: the documented problem, never a 5xx."""

import json
import time
import uuid
from typing import Any

import pytest

from incidents.models import Tap
from tenants.context import run_in
from tests.live.bad_input.scene import DEEP, Scene, is_a_problem
from tests.live.raw_http import chunked, send_and_leave, send_raw
from tests.recordings.sounds import digest_header, unit
from tests.support.sound import listen, put
from web.body_limits import LARGEST_BODY

DAY = 24 * 3600

# Bodies that are no JSON, or more than one bargained for


BODIES = {
    "cut off": b'{"tap_id": ',
    "not UTF-8": b'{"tap_id": "\xff\xfe"}',
    "only NUL": b"\x00\x00\x00",
    "deep": DEEP,
    "deep object": b'{"tap_id":' * 20_000,
    "an endless number": b'{"tap_id": ' + b"9" * 10_000 + b"}",
    "infinity": b'{"tap_id": 1e999, "client_id": 1e999, "fixes": 1e999, "last_seq": 1e999}',
    "not a number": b'{"tap_id": NaN}',
    "a list": b"[1, 2]",
    "a string": b'"tap"',
    "null": b"null",
}
DOORS = [
    "/api/v1/incidents",
    "/api/v1/incidents/{incident}/answer",
    "/api/v1/incidents/{incident}/messages",
    "/api/v1/incidents/{incident}/locations",
    "/api/v1/recordings",
    "/api/v1/devices/enroll",
    "/ingest/{recording}/close",
]


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read_is_a_problem_at_every_door(scene: Scene, name: str) -> None:
    for door in DOORS:
        reply = scene.json(door, BODIES[name])
        assert reply.status in {400, 413, 422}, (door, reply)
        is_a_problem(reply, reply.status)


@pytest.mark.parametrize("path", ["device/push", "device/web-push"])
def test_the_push_doors_read_no_nonsense_either(scene: Scene, path: str) -> None:
    for body in BODIES.values():
        status = 413 if len(body) > LARGEST_BODY else 400
        is_a_problem(scene.json(f"/api/v1/{path}", body, "PUT"), status)


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("messages", {"client_id": str(uuid.uuid4()), "text": "a\x00b"}),
        ("messages", {"client_id": str(uuid.uuid4()), "text": "\ud800"}),
        ("messages", {"client_id": str(uuid.uuid4()), "text": "x" * 501}),
        ("messages", {"client_id": -1, "text": "x"}),
        ("answer", {"answer": None}),
        ("locations", {"fixes": {"0": {}}}),
        ("locations", {"fixes": [{}] * 501}),
    ],
)
def test_fields_of_the_wrong_kind_are_a_400(scene: Scene, door: str, body: Any) -> None:
    path = f"/api/v1/incidents/{scene.incident}/{door}"
    is_a_problem(scene.json(path, json.dumps(body).encode()), 400)


def test_endless_numbers_never_become_positions(scene: Scene) -> None:
    fix = b'{"latitude": 35, "longitude": 139, "accuracy_m": 1e999}'
    reply = scene.json("/api/v1/incidents/{incident}/locations", b'{"fixes": [' + fix + b"]}")
    assert (reply.status, len(json.loads(reply.body)["refused"])) == (202, 1)
    assert scene.stored()[4] == 0


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_a_day_off_loses_nothing(scene: Scene, days: int) -> None:
    wrong = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + days * DAY))
    tap = {"tap_id": str(uuid.uuid4()), "pressed_at": wrong}
    assert scene.phone.send("POST", "/api/v1/incidents", json=tap).status_code == 200
    fix = {"latitude": 35.1, "longitude": 139.1, "recorded_at": wrong}
    path = f"/api/v1/incidents/{scene.incident}/locations"
    assert scene.phone.send("POST", path, json={"fixes": [fix]}).status_code == 202
    recording = scene.phone.record(tap["tap_id"], started_at=wrong)["id"]
    off = int((time.time() + days * DAY) * 1000)
    answer = put(scene.phone, recording, 0, unit(), Unit_Time=str(off), Unit_Sent=str(off))
    assert answer.status_code == 201
    assert scene.stored()[4] == 1


@pytest.mark.parametrize("year", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_clock_beyond_all_reason_breaks_no_page(scene: Scene, year: str) -> None:
    tap = {"tap_id": str(uuid.uuid4()), "pressed_at": year}
    assert scene.phone.send("POST", "/api/v1/incidents", json=tap).status_code == 200
    recording = scene.phone.record(tap["tap_id"], started_at=year)["id"]
    odd = {"Unit_Time": "99999999999999", "Unit_Sent": "99999999999999"}
    assert put(scene.phone, recording, 0, unit(), **odd).status_code == 201
    assert put(scene.phone, recording, 1, unit(fill=b"b"), Unit_Time="0").status_code == 201
    page = scene.boris.get(f"{scene.live.url}/portal/incidents/{scene.incident}/", timeout=10)
    assert page.status_code == 200
    opened = listen(scene.boris, scene.live, recording).json()
    for name in ("live_url", "dvr_url", "peaks_url"):
        assert scene.boris.get(scene.live.url + opened[name], timeout=10).status_code == 200


def test_the_same_press_with_another_body_changes_nothing_and_is_noted(scene: Scene) -> None:
    first = scene.phone.send("GET", f"/api/v1/incidents/{scene.incident}").json()
    other = {"tap_id": scene.tap_id, "level": "watch", "drill": True, "location": "here"}
    again = scene.phone.send("POST", "/api/v1/incidents", json=other)
    assert (again.status_code, again.json()["id"]) == (200, scene.incident)
    assert (again.json()["level"], again.json()["drill"]) == (first["level"], first["drill"])

    def differing() -> int:
        return Tap.objects.get(tap_id=scene.tap_id).differing_bodies

    assert run_in(scene.live.company, differing) == 1


# Heads and framing


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("DELETE", "/ingest/{recording}", 405),
        ("PATCH", "/ingest/{recording}/units/0", 405),
        ("GET", "/ingest/{recording}/close", 405),
        ("POST", "/ingest/{recording}/units", 405),
        ("GET", "/ingest/nothing", 404),
        ("PUT", "/ingest/{recording}/units/%00", 404),
        ("PUT", "/ingest/{recording}/units/-1", 404),
        ("PUT", "/ingest/{recording}/units/1e3", 404),
        ("POST", "/play/{session}/live.m3u8", 405),
        ("GET", "/play/{session}/live.m3u8%00", 404),
        ("GET", "/play/{session}/u/0-99999999999.aac", 404),
        ("DELETE", "/api/v1/incidents", 405),
        ("PUT", "/api/v1/incidents/{incident}", 405),
        ("PATCH", "/api/v1/device", 405),
        ("GET", "/api/v1/recordings", 405),
        ("GET", "/api/v1/incidents/00000000-0000-4000-8000-000000000000", 404),
    ],
)
def test_wrong_methods_and_paths(scene: Scene, method: str, path: str, status: int) -> None:
    is_a_problem(send_raw(scene.live, scene.head(method, path, "Content-Length: 0")), status)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_the_end_of_sound_of_another_type_is_a_415(scene: Scene, kind: str) -> None:
    named = [f"Content-Type: {kind}"] if kind else []
    lines = scene.head("POST", "/ingest/{recording}/close", "Content-Length: 2", *named)
    is_a_problem(send_raw(scene.live, lines, b"{}"), 415)


def a_press(**more: object) -> bytes:
    return json.dumps({"tap_id": str(uuid.uuid4()), **more}).encode()


PRESSES = [
    ["Content-Type: application/json; charset*=klingon''%e3"],
    ["Content-Type: application/json; charset=klingon"],
    [f"Content-Type: application/{'x' * 5000}"],
    ["Content-Type: text/plain", "Content-Type: text/html"],
    ["Content-Encoding: br, gzip, nonsense"],
    ["Accept: text/html"],
    ["Expect: nothing"],
    [],
]


@pytest.mark.parametrize("heads", PRESSES, ids=str)
def test_a_press_counts_whatever_its_head_says(scene: Scene, heads: list[str]) -> None:
    body = a_press()
    lines = scene.head("POST", "/api/v1/incidents", f"Content-Length: {len(body)}", *heads)
    assert send_raw(scene.live, lines, body).status == 200
    in_chunks = scene.head("POST", "/api/v1/incidents", "Transfer-Encoding: chunked", *heads)
    assert send_raw(scene.live, in_chunks, chunked(a_press())).status == 200


def test_a_press_that_is_too_long_is_said_to_be_so_before_it_has_come(scene: Scene) -> None:
    """So the app has time to send it again without its extras."""
    most = 64 * 1024
    announced = scene.head("POST", "/api/v1/incidents", f"Content-Length: {most + 1}")
    is_a_problem(send_raw(scene.live, announced), 413)
    in_chunks = scene.head("POST", "/api/v1/incidents", "Transfer-Encoding: chunked")
    never_ends = b"%x\r\n%s\r\n" % (most + 1, b"x" * (most + 1))
    is_a_problem(send_raw(scene.live, in_chunks, never_ends), 413)
    longest = a_press(other="x" * (most - 100))
    fits = scene.head("POST", "/api/v1/incidents", f"Content-Length: {len(longest)}")
    assert send_raw(scene.live, fits, longest).status == 200


@pytest.mark.parametrize(
    ("heads", "body"),
    [
        (["Content-Length: 9000000"], b""),
        (["Content-Length: 40"], b'{"tap_id": '),
        (["Transfer-Encoding: chunked"], chunked(b"x" * 200_000)),
        (["Transfer-Encoding: chunked"], b"5\r\nabc"),
        (["Content-Length: 3", "Content-Type: x; y*=klingon''%e3"], b"a=b"),
    ],
)
def test_a_button_needs_no_body_that_came(scene: Scene, heads: list[str], body: bytes) -> None:
    made = scene.phone.send("POST", "/api/v1/device/tap-token", json={}).json()
    lines = scene.head("POST", f"/api/v1/tap/{made['tap_token']}", *heads)
    before = taps_of(scene)
    assert send_raw(scene.live, lines, body).status == 200
    assert taps_of(scene) == before + 1


def taps_of(scene: Scene) -> int:
    return run_in(scene.live.company, Tap.objects.count)


UNIT_1 = unit(fill=b"1")


def unit_head(scene: Scene, *more: str) -> list[str]:
    return scene.head("PUT", "/ingest/{recording}/units/1", "Content-Type: audio/aac", *more)


def test_a_unit_in_chunks_without_a_length_is_a_unit(scene: Scene) -> None:
    digest = f"Content-Digest: {digest_header(UNIT_1)}"
    lines = unit_head(scene, digest, "Transfer-Encoding: chunked")
    assert send_raw(scene.live, lines, chunked(UNIT_1)).status == 201
    is_a_problem(send_raw(scene.live, lines, chunked(b"x" * 300_000)), 413)
    is_a_problem(send_raw(scene.live, lines, chunked(b"")), 400)


def test_a_unit_cut_off_on_its_way_is_not_stored(scene: Scene) -> None:
    digest = f"Content-Digest: {digest_header(UNIT_1)}"
    length = f"Content-Length: {len(UNIT_1)}"
    send_and_leave(scene.live, unit_head(scene, digest, length), UNIT_1[:-100])
    send_and_leave(
        scene.live, unit_head(scene, digest, "Transfer-Encoding: chunked"), chunked(UNIT_1)[:500]
    )
    # More than announced: the rest is not part of this unit, whose bytes then do not fit.
    short = unit_head(scene, digest, f"Content-Length: {len(UNIT_1) - 100}")
    is_a_problem(send_raw(scene.live, short, UNIT_1), 400)
    assert scene.phone.send("GET", f"/ingest/{scene.recording}").json()["have"] == [[0, 0]]
    assert put(scene.phone, scene.recording, 1, UNIT_1).status_code == 201


@pytest.mark.parametrize(
    ("twice", "status"),
    [
        (
            ["Content-Digest: " + digest_header(UNIT_1), "Content-Digest: " + digest_header(b"")],
            400,
        ),
        (["Unit-Run: a", "Unit-Run: b"], 400),
        (["Unit-Samples: 48128/48128", "Unit-Samples: 0/48128"], 400),
        (["Unit-Time: 1", "Unit-Time: 2"], 400),
        (["Authorization: Bearer other"], 401),
        (["Content-Type: text/plain"], 415),
    ],
)
def test_a_field_that_came_twice_is_not_half_believed(
    scene: Scene, twice: list[str], status: int
) -> None:
    given = [f"Content-Length: {len(UNIT_1)}", *twice]
    if not twice[0].startswith("Content-Digest"):
        given.append(f"Content-Digest: {digest_header(UNIT_1)}")
    is_a_problem(send_raw(scene.live, unit_head(scene, *given), UNIT_1), status)
    assert scene.phone.send("GET", f"/ingest/{scene.recording}").json()["next"] == 1
