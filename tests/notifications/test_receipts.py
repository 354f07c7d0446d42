"""Devices say what became of a notice: through the door, once per stage."""

import uuid

import pytest
from django.utils import timezone

from demo.seed import PASSWORD
from notifications.models import Notice, Receipt
from notifications.services import record_receipt, send_notice
from people.models import Employee
from tenants.schemas import enter_schema
from tests.conftest import Phone, phone_of

MOMENT = "2026-11-23T09:00:00Z"


def notice_for(recipient) -> Notice:
    return send_notice(
        recipient=recipient, kind="answer", title="seen", path="/app/", dedupe=str(uuid.uuid4())
    )


def receive(phone: Phone, notice: Notice, stage: str = "displayed", **fields):
    response = phone.post(f"notices/{notice.public_id}/receipts", {"stage": stage} | fields)
    enter_schema("acme")
    return response


def test_a_device_reports_that_it_showed_a_notice(annas_phone):
    notice = notice_for(annas_phone.device)
    assert receive(annas_phone, notice, at=MOMENT).status_code == 202
    receipt = Receipt.objects.get(notice=notice)
    assert (receipt.stage, receipt.source) == ("displayed", str(annas_phone.device.public_id))
    assert receipt.at.isoformat() == "2026-11-23T09:00:00+00:00"


def test_the_first_word_stands(annas_phone):
    notice = notice_for(annas_phone.device)
    receive(annas_phone, notice, at=MOMENT)
    assert receive(annas_phone, notice, at="2026-11-23T10:00:00Z").status_code == 202
    assert Receipt.objects.get(notice=notice).at.hour == 9


def test_stages_and_devices_are_told_apart(annas_phone, annas_watch):
    notice = notice_for(annas_phone.device)
    for stage in ("delivered", "displayed", "opened"):
        receive(annas_phone, notice, stage)
    receive(annas_watch, notice, "displayed")
    assert notice.receipts.count() == 4


def test_without_a_time_it_is_now(annas_phone):
    notice = notice_for(annas_phone.device)
    assert receive(annas_phone, notice).status_code == 202
    assert (timezone.now() - notice.receipts.get().at).total_seconds() < 5


@pytest.mark.parametrize("at", [None, "yesterday", "0001-01-01T00:00:00Z", [], 7])
def test_a_receipt_is_not_lost_for_a_time_that_is_none(annas_phone, at):
    notice = notice_for(annas_phone.device)
    assert receive(annas_phone, notice, at=at).status_code == 202
    assert (timezone.now() - notice.receipts.get().at).total_seconds() < 5


def test_a_supervisors_own_device_reports_what_was_sent_to_the_supervisor(boris):
    phone = phone_of(Employee.objects.get(user=boris))
    notice = notice_for(boris)
    assert receive(phone, notice, "opened").status_code == 202


def test_somebody_elses_notice_does_not_exist(annas_phone, boris):
    for notice in (notice_for(boris), notice_for(phone_of(boris.employee).device)):
        assert receive(annas_phone, notice).status_code == 404
    assert not Receipt.objects.exists()


def test_an_unknown_notice_does_not_exist(annas_phone):
    assert receive(annas_phone, Notice(public_id=uuid.uuid4())).status_code == 404


@pytest.mark.parametrize("fields", [{"stage": "burnt"}, {"stage": None}])
def test_a_malformed_receipt_is_a_problem(annas_phone, fields):
    response = receive(annas_phone, notice_for(annas_phone.device), **fields)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


def test_a_sign_in_is_no_device_token(annas_phone, client, boris):
    notice = notice_for(annas_phone.device)
    client.login(username="boris", password=PASSWORD)
    response = client.post(
        f"/api/v1/notices/{notice.public_id}/receipts",
        {"stage": "opened"},
        content_type="application/json",
        headers={"Host": "acme.localhost"},
    )
    assert response.status_code == 401


def test_a_token_is_nothing_at_another_company(annas_phone):
    elsewhere = Phone(annas_phone.device, annas_phone.token, "globex.localhost")
    assert receive(elsewhere, notice_for(annas_phone.device)).status_code == 401


def test_a_revoked_device_reports_nothing(annas_phone):
    notice = notice_for(annas_phone.device)
    annas_phone.device.revoked_at = timezone.now()
    annas_phone.device.save()
    assert receive(annas_phone, notice).status_code == 403


def test_a_receipt_hints_to_those_who_follow_the_incident(annas_phone, monkeypatch):
    notice, hints = notice_for(annas_phone.device), []
    Notice.objects.filter(pk=notice.pk).update(incident_id=uuid.uuid4())
    notice.refresh_from_db()
    monkeypatch.setattr("notifications.services.hint", lambda *args: hints.append(args))
    for _ in range(2):
        record_receipt(notice, "displayed", timezone.now(), "device")
    ((_company, group, message),) = hints
    assert group.endswith(str(notice.incident_id))
    assert message == {"t": "changed", "k": "incident", "pk": str(notice.incident_id)}
