"""Transfers and last days that lie ahead, and people who work in several departments."""

import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import User
from people.devices.services import create_device
from people.models import Employee, PlannedChange, SupervisorAssignment
from tenants.schemas import enter_schema
from tests.conftest import Phone, signed_in
from tests.support.imports import confirm, imported, panel, press_undo, promised, run_all, upload

HEAD = "従業員番号,姓,名,セイ,メイ,部署コード,役職,上司従業員番号,入社日,異動日,退職日"
ANNA = "020182,髙橋,美咲,タカハシ,ミサキ,20,店長,020185,2020/4/1,2036/4/1,"
TOKYO = ZoneInfo("Asia/Tokyo")


def post_of(employee: Employee) -> tuple[str, str, list[str]]:
    employee.refresh_from_db()
    own = SupervisorAssignment.objects.in_force().filter(employee=employee)
    return (
        employee.department.code,
        employee.job_title,
        list(own.values_list("supervisor__number", flat=True)),
    )


def the_day_comes(kind: str) -> None:
    """The clock of the jobs is the database's."""
    promised(kind).update(due_at=timezone.now())
    run_all()


def test_a_transfer_waits_for_the_first_minute_of_its_day(hanna, anna):
    before = post_of(anna)
    browser, page = upload(hanna, ANNA, head=HEAD)
    shown = panel(page, "先の日付の異動")
    assert "2036年4月1日から" in shown
    assert "部署 → 食品フロア" in shown
    assert "020185" in shown
    confirm(browser, page)
    assert post_of(anna) == before
    (job,) = promised("people.take_effect")
    assert job.due_at == datetime(2036, 4, 1, tzinfo=TOKYO)
    assert "食品フロア" in browser.get(f"/admin/people/employee/{anna.pk}/change/").content.decode()
    enter_schema("acme")
    the_day_comes("people.take_effect")
    assert post_of(anna) == ("20", "店長", ["020185"])
    assert PlannedChange.objects.get().done_at
    assert anna.full_name in press_undo(hanna)
    assert post_of(anna) == ("20", "店長", ["020185"])


@pytest.mark.parametrize("day", ["", "2026/4/1"])
def test_without_a_date_or_with_a_past_one_a_transfer_counts_at_once(day, hanna, anna):
    imported(hanna, ANNA.replace("2036/4/1", day), head=HEAD)
    assert post_of(anna) == ("20", "店長", ["020185"])
    assert not PlannedChange.objects.exists()


def test_a_transfer_that_was_withdrawn_never_comes(hanna, anna):
    before = post_of(anna)
    imported(hanna, ANNA, head=HEAD)
    browser, page = signed_in(hanna), f"/admin/people/employee/{anna.pk}/change/"
    (address,) = re.findall(r'formaction="([^"]+)"', browser.get(page).content.decode())
    assert "取り下げました" in browser.post(address, follow=True).content.decode()
    assert "すでに取り下げられた" in browser.post(address, follow=True).content.decode()
    enter_schema("acme")
    assert not promised("people.take_effect").exists()
    the_day_comes("people.take_effect")
    assert post_of(anna) == before


def test_an_import_taken_back_takes_its_transfers_with_it(hanna, anna):
    before = post_of(anna)
    imported(hanna, ANNA, head=HEAD)
    assert "取り込みを取り消しました" in press_undo(hanna)
    assert not PlannedChange.objects.exists()
    the_day_comes("people.take_effect")
    assert post_of(anna) == before


def test_the_same_list_once_more_plans_nothing_twice(hanna, anna):
    before = post_of(anna)
    for _time in range(2):
        imported(hanna, ANNA, head=HEAD)
    assert PlannedChange.objects.count() == 1
    assert post_of(anna) == before


def test_a_second_transfer_on_the_same_day_is_refused_in_words(hanna, anna):
    imported(hanna, ANNA, head=HEAD)
    _browser, page = upload(hanna, ANNA.replace("店長", "主任"), head=HEAD)
    assert "この日には、すでに別の異動が予定されています" in page
    _browser, page = upload(hanna, ANNA.replace("2036/4/1", "来春"), head=HEAD)
    assert "異動日：「来春」は日付として読めません" in page


def boris_leaves(day: str) -> str:
    return f"020183,佐藤,健一,サトウ,ケンイチ,10,,,2020/4/1,,{day}"


