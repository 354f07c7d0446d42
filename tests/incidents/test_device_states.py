"""The phone says why there is no sound or position, and those who help read it in plain words."""

import json
import uuid

import pytest
from django.test import Client
from django.utils.html import strip_tags

from accounts.models import User
from audit.actors import Actor
from incidents.models import DeviceState, Incident
from notifications import live
from operations.cases import claim
from operations.models import Case
from people.models import Device
from tests.conftest import Phone, signed_in
from tests.operations.conftest import olga
from tests.support.console import console, page

__all__ = ["olga"]

WELL = {"sound": "recording", "position": "shared", "unsent_seconds": 0, "battery_percent": 62}


def says(phone: Phone, **said: object) -> int:
    return phone.call("put", "device/state", said).status_code


@pytest.fixture
def incident(annas_phone: Phone) -> Incident:
    return Incident.objects.get(public_id=annas_phone.tap().json()["id"])


def words(html: str, element: str) -> str:
    return " ".join(
        strip_tags(html.partition(f'id="{element}"')[2].partition("</section>")[0]).split()
    )


def at_boriss(boris: User, incident: Incident) -> str:
    html = signed_in(boris).get(f"/portal/incidents/{incident.public_id}/").content.decode()
    return words(html, "person")


SENTENCES = [
    ({"sound": "no_permission"}, "マイクが許可されていません：録音できません"),
    ({"sound": "no_microphone"}, "マイクがありません：録音できません"),
    ({"sound": "muted"}, "マイクが消音になっています：音が入りません"),
    ({"sound": "stopped"}, "録音が止まっています"),
    ({"sound": "starting"}, "録音を始めています"),
    ({"sound": "off"}, "端末は録音していません"),
    ({"sound": "recording", "unsent_seconds": 12}, "未送信 12秒"),
    ({"position": "shared"}, "端末は位置を共有しています"),
    ({"position": "no_permission"}, "位置情報が許可されていません：位置は届きません"),
    ({"position": "unavailable"}, "端末が位置をつかめません"),
    ({"position": "unsent"}, "位置がまだ送られていません"),
    ({"position": "off"}, "端末は位置を共有していません"),
    ({"battery_percent": 7}, "電池 7%"),
    ({"network": "4g"}, "通信 4g"),
]


@pytest.mark.parametrize(("said", "sentence"), SENTENCES)
def test_boris_reads_it_at_the_device(
    annas_phone: Phone, boris: User, incident: Incident, said: dict, sentence: str
) -> None:
    assert sentence not in at_boriss(boris, incident)
    assert says(annas_phone, **said) == 204
    assert at_boriss(boris, incident).count(sentence) == 1


def test_olga_reads_the_same(annas_phone: Phone, incident: Incident, olga: Actor) -> None:
    annas_phone.post(f"incidents/{incident.public_id}/raise", {"level": "support"})
    case = Case.objects.get()
    claim(case_id=case.public_id, operator=olga)
    says(annas_phone, sound="no_permission", unsent_seconds=12, battery_percent=62)
    read = words(console("olga").get(page(case)).content.decode(), "case-person")
    for sentence in ("マイクが許可されていません：録音できません", "未送信 12秒", "電池 62%"):
        assert read.count(sentence) == 1


def test_the_newest_word_counts_and_one_row_is_kept(
    annas_phone: Phone, boris: User, incident: Incident
) -> None:
    says(annas_phone, sound="no_permission")
    says(annas_phone, **WELL)
    assert "マイクが許可されていません" not in at_boriss(boris, incident)
    assert "電池 62%" in at_boriss(boris, incident)
    assert DeviceState.objects.count() == 1


def test_a_word_of_yesterday_says_nothing_today(annas_phone: Phone, boris: User) -> None:
    says(annas_phone, sound="no_permission")
    DeviceState.objects.update(received_at="2026-01-01T00:00:00Z")
    incident = Incident.objects.get(public_id=annas_phone.tap().json()["id"])
    assert "マイク" not in at_boriss(boris, incident)


def test_what_came_before_its_press_belongs_to_it(annas_phone: Phone, boris: User) -> None:
    tap = str(uuid.uuid4())
    says(annas_phone, sound="no_permission", tap_id=tap)
    DeviceState.objects.update(received_at="2026-01-01T00:00:00Z")
    incident = Incident.objects.get(public_id=annas_phone.tap(tap_id=tap).json()["id"])
    assert "マイクが許可されていません" in at_boriss(boris, incident)


