"""Hanna keeps an alarm from a colleague: for him it is not in the administration either."""

import uuid

import pytest
from django.test import Client

from accounts.models import Role, User
from incidents.models import Incident
from people.models import Employee, Exclusion
from recordings.models import Recording
from tests.conftest import Phone, signed_in

LISTS = (
    "/admin/incidents/incident/",
    "/admin/notifications/notice/",
    "/admin/recordings/recording/",
)


@pytest.fixture
def colleague(annas_phone: Phone) -> User:
    """Also of the personnel department."""
    return User.objects.create(
        username="hiro", family_name="平野", given_name="浩", roles=[Role.HR_ADMIN]
    )


@pytest.fixture
def incident(annas_phone: Phone) -> Incident:
    incident = Incident.objects.get(public_id=annas_phone.tap().json()["id"])
    sent = {
        "client_id": str(uuid.uuid4()),
        "tap_id": str(incident.taps.get().tap_id),
        "sample_rate": 48000,
        "frames_per_unit": 47,
    }
    annas_phone.post("recordings", sent)
    return incident


def keep_from(user: User, hanna: User, **scope: object) -> int:
    given = {"user": user.pk, "reason": "当事者の家族", "number": "", "employee": ""} | scope
    return signed_in(hanna).post("/admin/people/exclusion/add/", given).status_code


def rows(client: Client, path: str) -> int:
    return int(client.get(path).context["cl"].result_count)


def page(incident: Incident) -> str:
    return f"/admin/incidents/incident/{incident.pk}/change/"


def test_what_is_kept_from_him_is_in_no_list_and_has_no_page(
    incident: Incident, colleague: User, hanna: User
) -> None:
    admin = signed_in(colleague)
    assert all(rows(admin, path) for path in LISTS)
    assert admin.get(page(incident)).status_code == 200
    assert keep_from(colleague, hanna, number=incident.number) == 302
    assert [rows(admin, path) for path in LISTS] == [0, 0, 0]
    recording = Recording.objects.get(incident=incident)
    for hidden in (page(incident), f"/admin/recordings/recording/{recording.pk}/change/"):
        nothing = admin.get("/admin/incidents/incident/0/change/")
        assert admin.get(hidden).status_code == nothing.status_code == 302
    assert rows(admin, "/admin/people/exclusion/") == 0
    assert rows(signed_in(hanna), "/admin/people/exclusion/") == 1
    assert all(rows(signed_in(hanna), path) for path in LISTS)


def test_everything_about_one_employee_can_be_kept_and_given_back(
    incident: Incident, anna: Employee, colleague: User, hanna: User
) -> None:
    assert keep_from(colleague, hanna, employee=anna.pk) == 302
    assert rows(signed_in(colleague), LISTS[0]) == 0
    chosen = {"action": "end", "_selected_action": Exclusion.objects.get().pk}
    signed_in(hanna).post("/admin/people/exclusion/", chosen)
    assert rows(signed_in(colleague), LISTS[0]) == 1


def test_one_alarm_or_one_employee_is_named_and_the_alarm_exists(
    incident: Incident, anna: Employee, colleague: User, hanna: User
) -> None:
    assert keep_from(colleague, hanna) == 200
    assert keep_from(colleague, hanna, number=incident.number, employee=anna.pk) == 200
    assert keep_from(colleague, hanna, number=999_999) == 200
    assert not Exclusion.objects.exists()


def test_the_same_decision_twice_is_said_and_not_an_error(
    incident: Incident, anna: Employee, colleague: User, hanna: User
) -> None:
    for scope in ({"number": incident.number}, {"employee": anna.pk}):
        assert [keep_from(colleague, hanna, **scope) for _twice in range(2)] == [302, 200]
    assert Exclusion.objects.count() == 2
