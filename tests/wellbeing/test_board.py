"""Boris's board: today on the right, groups and periods, one person's page, and care that is put
off or was settled by a slip."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from people.models import Employee, Exclusion
from tests.conftest import signed_in
from wellbeing.daily import local_now
from wellbeing.models import CareTask, CheckIn, Look

BOARD, CARE = "/portal/conditions/", "/portal/care/"


@pytest.fixture
def task(anna: Employee) -> CareTask:
    return CareTask.objects.create(employee=anna, due_on=today())


def today() -> date:
    return local_now().date()


def said(anna: Employee, condition: str, days_ago: int = 0, note: str = "") -> None:
    CheckIn.objects.create(
        employee=anna,
        department_id=anna.department_id,
        date=today() - timedelta(days=days_ago),
        condition=condition,
        note=note,
        note_audience="supervisor",
    )


def press(user: User, task: CareTask, what: str, **fields: object) -> str:
    answer = signed_in(user).post(f"{CARE}{task.public_id}/{what}/", fields, follow=True)
    return answer.content.decode() if answer.status_code == 200 else str(answer.status_code)


def test_the_oldest_day_is_on_the_left_and_as_many_as_are_asked_for(
    anna: Employee, boris: User
) -> None:
    said(anna, "bad")
    said(anna, "good", days_ago=6)
    for asked, days in (("7", 7), ("", 14), ("30", 30), ("31", 14), ("x", 14), ("-7", 14)):
        board = signed_in(boris).get(f"{BOARD}?days={asked}").context["board"]
        assert board.dates == [today() - timedelta(days=n) for n in reversed(range(days))]
        (line,) = [one for one in board.lines if one.employee == anna]
        assert (line.marks[-1].condition, line.marks[-7].condition) == ("bad", "good")
        assert board.answered == 1


@pytest.mark.parametrize(
    "query", ["department=x", "department=999999999999", "site=²", "site=-1", "page=0", "page=x"]
)
def test_filters_that_cannot_be_read_break_nothing(boris: User, query: str) -> None:
    for address in (BOARD, CARE):
        assert signed_in(boris).get(f"{address}?{query}").status_code == 200


def test_groups_and_period_go_along_to_paper_and_pages(anna: Employee, boris: User) -> None:
    page = signed_in(boris).get(f"{BOARD}?site={anna.site_id}&days=7&page=1&x=1")
    assert page.context["query"] == f"site={anna.site_id}&days=7"
    assert {line.employee.site_id for line in page.context["board"].lines} == {anna.site_id}


def test_a_person_has_a_page_for_whom_answers_for_them_and_the_look_is_noted(
    anna: Employee, boris: User, carla: User, hanna: User
) -> None:
    said(anna, "bad", note="眠れません")
    page = f"/portal/conditions/people/{anna.public_id}/"
    assert page in signed_in(boris).get(BOARD).content.decode()
    Look.objects.all().delete()
    answer = signed_in(boris).get(page)
    assert "「眠れません」" in answer.content.decode()
    assert {len(week) for week in answer.context["person"].weeks[:-1]} == {7}
    assert all(week[0].on.weekday() == 0 for week in answer.context["person"].weeks)
    assert list(Look.objects.values_list("viewer", "employee")) == [(boris.pk, anna.pk)]
    for other in (carla, hanna):
        assert signed_in(other).get(page).status_code == 404
    Exclusion.objects.create(user=boris, employee=anna, decided_by=hanna)
    assert signed_in(boris).get(page).status_code == 404
    assert Look.objects.count() == 1


def test_what_is_put_off_stays_on_the_list_with_its_new_day(task: CareTask, boris: User) -> None:
    for days in ("", "0", "2", "x"):
        assert "日を選んでください" in press(boris, task, "later", days=days)
    assert "一覧に残ります" in press(boris, task, "later", days="3")
    task.refresh_from_db()
    assert (task.state, task.due_on) == ("open", today() + timedelta(days=3))
    assert AuditEvent.objects.filter(payload__verb="care.put_off").count() == 1


def test_a_slip_is_taken_back_by_whom_it_happened_to_and_for_ten_minutes(
    task: CareTask, boris: User, second: User
) -> None:
    assert "元に戻す" in press(boris, task, "settle", outcome="talked")
    assert press(second, task, "undo") == "404"
    assert "元に戻しました" in press(boris, task, "undo")
    task.refresh_from_db()
    assert (task.state, task.outcome, task.done_by) == ("open", "", None)
    assert press(boris, task, "undo") == "404"

    press(boris, task, "settle", outcome="talked")
    CareTask.objects.update(done_at=timezone.now() - timedelta(minutes=11))
    assert press(boris, task, "undo") == "404"


def test_what_was_handed_on_or_has_a_newer_one_stays_settled(
    task: CareTask, anna: Employee, boris: User
) -> None:
    press(boris, task, "settle", outcome="talked")
    newer = CareTask.objects.create(employee=anna, due_on=today())
    assert "新しい声かけがあります" in press(boris, task, "undo")
    task.refresh_from_db()
    assert task.state == "done"
    press(boris, newer, "settle", outcome="handed_on")
    assert press(boris, newer, "undo") == "404"
