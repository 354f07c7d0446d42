"""Nonsense over real sockets: the documented problem, never a 5xx, nothing stored is touched."""

import hashlib
import json
import socket
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests
from django.db import connection
from django.utils import timezone
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from incidents.models import Incident, LocationFix, Message, Tap
from people.devices import create_device
from people.models import Device, Employee
from recordings.batch import CONTENT_TYPE, BatchUnit, pack
from recordings.models import QuarantinedUnit, Unit
from tenants.context import run_in
from tests.live.conftest import ANNA, Live, LivePhone, Server, new_live
from tests.live.test_sound import listen, put
from tests.live.wire import Heard, chunked, say, say_and_leave
from tests.recordings.sounds import digest_header, unit

PROBLEM = "application/problem+json"
DEEP = b"[" * 100_000
DAY = 24 * 3600


@dataclass(frozen=True)
class Scene:
    """Anna has pressed, one unit of hers and one message are acknowledged, boris listens."""

    live: Live
    phone: LivePhone
    incident: str
    tap_id: str
    recording: str
    boris: requests.Session
    session: str

    def fill(self, path: str) -> str:
        names = {"incident": self.incident, "recording": self.recording, "session": self.session}
        return path.format(**names)

    def stored(self) -> Any:
        def read() -> Any:
            units = Unit.objects.filter(recording__public_id=self.recording)
            taps = Tap.objects.values_list("tap_id", "level", "incident_id", "body_sha256")
            return (
                [(u.seq, bytes(u.digest), bytes(u.ciphertext)) for u in units.order_by("seq")],
                sorted((str(a), b, c, bytes(d)) for a, b, c, d in taps),
                list(Incident.objects.values_list("public_id", "state", "level")),
                list(Message.objects.values_list("client_id", "text")),
                LocationFix.objects.filter(device__recordings__public_id=self.recording).count(),
            )

        return run_in(self.live.company, read)

    def head(self, method: str, path: str, *more: str) -> list[str]:
        first = [f"{method} {self.fill(path)} HTTP/1.1", f"Host: {self.live.host}"]
        return [*first, f"Authorization: Bearer {self.phone.token}", *more]

    def json(self, path: str, body: bytes, method: str = "POST") -> Heard:
        length = f"Content-Length: {len(body)}"
        lines = self.head(method, path, "Content-Type: application/json", length)
        return say(self.live, lines, body)


@pytest.fixture(scope="module")
def house(server: Server, django_db_blocker: Any) -> Iterator[Live]:
    """One company for all of these: every scene has a phone and a recording of its own."""
    with django_db_blocker.unblock():
        yield new_live(server)
        connection.close()


def new_phone(live: Live) -> LivePhone:
    """Not through the door of enrolment, which lets one address in sixty times a minute only."""

    def make() -> str:
        anna = Employee.objects.get(number=ANNA)
        for older in anna.devices.filter(revoked_at__isnull=True):
            older.revoke()
        return create_device(employee=anna, post=None, kind="iphone", name="iphone")[1]

    return LivePhone(live, run_in(live.company, make))


@pytest.fixture
def scene(house: Live, django_db_blocker: Any) -> Iterator[Scene]:
    live, phone = house, new_phone(house)
    tap = phone.tap()
    recording = str(phone.record(tap["tap_id"])["id"])
    assert put(phone, recording, 0, unit()).status_code == 201
    said = {"client_id": str(uuid.uuid4()), "text": "助けてください"}
    assert phone.send("POST", f"/api/v1/incidents/{tap['id']}/messages", json=said).ok
    boris = live.browser("boris")
    session = listen(boris, live, recording).json()["session"]
    made = Scene(live, phone, tap["id"], tap["tap_id"], recording, boris, session)
    with django_db_blocker.unblock():
        before = made.stored()
        yield made
        after = made.stored()
    assert after[0][: len(before[0])] == before[0], "an acknowledged unit was touched"
    assert set(map(str, before[1])) <= set(map(str, after[1])), "a press was touched"
    assert set(before[3]) <= set(after[3])


