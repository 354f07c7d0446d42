"""What is kept of a person is given to the person, erased on request, and goes after its time."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from people.models import Employee
from tests.conftest import Phone, phone_of, signed_in
from tests.support.conditions import say, today
from wellbeing.daily import forget_old
from wellbeing.models import CareTask, CheckIn, CheckInRevision, Look, WellbeingSettings
from wellbeing.services import note_looks

ERASE = "/portal/conditions/erase/"


def test_anna_gets_everything_that_is_kept_of_her_and_nothing_of_others(
    annas_phone: Phone, anna: Employee, boris: User
) -> None:
    say(annas_phone, "normal", note="まあまあ")
    say(annas_phone, "bad", note="疲れました", note_audience="nobody")
    other = phone_of(Employee.objects.get(number="020188"))
    say(other, "bad", note="ほかの人のことば")
    note_looks(viewer=boris, employees=[anna])
    answer = annas_phone.get("me/conditions-export")
    assert answer["Content-Disposition"].startswith("attachment")
    (check_in,) = answer.json()["check_ins"]
    assert (check_in["note"], check_in["before"][0]["note"]) == ("疲れました", "まあまあ")
    assert answer.json()["care"][0]["reasons"][0]["rule"] == "bad_now"
    assert answer.json()["looks"] == [{"who": boris.get_full_name(), "on": today().isoformat()}]
    assert "ほかの人のことば" not in answer.content.decode()


def test_hr_erases_on_request_and_never_sees_what(
    annas_phone: Phone, anna: Employee, hanna: User, boris: User
) -> None:
    say(annas_phone, "normal", note="まあまあ")
    say(annas_phone, "bad", note="疲れました")
    form = {"number": anna.number, "requested": "on"}
    assert signed_in(boris).post(ERASE, form).status_code == 404
    assert signed_in(hanna).post(ERASE, {"number": anna.number}).status_code == 200
    assert CheckIn.objects.exists()
    page = signed_in(hanna).post(ERASE, form, follow=True).content.decode()
    assert "疲れました" not in page
    for table in (CheckIn, CheckInRevision, CareTask, Look):
        assert not table.objects.exists()
    (event,) = AuditEvent.objects.of(f"conditions:{anna.public_id}")
    assert event.payload["verb"] == "conditions.erased"
    assert event.payload["actor"]["id"] == str(hanna.public_id)


def test_answers_go_after_their_time_and_newer_ones_stay(anna: Employee) -> None:
    WellbeingSettings.objects.create(pk=1, keep_days=100)
    for days in (99, 100, 101):
        CheckIn.objects.create(
            employee=anna,
            department=anna.department,
            condition="good",
            date=today() - timedelta(days=days),
        )
    done = {"state": "done", "outcome": "talked", "employee": anna, "due_on": today()}
    CareTask.objects.create(**done, done_at=timezone.now() - timedelta(days=102))
    CareTask.objects.create(**done, done_at=timezone.now())
    forget_old(today())
    kept = set(CheckIn.objects.values_list("date", flat=True))
    assert kept == {today() - timedelta(days=99), today() - timedelta(days=100)}
    assert CareTask.objects.count() == 1
