"""The list of open alarms: whatever else is open, nobody's real alarm is pushed out of it."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from people.models import Department, Device, Employee
from tests.conftest import A_MOVE, Phone, phone_of, signed_in

MANY = 200


def employees(count: int, department: Department) -> list[Employee]:
    return Employee.objects.bulk_create(
        Employee(number=f"D{n:05d}", family_name="訓練", given_name=str(n), department=department)
        for n in range(count)
    )


def drills(device: Device, people: list[Employee], **more: object) -> None:
    """Begun a day ago, one of each."""
    begun = {"drill": "internal", "opened_at": timezone.now() - timedelta(days=1)}
    fields = {"device": device, "level": "alarm"} | A_MOVE | begun | more
    Incident.objects.bulk_create(
        Incident(number=50_000 + index, reporter=one, **fields) for index, one in enumerate(people)
    )


def listed(user: User) -> list[str]:
    page = signed_in(user).get("/portal/open/")
    return [str(row.public_id) for row in page.context["open_rows"]]


def polled(user: User) -> dict[str, object]:
    found: dict[str, object] = signed_in(user).get("/portal/poll").json()
    return found


@pytest.fixture
def carlas(carla: User) -> Department:
    """Where boris answers for nobody."""
    return Employee.objects.get(user=carla).department


def test_two_hundred_drills_of_another_department_hide_no_alarm(
    annas_phone: Phone, boris: User, carlas: Department
) -> None:
    drills(annas_phone.device, employees(MANY, carlas))
    alarm = annas_phone.tap().json()["id"]
    assert listed(boris) == [alarm]
    answer = polled(boris)
    assert (answer["open"], answer["follow"]) == (1, [alarm])


def test_two_hundred_drills_that_she_sees_as_well_hide_no_alarm(
    annas_phone: Phone, hanna: User, carlas: Department
) -> None:
    drills(annas_phone.device, employees(MANY, carlas))
    alarm = annas_phone.tap().json()["id"]
    assert len(listed(hanna)) == MANY
    assert listed(hanna)[0] == alarm
    assert polled(hanna)["follow"] == listed(hanna)


def test_two_hundred_that_somebody_has_seen_hide_no_new_one(
    annas_phone: Phone, hanna: User, boris: User, carlas: Department
) -> None:
    seen = {"drill": "none", "acknowledged_at": timezone.now(), "acknowledged_by": boris}
    drills(annas_phone.device, employees(MANY, carlas), **seen)
    alarm = annas_phone.tap().json()["id"]
    Incident.objects.filter(public_id=alarm).update(opened_at=F("opened_at") - timedelta(days=2))
    assert listed(hanna)[0] == alarm


def test_real_before_drills_unseen_before_seen_and_then_the_newest(
    annas_phone: Phone, hanna: User, boris: User, carlas: Department
) -> None:
    drill, seen, older, newer = (phone_of(one).tap().json()["id"] for one in employees(4, carlas))
    Incident.objects.filter(public_id=drill).update(drill="internal")
    Incident.objects.filter(public_id=seen).update(
        acknowledged_at=timezone.now(), acknowledged_by=boris
    )
    Incident.objects.filter(public_id=older).update(opened_at=timezone.now() - timedelta(hours=1))
    assert listed(hanna) == [newer, older, seen, drill]


def test_a_poll_names_what_changed_and_only_to_whom_it_concerns(
    annas_phone: Phone, boris: User, carla: User
) -> None:
    alarm = annas_phone.tap().json()["id"]
    since = int((timezone.now() - timedelta(seconds=5)).timestamp() * 1000)
    changed = {}
    for user in (boris, carla):
        answer = signed_in(user).get(f"/portal/poll?since={since}").json()
        changed[user] = [event["pk"] for event in answer["events"]]
    assert changed == {boris: [alarm], carla: []}
