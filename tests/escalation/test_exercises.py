"""Hanna announces an exercise; it is passed when boris has seen a drill tap of anna's."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audit.models import AuditEvent
from escalation.exercises import announce_exercise, end_exercise
from escalation.models import Exercise
from incidents.models import Incident
from jobs.models import Job
from jobs.runs import run_next
from notifications.models import Notice
from people.models import Department
from tenants.schemas import enter_schema
from tests.conftest import phone_of, signed_in

NEW = "/admin/escalation/exercise/add/"


def announced(hanna, **scope) -> Exercise:
    now = timezone.now()
    one = Exercise(starts_at=now, ends_at=now + timedelta(hours=1), **scope)
    announce_exercise(exercise=one, actor=hanna.as_actor())
    return one


def told() -> None:
    Job.objects.exclude(kind="escalation.exercise_begins").delete()
    while run_next(1, "test"):
        pass
    enter_schema("acme")


def acknowledge(user, press) -> None:
    page = f"/portal/incidents/{press.json()['id']}/acknowledge/"
    assert signed_in(user).post(page).status_code == 302
    enter_schema("acme")


def form(**given) -> dict[str, str]:
    now = timezone.localtime()
    later = now + timedelta(hours=1)
    times = {
        "starts_at_0": f"{now:%Y-%m-%d}",
        "starts_at_1": f"{now:%H:%M:%S}",
        "ends_at_0": f"{later:%Y-%m-%d}",
        "ends_at_1": f"{later:%H:%M:%S}",
    }
    return times | given


def test_hr_announces_it_and_those_who_take_part_are_told(hanna, anna, annas_phone):
    answer = signed_in(hanna).post(NEW, form(site=anna.site.pk))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    enter_schema("acme")
    assert annas_phone.get("device").json()["exercise"]["ends_at"]
    enter_schema("acme")
    told()
    notice = Notice.objects.get(kind="exercise")
    assert notice.recipient_device == annas_phone.device
    assert AuditEvent.objects.filter(payload__verb="exercise.announced").exists()


def test_nobody_else_takes_part(hanna, anna, annas_phone, carla):
    announced(hanna, department=Department.objects.create(name="別の部門", code="zz"))
    assert annas_phone.get("device").json()["exercise"] is None


def test_a_department_takes_those_below_it_along(hanna, anna, annas_phone):
    above = Department.objects.create(name="本部", code="hq")
    Department.objects.filter(pk=anna.department_id).update(parent=above)
    announced(hanna, department=above)
    assert annas_phone.get("device").json()["exercise"]
    enter_schema("acme")
    told()
    assert Notice.objects.filter(recipient_device=annas_phone.device, kind="exercise").exists()


def test_it_is_passed_when_a_supervisor_has_seen_a_drill_tap_of_it(hanna, anna, annas_phone, boris):
    one = announced(hanna, site=anna.site)
    press = annas_phone.tap(drill=True)
    enter_schema("acme")
    one.refresh_from_db()
    assert one.passed_at is None
    acknowledge(boris, press)
    one.refresh_from_db()
    assert one.passed_at
    assert str(one.passed_with.public_id) == press.json()["id"]
    page = signed_in(hanna).get("/admin/escalation/exercise/").content.decode()
    assert "合格" in page


def test_heading_out_is_having_seen_it(hanna, anna, annas_phone, boris):
    one = announced(hanna, site=anna.site)
    press = annas_phone.tap(drill=True)
    signed_in(boris).post(f"/portal/incidents/{press.json()['id']}/head-out/")
    enter_schema("acme")
    one.refresh_from_db()
    assert one.passed_at


def test_a_real_alarm_in_an_exercise_is_real_and_passes_nothing(hanna, anna, annas_phone, boris):
    one = announced(hanna, site=anna.site)
    press = annas_phone.tap()
    enter_schema("acme")
    acknowledge(boris, press)
    one.refresh_from_db()
    assert one.passed_at is None
    assert Incident.objects.get(public_id=press.json()["id"]).drill == "none"


@pytest.mark.parametrize("minutes", [-120, 60])
def test_a_drill_tap_outside_of_it_passes_nothing(minutes, hanna, anna, annas_phone, boris):
    one = announced(hanna, site=anna.site)
    shift = timedelta(minutes=minutes)
    Exercise.objects.update(starts_at=one.starts_at + shift, ends_at=one.ends_at + shift)
    press = annas_phone.tap(drill=True)
    acknowledge(boris, press)
    one.refresh_from_db()
    assert one.passed_at is None


def test_ended_early_nobody_is_asked_any_more(hanna, anna, annas_phone):
    one = announced(hanna, site=anna.site)
    chosen = {"action": "end_now", "_selected_action": [one.pk]}
    signed_in(hanna).post("/admin/escalation/exercise/", chosen)
    enter_schema("acme")
    assert annas_phone.get("device").json()["exercise"] is None
    enter_schema("acme")
    assert not end_exercise(exercise=one, actor=hanna.as_actor())
    told()
    assert not Notice.objects.filter(kind="exercise").exists()


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({}, "どちらか1つ"),
        ({"site": "both"}, "どちらか1つ"),
        ({"site": "one", "ends_at_0": "2020-01-01"}, "終了は"),
        ({"site": "one", "ends_at_0": "2099-01-01"}, "最長4時間"),
    ],
)
def test_what_cannot_be_is_refused_in_words(given, says, hanna, anna):
    scope = {"site": str(anna.site_id)} if given.pop("site", "") else {}
    if not given and scope:
        scope["department"] = str(anna.department_id)
    answer = signed_in(hanna).post(NEW, form(**scope | given))
    assert answer.status_code == 200
    assert says in answer.content.decode()
    enter_schema("acme")
    assert not Exercise.objects.exists()


def test_anyone_who_sets_up_devices_announces_none(second):
    second.roles = ["it_admin"]
    second.save()
    assert signed_in(second).get(NEW).status_code == 403


def test_a_device_of_nobody_in_particular_takes_part_by_its_site(hanna, anna):
    phone = phone_of(anna, "android")
    announced(hanna, site=anna.site)
    assert phone.get("device").json()["exercise"]
