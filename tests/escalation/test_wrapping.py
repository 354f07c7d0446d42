"""No press is refused for its wrapping: type, encoding, marks, forms, what follows, what is no
number. Only what it says counts."""

import gzip
import json
import uuid
import zlib
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from incidents.models import Incident, Message, Tap
from people.models import Device
from tests.conftest import Phone

KINDS = (
    "",
    "text/plain",
    "text/html; charset=utf-7",
    "application/json; charset=klingon",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
    "multipart/form-data",
    "nonsense",
)
ACCEPTS = ("text/html", "application/xml;q=1", "image/*", "nonsense", "*/*;q=0")


def send(phone: Phone, path: str, body: bytes, *, kind: str = "application/json", **heads: str):
    headers = {"Host": phone.host, "Authorization": f"Bearer {phone.token}"}
    headers |= {name.replace("_", "-"): value for name, value in heads.items()}
    return Client().generic("POST", f"/api/v1/{path}", body, content_type=kind, headers=headers)


def tap_id() -> str:
    return str(uuid.uuid4())


def a_press() -> bytes:
    return json.dumps({"tap_id": tap_id(), "level": "alarm"}).encode()


@pytest.mark.parametrize("kind", KINDS)
def test_no_type_of_content_refuses_a_press(annas_phone: Phone, kind: str) -> None:
    assert send(annas_phone, "incidents", a_press(), kind=kind).status_code == 201


@pytest.mark.parametrize("accept", ACCEPTS)
def test_whatever_answer_is_asked_for_a_press_counts(annas_phone: Phone, accept: str) -> None:
    answer = send(annas_phone, "incidents", a_press(), Accept=accept)
    assert (answer.status_code, answer["Content-Type"]) == (201, "application/json")
    asked = send(annas_phone, "incidents?format=xml", a_press())
    assert asked.status_code == 200


def form(tap: str) -> bytes:
    return f"level=support&tap_id={tap}&drill=true".encode()


def parts(tap: str) -> bytes:
    field = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    return (field.format("tap_id", tap) + field.format("drill", "true") + "--x--\r\n").encode()


def said(tap: str, **more: object) -> str:
    return json.dumps({"tap_id": tap, "drill": True, **more})


BODIES: dict[str, Callable[[str], bytes]] = {
    "a mark before it": lambda tap: b"\xef\xbb\xbf" + said(tap).encode(),
    "UTF-16": lambda tap: said(tap).encode("utf-16"),
    "another charset": lambda tap: f'{{"drill": true, "place": "売場", "tap_id": "{tap}"}}'.encode(
        "shift_jis"
    ),
    "something behind it": lambda tap: said(tap).encode() + b"\r\n--\x00 }]",
    "two of them": lambda tap: said(tap).encode() * 2,
    "no number": lambda tap: (
        f'{{"x": NaN, "y": -Infinity, "drill": true, "tap_id": "{tap}"}}'.encode()
    ),
    "an endless number": lambda tap: (
        f'{{"tap_id": "{tap}", "drill": true, "x": {"9" * 9000}}}'.encode()
    ),
    "a key twice": lambda tap: f'{{"tap_id": "x", "tap_id": "{tap}", "drill": true}}'.encode(),
    "a form": form,
    "a form in parts": parts,
    "cut off": lambda tap: f'{{"tap_id": "{tap}", "drill": true, "location": {{"lat'.encode(),
    "deep": lambda tap: f'{{"tap_id": "{tap}", "drill": true, "x": {"[" * 20_000}'.encode(),
    "in a list": lambda tap: f"[{said(tap)}]".encode(),
    "gzip": lambda tap: gzip.compress(said(tap).encode()),
    "zlib": lambda tap: zlib.compress(said(tap).encode()),
    "gzip of too much": lambda tap: gzip.compress(said(tap, x="y" * 9_000_000).encode()),
}


@pytest.mark.parametrize("name", BODIES)
def test_a_press_is_read_out_of_whatever_it_comes_in(annas_phone: Phone, name: str) -> None:
    tap = tap_id()
    body = BODIES[name](tap)
    heads = {"Content_Encoding": "gzip"} if "gzip" in name else {}
    answer = send(annas_phone, "incidents", body, **heads)
    assert answer.status_code == 201, answer.content
    assert Tap.objects.get().tap_id == uuid.UUID(tap)
    assert Incident.objects.get().drill == "internal"