def test_a_phone_that_did_not_press_says_nothing_about_it(
    annas_watch: Phone, boris: User, incident: Incident
) -> None:
    says(annas_watch, sound="no_permission")
    assert "マイク" not in at_boriss(boris, incident)


def test_after_the_end_it_is_not_shown(annas_phone: Phone, boris: User, incident: Incident) -> None:
    says(annas_phone, **WELL)
    annas_phone.post(f"incidents/{incident.public_id}/close", {"outcome": "safe"})
    assert "電池" not in at_boriss(boris, incident)


def test_the_record_says_once_what_will_not_come(annas_phone: Phone, incident: Incident) -> None:
    for said in (WELL, {"sound": "no_permission"}, WELL, {"sound": "no_permission"}):
        says(annas_phone, **said)
    says(annas_phone, sound="muted", position="unavailable")
    kinds = list(incident.events.order_by("pk").values_list("kind", flat=True))
    assert [kind for kind in kinds if kind != "opened"] == [
        "sound_not_permitted",
        "sound_muted",
        "position_unavailable",
    ]


def test_open_pages_hear_of_a_change_and_of_nothing_else(
    annas_phone: Phone,
    incident: Incident,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks,
) -> None:
    sent: list[str] = []
    monkeypatch.setattr(live, "_publish_quietly", lambda group, _message: sent.append(group))
    with django_capture_on_commit_callbacks(execute=True):
        says(annas_phone, **WELL)
    assert [group for group in sent if str(incident.public_id) in group]
    sent.clear()
    with django_capture_on_commit_callbacks(execute=True):
        says(annas_phone, **WELL, at="2026-11-30T00:00:00Z")
    assert not sent


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'{"sound": "loud", "position": 7, "unsent_seconds": -1, "battery_percent": NaN}',
        b'{"battery_percent": 140, "network": {"a": 1}, "tap_id": "x", "at": "yesterday"}',
        json.dumps({"network": "x" * 90, "unsent_seconds": 10**30}).encode(),
    ],
)
def test_nothing_that_a_phone_says_of_itself_is_refused(
    annas_phone: Phone, incident: Incident, body: bytes
) -> None:
    headers = {"Host": annas_phone.host, "Authorization": f"Bearer {annas_phone.token}"}
    answer = Client().generic(
        "PUT", "/api/v1/device/state", body, content_type="text/plain", headers=headers
    )
    assert answer.status_code == 204
    state = DeviceState.objects.get()
    assert (state.sound, state.position, state.battery_percent) == ("unknown", "unknown", None)


# Revoked


REVOKED = "登録が取り消された端末からの通報・音声と位置は届きません"


def revoke(phone: Phone) -> None:
    Device.objects.filter(pk=phone.device.pk).update(revoked_at="2026-01-01T00:00:00Z")


def test_a_revoked_phones_alarm_is_marked_where_help_is_decided(
    annas_phone: Phone, annas_watch: Phone, boris: User, olga: Actor
) -> None:
    revoke(annas_phone)
    tapped = annas_phone.tap(level="support")
    assert tapped.status_code == 201
    incident = Incident.objects.get()
    case = Case.objects.get()
    claim(case_id=case.public_id, operator=olga)
    assert REVOKED in at_boriss(boris, incident)
    assert REVOKED in words(console("olga").get(page(case)).content.decode(), "case-person")
    annas_watch.tap()
    assert REVOKED not in at_boriss(boris, incident)
    assert REVOKED not in words(console("olga").get(page(case)).content.decode(), "case-person")


def test_a_revoked_phone_is_told_so(annas_phone: Phone) -> None:
    revoke(annas_phone)
    answer = annas_phone.get("device")
    assert (answer.status_code, answer.json()["code"]) == (403, "device-revoked")
    incident = annas_phone.tap().json()["id"]
    fixes = {"fixes": [{"latitude": 35, "longitude": 139}]}
    refused = annas_phone.post(f"incidents/{incident}/locations", fixes)
    assert (refused.status_code, refused.json()["code"]) == (403, "device-revoked")
