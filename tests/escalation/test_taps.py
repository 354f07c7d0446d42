"""A press is never lost, never doubled, and never refused for what else it says."""

import threading
import uuid

import pytest
from django.db import connection

from incidents.models import Incident, Tap
from operations.models import Case
from people.models import Device, Employee
from tenants.models import Company
from tenants.provisioning import create_company
from tests.conftest import Phone, phone_of


def test_the_same_tap_again_is_the_same_incident(annas_phone: Phone) -> None:
    tap = str(uuid.uuid4())
    first = annas_phone.tap(tap_id=tap)
    again = annas_phone.tap(tap_id=tap, level="watch")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    known = Tap.objects.get(tap_id=tap)
    assert (known.level, known.differing_bodies) == ("alarm", 1)


def test_a_press_that_goes_again_later_is_the_same(annas_phone: Phone) -> None:
    tap, pressed_at = str(uuid.uuid4()), "2026-11-30T09:00:00Z"
    annas_phone.tap(tap_id=tap, pressed_at=pressed_at, sent_at="2026-11-30T09:00:01Z")
    annas_phone.tap(tap_id=tap, pressed_at=pressed_at, sent_at="2026-11-30T09:00:07Z")
    assert Tap.objects.get(tap_id=tap).differing_bodies == 0


def test_watch_and_phone_are_one_incident_with_the_higher_level(
    annas_phone: Phone, annas_watch: Phone
) -> None:
    first = annas_watch.tap(level="watch").json()
    second = annas_phone.tap(level="alarm")
    assert second.status_code == 200
    assert second.json()["id"] == first["id"]
    assert second.json()["level"] == "alarm"


@pytest.mark.parametrize(
    "odd",
    [
        {"pressed_at": "1970-01-01T00:00:00Z"},
        {"pressed_at": "2099-01-01T00:00:00Z"},
        {"pressed_at": "yesterday"},
        {"location": {"latitude": 0, "longitude": 0}},
        {"location": {"latitude": 999, "longitude": "east"}},
        {"location": "here"},
        {"level": "shout"},
        {"silent": "perhaps", "drill": None},
        {"unknown": ["field"]},
    ],
)
def test_a_press_is_accepted_whatever_else_it_says(annas_phone: Phone, odd: dict) -> None:
    answer = annas_phone.tap(**odd)
    assert answer.status_code == 201
    assert not Incident.objects.get(public_id=answer.json()["id"]).fixes.exists()


@pytest.mark.parametrize("body", ["{}", "[]", "nonsense", '{"tap_id": "7"}', ""])
def test_without_a_tap_id_the_problem_is_said(annas_phone: Phone, body: str) -> None:
    answer = annas_phone.post("incidents", body)
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_revoked_phone_of_a_current_employee_still_reports_and_only_that(
    annas_phone: Phone, annas_watch: Phone
) -> None:
    earlier = annas_watch.tap(drill=True).json()["id"]
    Device.objects.filter(pk=annas_phone.device.pk).update(revoked_at="2026-01-01T00:00:00Z")
    answer = annas_phone.tap()
    assert answer.status_code == 201
    incident = answer.json()["id"]
    assert Tap.objects.get(incident__public_id=incident).report_only
    assert annas_phone.get(f"incidents/{incident}").status_code == 200
    assert annas_phone.get(f"incidents/{earlier}").status_code == 404
    assert annas_phone.get("me/incidents").status_code == 403


def test_somebody_elses_tap_id_opens_an_own_incident(annas_phone: Phone) -> None:
    colleague = phone_of(Employee.objects.get(number="020187"))
    tap = str(uuid.uuid4())
    assert annas_phone.tap(tap_id=tap).json()["id"] != colleague.tap(tap_id=tap).json()["id"]


def test_support_without_a_contract_calls_the_companys_own_people_and_says_so(
    globex: Company, db: None
) -> None:
    connection.set_schema("globex")
    phone = phone_of(Employee.objects.get(number="020182"), host="globex.localhost")
    tapped = phone.tap(level="support")
    assert tapped.status_code == 201
    assert tapped.json()["support_available"] is False
    raised = phone.post(f"incidents/{tapped.json()['id']}/raise", {"level": "support"})
    assert (raised.status_code, raised.json()["support"]) == (200, "none")
    assert not Case.objects.exists()


@pytest.fixture
def busy_company(django_db_blocker, django_db_setup):
    """A company of its own for tests that really commit."""
    with django_db_blocker.unblock():
        connection.set_schema_to_public()
        name = f"race{uuid.uuid4().hex[:8]}"
        company = create_company(name=name, schema=name, domain=f"{name}.localhost")
        yield company
        connection.set_schema_to_public()


def test_eight_presses_at_once_are_one_incident(busy_company: Company, django_db_blocker) -> None:
    from_seed = _one_employee_in(busy_company)
    answers: list[int] = []

    def press(phone: Phone) -> None:
        answers.append(phone.tap().status_code)
        connection.close()

    phones = [phone_of(from_seed, kind, f"{busy_company.schema}.localhost") for kind in KINDS * 4]
    threads = [threading.Thread(target=press, args=(phone,)) for phone in phones]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200] * 7 + [201]
    assert Incident.objects.count() == 1
    assert Tap.objects.count() == 8


KINDS = ["iphone", "watch"]


def _one_employee_in(company: Company) -> Employee:
    connection.set_schema(company.schema)
    from_department = Employee._meta.get_field("department").related_model
    department = from_department.objects.create(code="1", name="売場")
    return Employee.objects.create(
        number="1",
        family_name="森",
        given_name="彩",
        family_kana="モリ",
        given_kana="アヤ",
        department=department,
    )
