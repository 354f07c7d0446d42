"""Nobody's phone comes into the house before people were told why they are recorded; and nobody who
presses is refused because of it."""

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Role, User
from audit.models import AuditEvent
from people.devices.services import issue_code
from people.models import Employee, EnrolmentCode
from recordings.models import Purpose, Recording
from tenants.schemas import enter_schema
from tests.conftest import Phone, signed_in

ADD = "/admin/recordings/purpose/add/"
REFUSED = "登録用紙はまだ作れません"


@pytest.fixture
def unpublished(acme) -> None:
    Purpose.objects.all().delete()


def make_sheet(user: User, anna: Employee) -> tuple[int, str]:
    page = signed_in(user).post("/portal/hr/sheets/print/", {"employee": anna.pk})
    enter_schema("acme")
    return page.status_code, page.content.decode()


def test_no_sheet_is_made_before_a_purpose_is_published_and_the_page_leads_there(
    unpublished: None, hanna: User, anna: Employee
) -> None:
    asked = signed_in(hanna).get("/portal/hr/sheets/", {"employee": anna.pk}).content.decode()
    status, page = make_sheet(hanna, anna)
    assert status == 409
    for shown in (asked, page):
        assert REFUSED in shown
        assert f'href="{ADD}"' in shown
        assert anna.full_name in shown, "the chosen one stays chosen"
    assert not EnrolmentCode.objects.exists()
    start = signed_in(hanna).get("/admin/").content.decode()
    assert "公開するまで、登録用紙は作れません" in start
    assert signed_in(hanna).post(ADD, {"text": "身を守るため"}).status_code == 302
    assert make_sheet(hanna, anna)[0] == 200
    assert EnrolmentCode.objects.count() == 1


def test_who_sets_up_devices_is_sent_to_hr(unpublished: None, anna: Employee) -> None:
    it = User.objects.create_user("it", "x", family_name="情シス", roles=[Role.IT_ADMIN])
    status, page = make_sheet(it, anna)
    assert status == 409
    assert "人事に公開を依頼してください" in page
    assert ADD not in page


def test_a_stolen_sheet_is_made_void_all_the_same(
    unpublished: None, hanna: User, anna: Employee
) -> None:
    issue_code(holder=anna)
    signed_in(hanna).post("/portal/hr/sheets/revoke/", {"employee": anna.pk})
    enter_schema("acme")
    assert not EnrolmentCode.objects.good().exists()


def test_anyone_who_has_a_sheet_enrols_and_anyone_who_presses_is_recorded(
    unpublished: None, annas_phone: Phone, anna: Employee
) -> None:
    body = {"code": issue_code(holder=anna), "kind": "watch"}
    browser = Client(headers={"Host": "acme.localhost"})
    enrolled = browser.post("/api/v1/devices/enroll", body, content_type="application/json")
    assert enrolled.status_code == 201
    tap = str(uuid.uuid4())
    assert annas_phone.tap(tap_id=tap).status_code == 201
    sound = {
        "client_id": str(uuid.uuid4()),
        "tap_id": tap,
        "sample_rate": 48000,
        "frames_per_unit": 47,
    }
    assert annas_phone.post("recordings", sound).status_code == 201
    device = annas_phone.get("device").json()
    assert (device["purpose"], device["purpose_published_at"]) == ("", None)


def test_the_demo_company_has_told_its_people(annas_phone: Phone, hanna: User) -> None:
    """And the phone shows since when."""
    purpose = Purpose.objects.get()
    assert purpose.published_by == hanna
    assert AuditEvent.objects.of("admin").first().payload["verb"] == "purpose.published"
    assert "音声" in purpose.text
    device = annas_phone.get("device").json()
    assert device["purpose"] == purpose.text
    assert device["purpose_published_at"] == f"{purpose.published_at:%Y-%m-%dT%H:%M:%SZ}"


def test_a_recording_shows_what_people_had_been_told_then(annas_phone: Phone, hanna: User) -> None:
    body = {
        "client_id": str(uuid.uuid4()),
        "tap_id": str(uuid.uuid4()),
        "sample_rate": 48000,
        "frames_per_unit": 47,
    }
    annas_phone.post("recordings", body)
    recording = Recording.objects.get()
    text = Purpose.objects.get().text
    signed_in(hanna).post(ADD, {"text": "あたらしい目的"})

    def page() -> str:
        shown = signed_in(hanna).get(f"/admin/recordings/recording/{recording.pk}/change/")
        enter_schema("acme")
        return shown.content.decode()

    Purpose.objects.filter(text="あたらしい目的").update(
        published_at=recording.received_at + timedelta(seconds=1)
    )
    assert text in page()
    assert "あたらしい目的" not in page()
    Purpose.objects.update(published_at=recording.received_at + timedelta(seconds=1))
    assert "公開されていませんでした" in page()