def test_after_the_last_day_nothing_of_theirs_is_left(hanna, boris, anna):
    phone = create_device(employee=boris.employee, post=None, kind="iphone", name="x")
    browser, page = upload(hanna, boris_leaves("2026/1/31"), head=HEAD)
    assert "020183 佐藤 健一" in panel(page, "退職する人")
    confirm(browser, page)
    assert Phone(*phone).get("device").status_code == 401
    enter_schema("acme")
    boris.refresh_from_db()
    assert not boris.is_active
    ends = SupervisorAssignment.objects.filter(supervisor=boris.employee)
    assert not ends.filter(ends_on=None).exists()
    assert boris.get_full_name() in press_undo(hanna)


def test_a_last_day_ahead_ends_nothing_before_it_is_over(hanna, boris):
    imported(hanna, boris_leaves("2036/3/31"), head=HEAD)
    (job,) = promised("people.leave")
    assert job.due_at == datetime(2036, 4, 1, tzinfo=TOKYO)
    the_day_comes("people.leave")  # too early, as if the day had been moved
    boris.refresh_from_db()
    assert boris.is_active


def test_a_last_day_set_by_hand_counts_as_one_of_a_list(hanna, boris):
    employee = boris.employee
    page = f"/admin/people/employee/{employee.pk}/change/"
    browser = signed_in(hanna)
    fields = browser.get(page).context["adminform"].form.initial
    given = {name: value for name, value in fields.items() if value is not None}
    forms = {"planned_changes-TOTAL_FORMS": 0, "planned_changes-INITIAL_FORMS": 0}
    yesterday = timezone.localdate() - timedelta(days=1)
    given |= forms | {"ended_on": f"{yesterday:%Y-%m-%d}", "other_departments": []}
    assert browser.post(page, given).status_code == 302
    run_all()
    boris.refresh_from_db()
    assert not boris.is_active


def test_the_last_administrator_can_leave_and_keeps_the_sign_in(hanna):
    User.objects.filter(roles__contains=["hr_admin"]).exclude(pk=hanna.pk).update(is_active=False)
    row = boris_leaves("2026/1/31").replace("020183", hanna.employee.number)
    imported(hanna, row, head=HEAD)
    hanna.refresh_from_db()
    assert hanna.is_active
    assert Employee.objects.get(user=hanna).left_at


ALSO = "従業員番号,姓,名,セイ,メイ,部署コード,入社日,兼務部署コード"
IN_TWO = "020182,髙橋,美咲,タカハシ,ミサキ,10,2020/4/1,２０；30"


def test_the_supervisor_of_a_further_department_sees_and_is_called(hanna, anna, annas_phone, carla):
    page = f"/portal/incidents/{annas_phone.tap().json()['id']}/"
    assert signed_in(carla).get(page).status_code == 404
    enter_schema("acme")
    browser, shown = upload(hanna, IN_TWO, head=ALSO)
    assert "<ins>20、30</ins>" in shown
    confirm(browser, shown)
    assert signed_in(carla).get(page).status_code == 200
    reached = [one["name"] for one in annas_phone.get("device").json()["reachable"]]
    enter_schema("acme")
    assert carla.get_full_name() in reached
    assert "取り込みを取り消しました" in press_undo(hanna)
    assert signed_in(carla).get(page).status_code == 404


def test_an_empty_cell_ends_the_further_departments_and_no_column_leaves_them(hanna, anna):
    imported(hanna, IN_TWO, head=ALSO)
    without = IN_TWO.rpartition(",")[0]
    imported(hanna, without, head=ALSO.rpartition(",")[0])
    assert [one.code for one in anna.other_departments.all()] == ["20", "30"]
    imported(hanna, f"{without},", head=ALSO)
    assert not anna.other_departments.exists()
    _browser, page = upload(hanna, f"{without},20、99", head=ALSO)
    assert "兼務部署コード：部署「99」は登録されていません" in page


def test_who_has_left_before_the_day_is_not_transferred(hanna, anna):
    before = post_of(anna)
    imported(hanna, ANNA, head=HEAD)
    Employee.objects.filter(pk=anna.pk).update(ended_on=date(2026, 1, 31))
    the_day_comes("people.take_effect")
    assert post_of(anna)[:2] == before[:2]
    assert PlannedChange.objects.get().withdrawn_at
