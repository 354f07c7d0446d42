"""What the company's jobs do by themselves: reminders, silence, contacts after an incident."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from jobs.models import Job
from jobs.periodic import plant_missing
from jobs.runs import run_next
from notifications.models import Notice
from people.models import Employee, Exclusion, Holiday, Leave, WorkPattern
from tenants.models import Company
from tests.conftest import Phone, signed_in
from tests.support.conditions import FRIDAY, at, today
from wellbeing.daily import remind, run_rules
from wellbeing.daily_tasks import daily_round
from wellbeing.followups import hand_out_due
from wellbeing.models import CareTask, CheckIn, FollowUp, RuleSetting, WeeklyFigure
from wellbeing.selectors import care_tasks
from wellbeing.weekly_figures import close_weeks


def reminded() -> int:
    return Notice.objects.filter(kind="check_in").count()


@pytest.fixture
def early_bird(anna: Employee, annas_phone: Phone) -> Employee:
    """Anna begins at seven, on weekdays. Nobody has e-mail: this is about the app."""
    Employee.objects.update(email="")
    WorkPattern.objects.create(
        employee=anna,
        weekdays=[0, 1, 2, 3, 4],
        starts_at=at("07:00").time(),
        ends_at=at("16:00").time(),
    )
    return anna


def test_she_is_reminded_once_after_her_work_has_begun(early_bird: Employee) -> None:
    for clock, count in (("07:10", 0), ("07:35", 1), ("07:45", 1), ("09:45", 1)):
        remind(at(clock))
        assert reminded() == count, clock


def test_who_has_answered_or_does_not_work_is_left_alone(early_bird: Employee) -> None:
    CheckIn.objects.create(
        employee=early_bird, department=early_bird.department, date=FRIDAY, condition="good"
    )
    remind(at("07:35"))
    saturday = FRIDAY + timedelta(days=1)
    remind(at("07:35", saturday))
    Leave.objects.create(
        employee=early_bird, starts_on=FRIDAY + timedelta(3), ends_on=FRIDAY + timedelta(4)
    )
    remind(at("07:35", FRIDAY + timedelta(days=3)))
    Holiday.objects.create(on=FRIDAY + timedelta(days=5))
    remind(at("07:35", FRIDAY + timedelta(days=5)))
    assert reminded() == 0
    remind(at("07:35", FRIDAY + timedelta(days=6)))
    assert reminded() == 1


def test_silence_is_found_once_and_a_rule_can_be_switched_off(
    annas_phone: Phone, anna: Employee, boris: User
) -> None:
    RuleSetting.objects.create(rule="silence", is_on=False)
    run_rules(FRIDAY)
    assert not CareTask.objects.exists()
    RuleSetting.objects.update(is_on=True)
    run_rules(FRIDAY)
    run_rules(FRIDAY)
    task = CareTask.objects.get(employee=anna)
    (reason,) = task.reasons.all()
    assert (reason.rule, task.owner) == ("silence", boris)


@pytest.fixture
def ended(annas_phone: Phone, boris: User) -> Incident:
    """Anna's incident, closed by boris; the jobs of it have run."""
    incident = annas_phone.tap().json()["id"]
    signed_in(boris).post(
        f"/portal/incidents/{incident}/close/", {"outcome": "resolved", "presses": 0}
    )
    Job.objects.exclude(kind__contains="plan_follow_ups").delete()
    while run_next(1, "test"):
        pass
    return Incident.objects.get(public_id=incident)


def test_three_contacts_are_planned_and_come_due_in_turn(
    ended: Incident,
    keiko: User,
    boris: User,
) -> None:
    assert [one.after_days for one in FollowUp.objects.all()] == [1, 7, 30]
    assert hand_out_due(today()) == 0
    assert hand_out_due(today() + timedelta(days=7)) == 2
    assert hand_out_due(today() + timedelta(days=7)) == 0
    assert {task.owner for task in care_tasks(keiko)} == {keiko}
    assert not care_tasks(boris).exists()


def test_the_contact_she_chose_asks_her_but_never_an_excluded_one(
    ended: Incident,
    annas_phone: Phone,
    second: User,
    boris: User,
    hanna: User,
    keiko: User,
) -> None:
    path = f"me/incidents/{ended.public_id}/care"
    Exclusion.objects.create(
        user=boris, incident_id=ended.public_id, decided_by=hanna, reason="当事者"
    )
    offered = {one["name"] for one in annas_phone.get(path).json()["contacts"]}
    assert offered == {second.get_full_name(), keiko.get_full_name()}
    assert annas_phone.call("put", path, {"contact": str(boris.public_id)}).status_code == 422
    chosen = annas_phone.call("put", path, {"contact": str(second.public_id)})
    assert chosen.json()["chosen"] == str(second.public_id)
    hand_out_due(today() + timedelta(days=1))
    assert CareTask.objects.get(follow_up__after_days=1).owner == second