def is_a_problem(heard: Heard, status: int) -> None:
    assert (heard.status, heard.content_type) == (status, PROBLEM), heard.body[:300]
    assert json.loads(heard.body)["status"] == status


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
    "/api/v1/incidents/{incident}/raise",
    "/api/v1/incidents/{incident}/answer",
    "/api/v1/incidents/{incident}/messages",
    "/api/v1/incidents/{incident}/locations",
    "/api/v1/recordings",
    "/api/v1/devices/enroll",
    "/ingest/{recording}/close",
]


@pytest.mark.parametrize("name", BODIES)
def test_a_body_that_cannot_be_read_is_a_400_at_every_door(scene: Scene, name: str) -> None:
    for door in DOORS:
        heard = scene.json(door, BODIES[name])
        assert heard.status in {400, 422}, (door, heard)
        is_a_problem(heard, heard.status)


@pytest.mark.parametrize("path", ["device/push", "device/web-push"])
def test_the_push_doors_read_no_nonsense_either(scene: Scene, path: str) -> None:
    for body in BODIES.values():
        is_a_problem(scene.json(f"/api/v1/{path}", body, "PUT"), 400)


@pytest.mark.parametrize(
    ("door", "body"),
    [
        ("messages", {"client_id": str(uuid.uuid4()), "text": "a\x00b"}),
        ("messages", {"client_id": str(uuid.uuid4()), "text": "\ud800"}),
        ("messages", {"client_id": str(uuid.uuid4()), "text": "x" * 501}),
        ("messages", {"client_id": -1, "text": "x"}),
        ("raise", {"level": "\x00"}),
        ("raise", {"level": ["alarm"]}),
        ("raise", {"level": {}}),
        ("answer", {"answer": None}),
        ("locations", {"fixes": [{"latitude": 91, "longitude": 0}]}),
        ("locations", {"fixes": [{"latitude": 35, "longitude": 139, "recorded_at": "x\x00"}]}),
        ("locations", {"fixes": {"0": {}}}),
        ("locations", {"fixes": [[]]}),
    ],
)
def test_fields_of_the_wrong_kind_are_a_400(scene: Scene, door: str, body: Any) -> None:
    path = f"/api/v1/incidents/{scene.incident}/{door}"
    is_a_problem(scene.json(path, json.dumps(body).encode()), 400)


def test_endless_numbers_never_become_positions(scene: Scene) -> None:
    fix = b'{"latitude": 35, "longitude": 139, "accuracy_m": 1e999}'
    heard = scene.json("/api/v1/incidents/{incident}/locations", b'{"fixes": [' + fix + b"]}")
    is_a_problem(heard, 400)
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
    begun: dict[str, Any] = {
        "client_id": str(uuid.uuid4()),
        "tap_id": tap["tap_id"],
        "started_at": year,
    }
    begun |= {"sample_rate": 48000, "frames_per_unit": 47}
    refused = scene.phone.send("POST", "/api/v1/recordings", json=begun)
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, PROBLEM)
    recording = scene.phone.record(tap["tap_id"])["id"]
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
    is_a_problem(say(scene.live, scene.head(method, path, "Content-Length: 0")), status)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_is_a_415(scene: Scene, kind: str) -> None:
    body = json.dumps({"tap_id": str(uuid.uuid4())}).encode()
    named = [f"Content-Type: {kind}"] if kind else []
    for door in ("/api/v1/incidents", "/api/v1/recordings", "/ingest/{recording}/close"):
        lines = scene.head("POST", door, f"Content-Length: {len(body)}", *named)
        is_a_problem(say(scene.live, lines, body), 415)


UNIT_1 = unit(fill=b"1")


def unit_head(scene: Scene, *more: str) -> list[str]:
    return scene.head("PUT", "/ingest/{recording}/units/1", "Content-Type: audio/aac", *more)


