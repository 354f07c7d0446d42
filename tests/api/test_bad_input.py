"""What no well-behaved client sends: answered with a problem, and harmless to those who look."""

import json
import uuid
from typing import Any

import pytest
from django.test import Client

from tests.api.description import METHODS, OPERATIONS
from tests.isolation.twin_company import Side, ask
from tests.support.conversation import IDS

PROBLEM = "application/problem+json"
# A press of a button, a cry and a phone's word about itself count whatever they send:
# tests/escalation/test_wrapping.py, tests/incidents/test_device_states.py.
FORGIVING = {"tap", "raiseIncident", "putDeviceState"}
WITH_BODY = [
    name
    for name, (_m, _p, one) in OPERATIONS.items()
    if "requestBody" in one and name not in FORGIVING
]
BODIES = {
    "cut short": b'{"tap_id": "',
    "a list": b"[]",
    "a number": b"7",
    "null": b"null",
    "not text": b"\xff\xfe\x00",
    "nested without end": b"[" * 100_000,
    "a number without end": b'{"tap_id": ' + b"9" * 10_000 + b"}",
    "nothing": b"",
}


def call(side: Side, name: str, body: bytes, kind: str, method: str = "") -> Any:
    verb, path, _one = OPERATIONS[name]
    for key, value in IDS.items():
        path = path.replace("{" + key + "}", side.names[value])
    send = Client(headers={"Host": side.host, **side.credentials["anna's phone"].headers}).generic
    return send(method or verb.upper(), path, body, content_type=kind)


KINDS = ("text/plain", "multipart/form-data; boundary=x", "nonsense", "")
MAY_BE_EMPTY = {"closeIncident", "createTapToken", "putIncidentCare"}


@pytest.mark.parametrize("name", WITH_BODY)
def test_an_unreadable_body_is_a_problem(name: str, db: None, acme_side: Side) -> None:
    harmless = {"nothing", "a number without end"} if name in MAY_BE_EMPTY else set()
    for what, body in BODIES.items():
        if what not in harmless:
            answer = call(acme_side, name, body, "application/json")
            assert (answer.status_code, answer["Content-Type"]) == (400, PROBLEM), what


@pytest.mark.parametrize("name", WITH_BODY)
def test_another_content_type_changes_nothing(name: str, db: None, acme_side: Side) -> None:
    said = call(acme_side, name, b"[]", "application/json").content
    for kind in KINDS:
        assert call(acme_side, name, b"[]", kind).content == said, kind


@pytest.mark.parametrize("name", OPERATIONS)
def test_another_method_is_a_problem_that_names_the_right_ones(
    name: str, db: None, acme_side: Side
) -> None:
    path = OPERATIONS[name][1]
    described = {method for method, other, _one in OPERATIONS.values() if other == path}
    for method in set(METHODS) - described:
        answer = call(acme_side, name, b"{}", "application/json", method.upper())
        assert (answer.status_code, answer["Content-Type"]) == (405, PROBLEM)
        assert described <= {one.strip().lower() for one in answer["Allow"].split(",")}


TIMES = [
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-02-30T00:00:00Z",
    "",
    7,
    True,
    [],
    {},
]
PAGES = [
    ("boris", "/portal/"),
    ("boris", "/portal/poll"),
    ("boris", "/portal/incidents/{incident}/"),
    ("boris", "/portal/incidents/{incident}/parts/"),
    ("boris", "/portal/incidents/{incident}/positions"),
    ("anna's phone", "/api/v1/incidents/{incident}"),
    ("anna's phone", "/api/v1/me/incidents"),
    ("hanna", "/admin/recordings/recording/"),
    ("hanna", "/admin/notifications/notice/{told_pk}/change/"),
]


@pytest.mark.parametrize("time", TIMES, ids=repr)
def test_extreme_times_break_no_page_of_those_who_help(
    time: object, db: None, acme_side: Side
) -> None:
    side, phone = acme_side, acme_side.credentials["anna's phone"]
    incident = f"/api/v1/incidents/{side.names['incident']}"
    fix = {"latitude": 35.0, "longitude": 139.0, "accuracy_m": 5, "recorded_at": time}
    sent = {
        "/api/v1/incidents": {"tap_id": str(uuid.uuid4()), "pressed_at": time, "location": fix},
        f"{incident}/locations": {"fixes": [fix]},
        f"/api/v1/notices/{side.names['told']}/receipts": {"stage": "displayed", "at": time},
        "/api/v1/recordings": {
            "client_id": str(uuid.uuid4()),
            "tap_id": side.names["tap"],
            "sample_rate": 48000,
            "frames_per_unit": 47,
            "started_at": time,
        },
    }
    for path, body in sent.items():
        answer = ask(phone, side.host, "POST", path, body)
        assert answer.status in {200, 201, 202, 400}, (path, answer)
    for who, url in PAGES:
        reply = ask(side.credentials[who], side.host, "GET", url.format_map(side.names))
        assert reply.status == 200, (url, reply)


@pytest.mark.parametrize("number", ["1e400", "-1e400", "1e308", "-5", '"far"', "1" * 400])
def test_an_extreme_number_is_stored_nowhere(number: str, db: None, acme_side: Side) -> None:
    fix = b'{"fixes": [{"latitude": 35, "longitude": 139, "accuracy_m": %s}]}' % number.encode()
    answer = call(acme_side, "createLocations", fix, "application/json")
    assert (answer.status_code, answer.json()["stored"]) == (202, 0)
    assert len(answer.json()["refused"]) == 1
    page = f"/portal/incidents/{acme_side.names['incident']}/positions"
    reply = ask(acme_side.credentials["boris"], acme_side.host, "GET", page)
    assert reply.text.count("latitude") == 1


def test_a_position_that_a_phone_calls_invalid_costs_not_the_others_of_its_batch(
    db: None, acme_side: Side
) -> None:
    fixes = [
        {"latitude": 35.25, "longitude": 139.5, "accuracy_m": accuracy, "recorded_at": at}
        for accuracy, at in ((-1, "2026-11-01T01:00:00Z"), (8, "2026-11-01T01:00:01Z"))
    ]
    body = json.dumps({"fixes": fixes}).encode()
    assert call(acme_side, "createLocations", body, "application/json").status_code == 202
    page = f"/portal/incidents/{acme_side.names['incident']}/positions"
    reply = ask(acme_side.credentials["boris"], acme_side.host, "GET", page)
    assert reply.text.count('"latitude": 35.25') == 1