@pytest.mark.parametrize(
    "place",
    [
        '{"latitude": NaN, "longitude": 139}',
        '{"latitude": "NaN", "longitude": "139"}',
        '{"latitude": true, "longitude": false}',
        '{"latitude": 35, "longitude": 1e999}',
        '{"latitude": 35}',
        "[[]]",
        "7",
    ],
)
def test_a_broken_position_costs_the_position_only(annas_phone: Phone, place: str) -> None:
    body = f'{{"location": {place}, "tap_id": "{tap_id()}"}}'.encode()
    assert send(annas_phone, "incidents", body).status_code == 201
    assert not Incident.objects.get().fixes.exists()


@pytest.mark.parametrize(
    "field",
    ["level", "pressed_at", "sent_at", "location", "silent", "drill", "other"],
)
@pytest.mark.parametrize("value", ["NaN", "null", "[]", "{}", '"?"', "-1", "1e999", "false"])
def test_no_other_field_refuses_a_press(annas_phone: Phone, field: str, value: str) -> None:
    body = f'{{"{field}": {value}, "tap_id": "{tap_id()}"}}'.encode()
    assert send(annas_phone, "incidents", body).status_code == 201


def test_a_phone_whose_press_cannot_be_read_was_seen(annas_phone: Phone) -> None:
    answer = send(annas_phone, "incidents", b'{"tap_id": "7"}')
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    seen = Device.objects.get(pk=annas_phone.device.pk).last_seen_at
    assert seen is not None
    assert (timezone.now() - seen).total_seconds() < 60


@pytest.fixture
def incident(annas_phone: Phone) -> str:
    return f"incidents/{annas_phone.tap().json()['id']}"


def later(tap: str) -> dict[str, bytes]:
    return {
        "raise": b'{"level": "alarm", "client_id": NaN}',
        "answer": b'{"answer": "still_going", "client_id": 7.5}',
        "messages": b'{"client_id": "%s", "text": "x", "y": NaN}' % tap.encode(),
        "locations": b'{"fixes": [], "sent_at": "?"}',
        "close": b'{"outcome": "mistaken", "y": NaN}',
    }


@pytest.mark.parametrize("door", later(""))
def test_neither_is_what_is_said_afterwards(annas_phone: Phone, incident: str, door: str) -> None:
    body = later(tap_id())[door]
    for kind in KINDS:
        packed = gzip.compress(b"\xef\xbb\xbf" + body + b" trailing")
        answer = send(annas_phone, f"{incident}/{door}", packed, kind=kind, Accept="text/html")
        again = door == "close" and kind != KINDS[0]
        assert answer.status_code in ({409} if again else {200, 201, 202}), (kind, answer.content)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"level": ["loud"]}', b"\xff"])
def test_a_cry_counts_though_nothing_of_it_can_be_read(
    annas_phone: Phone, incident: str, body: bytes
) -> None:
    assert send(annas_phone, f"{incident}/raise", body).status_code == 200
    assert Incident.objects.get().events.filter(kind="raised").count() == 1


def test_what_cannot_be_understood_is_refused_for_that(annas_phone: Phone, incident: str) -> None:
    """Nobody is told that she is safe because something came that nobody can read."""
    for door in ("answer", "messages", "close"):
        for body in (b"{", b"[]", b"\xff\xfe"):
            answer = send(annas_phone, f"{incident}/{door}", body)
            assert (answer.status_code, answer["Content-Type"]) == (
                400,
                "application/problem+json",
            )
    assert Incident.objects.get().is_open
    assert not Message.objects.exists()


def test_one_position_that_is_none_costs_not_its_batch(annas_phone: Phone, incident: str) -> None:
    body = (
        b'{"fixes": [{"latitude": 35.5, "longitude": 139.5, "accuracy_m": NaN},'
        b' {"latitude": NaN, "longitude": 139}, "here", {"latitude": 0, "longitude": 0}]}'
    )
    answer = send(annas_phone, f"{incident}/locations", body)
    assert answer.status_code == 202
    refused = answer.json()["refused"]
    assert (answer.json()["stored"], [one["index"] for one in refused]) == (1, [1, 2, 3])
    assert refused[0]["reason"].startswith("latitude")
    fix = Incident.objects.get().fixes.get()
    assert (fix.latitude, fix.accuracy_m) == (35.5, None)


def test_what_one_press_says_is_not_heard_in_the_next(annas_phone: Phone) -> None:
    """Its shape is kept: the next body, and one that cannot be read, meet nothing of the last."""
    place = {"latitude": 35.5, "longitude": 139.5}
    annas_phone.tap(level="support", silent=False, drill=True, location=place)
    annas_phone.post("incidents", {"tap_id": "7", "level": "support"})
    second = annas_phone.post("incidents", {"tap_id": tap_id()}).json()["id"]
    real = Incident.objects.get(public_id=second)
    assert (real.level, real.drill, real.silent) == ("alarm", "none", True)
    assert not real.fixes.exists()