def test_a_unit_in_chunks_without_a_length_is_a_unit(scene: Scene) -> None:
    digest = f"Content-Digest: {digest_header(UNIT_1)}"
    lines = unit_head(scene, digest, "Transfer-Encoding: chunked")
    assert say(scene.live, lines, chunked(UNIT_1)).status == 201
    is_a_problem(say(scene.live, lines, chunked(b"x" * 300_000)), 413)
    is_a_problem(say(scene.live, lines, chunked(b"")), 400)


def test_a_unit_cut_off_on_its_way_is_not_stored(scene: Scene) -> None:
    digest = f"Content-Digest: {digest_header(UNIT_1)}"
    length = f"Content-Length: {len(UNIT_1)}"
    say_and_leave(scene.live, unit_head(scene, digest, length), UNIT_1[:-100])
    say_and_leave(
        scene.live, unit_head(scene, digest, "Transfer-Encoding: chunked"), chunked(UNIT_1)[:500]
    )
    # More than announced: the rest is not part of this unit, whose bytes then do not fit.
    short = unit_head(scene, digest, f"Content-Length: {len(UNIT_1) - 100}")
    is_a_problem(say(scene.live, short, UNIT_1), 400)
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
    is_a_problem(say(scene.live, unit_head(scene, *given), UNIT_1), status)
    assert scene.phone.send("GET", f"/ingest/{scene.recording}").json()["next"] == 1


# Units, batches and ends


def in_batch(seq: int, data: bytes, **fields: int) -> BatchUnit:
    facts = {"first_sample": seq * 48128, "samples": 48128, "time_ms": 1_760_000_000_000} | fields
    return BatchUnit(seq, hashlib.sha256(data).digest(), data=data, **facts)


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
        "PUT", f"/ingest/{scene.recording}/units", data=pack(units),
        headers={"Content-Type": CONTENT_TYPE},
    )  # fmt: skip
    assert answer.status_code == 200, answer.text
    assert answer.json()["stored"] == [[1, 1], [4, 5]]
    refused = {one["seq"]: one["type"] for one in answer.json()["rejected"]}
    assert refused == {
        2: "first-sample", 3: "samples-mismatch", 2**32 - 1: "seq-too-far", 0: "other-bytes",
    }  # fmt: skip

    def aside() -> Any:
        found = QuarantinedUnit.objects.filter(recording__public_id=scene.recording)
        return set(found.values_list("seq", "reason"))

    kept = run_in(scene.live.company, aside)
    assert kept == {(2, "samples"), (3, "samples"), (0, "conflict")}


def test_a_unit_longer_than_registered_is_kept_aside(scene: Scene) -> None:
    answer = put(scene.phone, scene.recording, 1, unit(48))
    assert (answer.status_code, answer.json()["code"]) == (422, "unit-too-long")
    assert put(scene.phone, scene.recording, 1, unit(20)).status_code == 201


def close(scene: Scene, body: Any) -> Heard:
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
    heard = scene.json("/ingest/{recording}/close", b'{"last_seq": 0, "gaps": [[0, 1e999]]}')
    is_a_problem(heard, 422)


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
    is_a_problem(say(scene.live, scene.head("GET", "/ingest/{recording}")), 401)
    is_a_problem(say(scene.live, scene.head("GET", "/api/v1/me/incidents")), 403)
    # What she cannot lose with it is the button.
    assert scene.phone.send("POST", "/api/v1/incidents", json={"tap_id": str(uuid.uuid4())}).ok


# Listeners


@pytest.mark.parametrize(
    "cookie", ["sid=nobody", 'sid="\\000"', 'sid="\\377\\000a"', "sid=", "\xff\xfe", "sid=a; sid=b"]
)
def test_a_cookie_of_nonsense_hears_nothing(scene: Scene, cookie: str) -> None:
    for path in ("live.m3u8", "dvr.m3u8", "u/0-0.aac"):
        lines = [f"GET /play/{scene.session}/{path} HTTP/1.1", f"Host: {scene.live.host}"]
        is_a_problem(say(scene.live, [*lines, f"Cookie: {cookie}"]), 404)


