"""What can only press: a Shortcut, an action button, a call button at a counter."""

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents.models import Incident, Tap
from people.devices.services import issue_tap_token, token_hash
from people.models import Device, Employee, Post
from tenants.context import run_in
from tenants.schemas import enter_schema
from tests.clock import time_passes
from tests.conftest import Phone, phone_of, signed_in


def press(token: str, body: object = b"", kind: str = "", host: str = "acme.localhost"):
    return Client().post(
        f"/api/v1/tap/{token}", data=body, content_type=kind, headers={"Host": host}
    )


@pytest.fixture
def token(annas_phone: Phone) -> str:
    answer = annas_phone.post("device/tap-token", {"name": "Shortcut"})
    assert answer.status_code == 201
    enter_schema("acme")
    return answer.json()["tap_token"]


def test_an_empty_post_calls_for_help(token, annas_phone, boris):
    answer = press(token)
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert body["delivered"] is True
    assert body["state"] == "open"
    assert body["text"].startswith(f"通報{body['number']}が届きました。")
    seen = annas_phone.get(f"incidents/{body['id']}").json()
    assert seen["number"] == body["number"]
    assert seen["notified_count"] == 1
    page = signed_in(boris).get(f"/portal/incidents/{body['id']}/")
    assert page.status_code == 200


def test_pressing_again_joins_and_says_who_has_seen_it(token, boris):
    first = press(token).json()
    signed_in(boris).post(f"/portal/incidents/{first['id']}/acknowledge/")
    again = press(token)
    assert again.status_code == 200
    assert again.json()["id"] == first["id"]
    assert "佐藤さん" in again.json()["text"]
    enter_schema("acme")
    assert Incident.objects.count() == 1
    assert Tap.objects.count() == 2


def test_the_same_tap_id_is_one_press(token):
    body = {"tap_id": str(uuid.uuid4())}
    statuses = [press(token, body, "application/json").status_code for _once in range(2)]
    enter_schema("acme")
    assert statuses == [201, 200]
    assert Tap.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{broken", "application/json"),
        (b"[1]", "application/json"),
        (b'{"tap_id": 7, "level": "loud", "location": "here"}', "application/json"),
        (b"\xff\xfe", "text/plain"),
        (b"a=1", "application/x-www-form-urlencoded"),
        (b"--x\r\nhello", "multipart/form-data; boundary=x"),
    ],
)
def test_no_press_is_refused_for_what_it_carries(token, body, kind):
    answer = press(token, body, kind)
    assert answer.status_code == 201, answer.content


def test_an_unknown_token_is_not_found(token, globex):
    device_id, secret = token.split(".")[1:]
    wrong = [
        "x",
        f"tap1.{device_id}.{'A' * 43}",
        f"tap1.{uuid.uuid4().hex}.{secret}",
        f"sb1.{device_id}.{secret}",
    ]
    for one in wrong:
        answer = press(one)
        assert answer.status_code == 404
        assert answer["Content-Type"] == "application/problem+json"
    assert press(token, host="globex.localhost").status_code == 404
    assert press(token).status_code == 201


def test_it_opens_nothing_but_the_tap(token, annas_phone):
    device_id, secret = token.split(".")[1:]
    for bearer in (token, f"sb1.{device_id}.{secret}"):
        stranger = Phone(annas_phone.device, bearer)
        assert stranger.get("device").status_code == 401
        assert stranger.tap().status_code == 401
    assert press(annas_phone.token).status_code == 404
    assert annas_phone.get("device").status_code == 200


def test_a_revoked_button_still_reports_and_is_marked(token, annas_phone):
    device = uuid.UUID(token.split(".")[1])
    assert annas_phone.call("delete", f"device/tap-token/{device}").status_code == 204
    answer = press(token)
    assert answer.status_code == 201
    enter_schema("acme")
    assert Tap.objects.get().report_only is True


def test_the_button_of_somebody_who_left_is_unknown(token, anna):
    assert press(token).status_code == 201
    enter_schema("acme")
    anna.refresh_from_db()
    anna.ended_on = timezone.localdate() - timedelta(days=1)
    anna.save()
    assert press(token).status_code == 404


def test_nobody_revokes_the_button_of_another(token):
    enter_schema("acme")
    colleague = phone_of(Employee.objects.get(number="020189"))
    device = uuid.UUID(token.split(".")[1])
    assert colleague.call("delete", f"device/tap-token/{device}").status_code == 404
    enter_schema("acme")
    assert Device.objects.get(public_id=device).revoked_at is None


def test_only_a_keyed_hash_is_kept_and_the_issue_is_in_the_audit(token):
    device_id, secret = token.split(".")[1:]
    kept = Device.objects.get(public_id=uuid.UUID(device_id))
    assert secret.encode() not in bytes(kept.token_hash)
    assert bytes(kept.token_hash) != token_hash(secret)
    entry = AuditEvent.objects.of("admin").last()
    assert entry.payload["verb"] == "tap_token.issued"
    assert secret not in entry.canon


def test_the_same_name_again_replaces_the_older_one(annas_phone, anna):
    for _twice in range(2):
        annas_phone.post("device/tap-token", {"name": "Shortcut"})
    enter_schema("acme")
    mine = Device.objects.filter(employee=anna, kind="button")
    assert mine.count() == 2
    assert mine.filter(revoked_at__isnull=True).count() == 1


def test_a_counters_button_calls_without_a_person(acme):
    counter = Post.objects.get(site__name="日本橋本店", name="総合案内カウンター")
    _device, token = issue_tap_token(holder=counter, name="")
    answer = press(token)
    assert answer.status_code == 201
    incident = run_in(acme, Incident.objects.get)
    assert (incident.reporter, incident.post_id) == (None, counter.pk)


def test_the_phone_hears_what_the_button_began(token, annas_phone, boris: User):
    incident = press(token).json()
    signed_in(boris).post(f"/portal/incidents/{incident['id']}/acknowledge/")
    enter_schema("acme")
    notice = annas_phone.device.notices.get(kind="answer")
    assert notice.title == "佐藤さんが確認しました"


def test_what_is_spoken_follows_the_state(token, annas_phone, boris):
    tap = json.dumps({"tap_id": str(uuid.uuid4())})
    incident = press(token, tap, "application/json").json()["id"]
    time_passes(91)
    time_passes(91)
    seen = annas_phone.get(f"incidents/{incident}").json()
    assert seen["danger"] == "desk_silent"
    assert "110番" in press(token, tap, "application/json").json()["text"]
    assert "警備会社" in press(token, tap, "application/json").json()["text"]
    browser = signed_in(boris)
    browser.post(f"/portal/incidents/{incident}/head-out/")
    browser.post(f"/portal/incidents/{incident}/arrive/")
    assert "佐藤さん" in press(token, tap, "application/json").json()["text"]
    browser.post(f"/portal/incidents/{incident}/close/", {"outcome": "resolved", "presses": 0})
    ended = press(token, tap, "application/json").json()
    assert (ended["state"], "終了しています" in ended["text"]) == ("closed", True)