def test_declined_contacts_do_not_happen_and_leaving_does_not_end_them(
    ended: Incident,
    annas_phone: Phone,
    anna: Employee,
    keiko: User,
) -> None:
    path = f"me/incidents/{ended.public_id}/care"
    annas_phone.call("put", path, {"declined": True})
    assert hand_out_due(today() + timedelta(days=40)) == 0
    annas_phone.call("put", path, {"contact": str(keiko.public_id)})
    Employee.objects.filter(pk=anna.pk).update(ended_on=today())
    assert hand_out_due(today() + timedelta(days=40)) == 3


def test_the_contact_records_choices_and_nothing_else(ended: Incident, keiko: User) -> None:
    hand_out_due(today() + timedelta(days=1))
    (task,) = care_tasks(keiko)
    browser, path = signed_in(keiko), f"/portal/care/{task.public_id}/settle/"
    assert "眠れているか" in browser.get("/portal/care/").content.decode()
    browser.post(path, {"outcome": "talked", "sleep": "depressive episode"})
    assert care_tasks(keiko).exists()
    browser.post(path, {"outcome": "talked", "sleep": "bad", "wish": "health", "note": "うつ"})
    follow_up = FollowUp.objects.get(after_days=1)
    assert follow_up.answers == {"sleep": "bad", "wish": "health"}
    assert not care_tasks(keiko).exists()


def test_declined_before_the_plan_is_made_is_declined(annas_phone: Phone, boris: User) -> None:
    incident = annas_phone.tap().json()["id"]
    signed_in(boris).post(
        f"/portal/incidents/{incident}/close/", {"outcome": "resolved", "presses": 0}
    )
    annas_phone.call("put", f"me/incidents/{incident}/care", {"declined": True})
    while run_next(1, "test"):
        pass
    assert {one.state for one in FollowUp.objects.all()} == {"declined"}


def test_a_drill_and_a_slip_of_the_finger_have_no_contacts(annas_phone: Phone, boris: User) -> None:
    for fields, outcome in (({"drill": True}, "drill"), ({}, "mistaken")):
        incident = annas_phone.tap(**fields).json()["id"]
        signed_in(boris).post(
            f"/portal/incidents/{incident}/close/", {"outcome": outcome, "presses": 0}
        )
    while run_next(1, "test"):
        pass
    assert not FollowUp.objects.exists()


def test_a_closed_week_is_frozen_and_stays_as_it_was(acme: Company) -> None:
    monday = FRIDAY - timedelta(days=4)
    people = list(Employee.objects.order_by("pk")[:12])
    for person in people:
        CheckIn.objects.create(
            employee=person, department=person.department, date=monday, condition="normal"
        )
    close_weeks(monday + timedelta(days=8))
    assert not WeeklyFigure.objects.exists(), "late answers may still come"
    close_weeks(monday + timedelta(days=9))
    whole = WeeklyFigure.objects.get(department=None)
    assert (whole.week, whole.answered, whole.normal) == (monday, 12, 100)
    CheckIn.objects.filter(employee=people[0]).delete()
    close_weeks(monday + timedelta(days=10))
    whole.refresh_from_db()
    assert whole.answered == 12


def test_one_bad_day_of_everybody_is_seen_in_a_week_that_was_good(acme: Company) -> None:
    monday = FRIDAY - timedelta(days=4)
    people = list(Employee.objects.order_by("pk")[:12])
    CheckIn.objects.bulk_create(
        CheckIn(
            employee=person,
            department=person.department,
            date=monday + timedelta(days=n),
            condition="bad" if n == 3 else "good",
        )
        for person in people
        for n in range(5)
    )
    close_weeks(monday + timedelta(days=9))
    whole = WeeklyFigure.objects.get(department=None)
    assert (whole.good, whole.normal, whole.bad) == (80, 0, 20)


def test_a_week_frozen_by_means_is_not_set_beside_weeks_of_answers(
    acme: Company, hanna: User
) -> None:
    monday, fields = date(2026, 11, 9), {"people": 20, "answered": 18, "good": 70, "normal": 30}
    WeeklyFigure.objects.create(week=monday, bad=0, **fields)
    WeeklyFigure.objects.create(week=monday + timedelta(7), bad=0, of_answers=True, **fields)
    page = signed_in(hanna).get("/portal/conditions/figures/").content.decode()
    assert "2026/11/16" in page
    assert "2026/11/9" not in page
    assert "<td>18</td><td>90%</td>" in page


def test_the_round_is_planted_once_renews_itself_and_changes_nothing_when_run_again(
    acme: Company, annas_phone: Phone
) -> None:
    for _twice in range(2):
        plant_missing()
    mine = Job.objects.filter(company=acme, kind="wellbeing.daily")
    assert mine.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE public.jobs_job SET due_at = now() - interval '1 minute'")
        cursor.execute("DELETE FROM public.jobs_job WHERE kind <> 'wellbeing.daily'")
        cursor.execute("DELETE FROM public.jobs_job WHERE company_id <> %s", [acme.pk])
    run_next(1, "test")
    (following,) = mine.filter(state=Job.State.PENDING)
    assert following.due_at > timezone.now()
    tasks = CareTask.objects.count()
    daily_round()
    assert CareTask.objects.count() == tasks