def test_an_unknown_play_session_is_a_404_and_the_right_one_is_not(scene: Scene) -> None:
    cookie = f"Cookie: {scene.boris.headers['Cookie']}"
    for session, status in ((scene.session, 200), (str(uuid.uuid4()), 404)):
        lines = [f"GET /play/{session}/live.m3u8 HTTP/1.1", f"Host: {scene.live.host}", cookie]
        assert say(scene.live, lines).status == status


@pytest.mark.parametrize("reason", ["\ud800", "\x00\x00本人の依頼", "x" * 5000])
def test_a_reason_in_broken_letters_is_still_a_reason(scene: Scene, reason: str) -> None:
    hanna = scene.live.browser("hanna")
    assert listen(hanna, scene.live, scene.recording, reason=reason).status_code == 201


# Sockets


def socket_to(live: Live, path: str, **request: Any) -> Any:
    """Resolves no name: not every machine knows what is under localhost."""
    line = socket.create_connection(("127.0.0.1", live.server.port), timeout=10)
    return connect(f"ws://{live.host}{path}", sock=line, proxy=None, **request)


def closed_with(live: Live, path: str, frames: list[str | bytes], **request: Any) -> int:
    """The code with which the server ends the socket, or the status of a refused handshake."""
    try:
        with socket_to(live, path, **request) as line:
            for frame in frames:
                line.send(frame)
            while True:
                line.recv(timeout=10)
    except ConnectionClosed as ended:
        return ended.rcvd.code if ended.rcvd else 1006
    except InvalidStatus as refused:
        return refused.response.status_code


NONSENSE: list[str | bytes] = ["{", "", DEEP.decode(), b"\x00\x01", b"{}"]


@pytest.mark.parametrize("frame", NONSENSE)
@pytest.mark.parametrize("path", ["/ws/app/", "/ws/portal/"])
def test_a_frame_that_is_no_json_ends_the_socket_politely(
    scene: Scene, path: str, frame: str | bytes
) -> None:
    requests_of: dict[str, dict[str, Any]] = {
        "/ws/app/": {"subprotocols": ["sobani.v1", f"token.{scene.phone.token}"]},
        "/ws/portal/": {"additional_headers": {"Cookie": str(scene.boris.headers["Cookie"])}},
    }
    assert closed_with(scene.live, path, [frame], **requests_of[path]) == 1003


@pytest.mark.parametrize(
    "frame", ["[]", "1", "{}", '{"t": "join", "pk": 7}', '{"t": ["join"]}', '{"t": {}, "pk": {}}']
)
def test_json_that_means_nothing_is_passed_over(scene: Scene, frame: str) -> None:
    cookie = {"Cookie": str(scene.boris.headers["Cookie"])}
    with socket_to(scene.live, "/ws/portal/", additional_headers=cookie) as line:
        line.send(frame)
        line.send(json.dumps({"t": "look", "pk": scene.incident}))
        heard = [json.loads(line.recv(timeout=10))["t"] for _ in range(2)]
    assert heard == ["hello", "presence"]


@pytest.mark.parametrize(
    ("path", "protocols", "code"),
    [
        ("/ws/app/", ["chat"], 4401),
        ("/ws/app/", ["sobani.v1"], 4401),
        ("/ws/app/", ["sobani.v1", "token.nonsense"], 4401),
        ("/ws/app/", None, 4401),
        ("/ws/portal/", ["sobani.v1"], 4401),
        ("/ws/portal/watching/", None, 4401),
        ("/ws/nowhere/", None, 403),
    ],
)
def test_a_socket_without_the_right_words_is_closed(
    scene: Scene, path: str, protocols: Any, code: int
) -> None:
    assert closed_with(scene.live, path, [], subprotocols=protocols) == code
