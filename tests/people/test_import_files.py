"""What HR gets back: the wrong rows as a file, and an import taken back."""

import csv
import os
import re
import sys
import time
from datetime import datetime
from io import BytesIO, StringIO

import pytest
from openpyxl import Workbook, load_workbook

from people.devices.services import create_device
from people.models import Employee, SupervisorAssignment
from tenants.schemas import enter_schema
from tests.conftest import signed_in
from tests.support.imports import GOOD, HEAD, confirm, imported, press_undo, upload, upload_bytes

WRONG = "20301,﨑山,健,サキヤマ,ケン,ZZ,,2026/4/1"


def book(*rows: list[object], merged: str = "") -> bytes:
    made = Workbook()
    sheet = made.active
    for row in [HEAD.split(","), *rows]:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    content = BytesIO()
    made.save(content)
    return content.getvalue()


def refused(browser, page: str) -> bytes:
    found = re.search(r'href="(/admin/people/employee/import/[\w-]+/refused/)"', page)
    assert found, "no file of the wrong rows is offered"
    return browser.get(found[1]).content


@pytest.mark.parametrize("encoding", ["cp932", "utf-8-sig"])
def test_the_wrong_rows_come_back_in_the_encoding_of_the_file(encoding, hanna):
    browser, page = upload(hanna, GOOD, WRONG, encoding=encoding)
    head, row = csv.reader(StringIO(refused(browser, page).decode(encoding)))
    assert head == [*HEAD.split(","), "行", "理由"]
    assert row[:3] == ["20301", "﨑山", "健"]
    assert row[-2:] == ["3", "部署コード：部署「ZZ」は登録されていません。"]


def test_the_wrong_rows_of_a_workbook_come_back_as_a_workbook(hanna):
    bad = [20301, "﨑山", "健", "サキヤマ", "ケン", "ZZ", None, datetime(2026, 4, 1)]  # noqa: DTZ001
    browser, page = upload_bytes(hanna, book(bad), "社員.xlsx")
    sheet = load_workbook(BytesIO(refused(browser, page))).active
    head, row = sheet.iter_rows(values_only=True)
    assert head[-2:] == ("行", "理由")
    assert row[:3] == (20301, "﨑山", "健")
    assert row[-2:] == (2, "部署コード：部署「ZZ」は登録されていません。")


def test_the_wrong_rows_put_right_are_imported_with_their_reasons_still_in_them(hanna):
    browser, page = upload(hanna, WRONG)
    mended = refused(browser, page).decode("cp932").replace("ZZ", "10").encode("cp932")
    again, page = upload_bytes(hanna, mended)
    confirm(again, page)
    assert Employee.objects.get(number="020301").family_name == "﨑山"


def test_the_file_of_the_wrong_rows_is_for_the_one_who_uploaded_it(hanna, second):
    browser, page = upload(hanna, WRONG)
    (url,) = re.findall(r"/admin/people/employee/import/[\w-]+/refused/", page)
    assert browser.get(url).status_code == 200
    enter_schema("acme")
    second.roles = ["hr_admin"]
    second.save()
    assert signed_in(second).get(url).status_code == 404


def test_a_workbook_is_imported_with_its_numbers_and_days(hanna):
    row = [20300, "髙橋", "一郎", "タカハシ", "イチロウ", 10, 20183, datetime(2026, 4, 1)]  # noqa: DTZ001
    browser, page = upload_bytes(hanna, book(row), "社員.xlsx")
    confirm(browser, page)
    one = Employee.objects.get(number="020300")
    assert (one.department.code, str(one.started_on)) == ("10", "2026-04-01")


def test_merged_cells_are_refused_by_their_name(hanna):
    row = [20300, "髙橋", "一郎", "タカハシ", "イチロウ", 10, 20183, "2026/4/1"]
    _browser, page = upload_bytes(hanna, book(row, row, merged="B2:B3"), "社員.xlsx")
    assert "B2:B3" in page
    assert "結合" in page


def test_people_who_answer_for_each_other_in_a_circle_are_refused(hanna, boris, second):
    boss, deputy = (Employee.objects.get(user=user).number for user in (boris, second))
    rows = [
        f"{one},姓,名,セイ,メイ,10,{other},2020/4/1"
        for one, other in ((boss, deputy), (deputy, boss))
    ]
    browser, page = upload(hanna, *rows)
    assert "循環" in page
    imported(hanna, rows[0])
    assert SupervisorAssignment.objects.filter(employee__number=boss).exists()
    _browser, page = upload(hanna, rows[1])
    assert "循環" in page
    assert not SupervisorAssignment.objects.filter(employee__number=deputy).exists()
    assert browser


def test_an_import_is_taken_back_to_the_letter(hanna, anna):
    before = Employee.objects.order_by("pk").values_list()
    stood = list(before)
    imported(hanna, GOOD, "20182,別姓,別名,ベツ,ベツ,10,,2020/4/1")
    assert Employee.objects.get(pk=anna.pk).family_name == "別姓"
    assert "取り込みを取り消しました" in press_undo(hanna)
    assert list(before.all()) == stood
    assert not SupervisorAssignment.objects.filter(employee__number="020300").exists()
    assert "すでに取り消されています" in press_undo(hanna)


def test_an_import_whose_people_have_moved_on_stays(hanna, anna):
    imported(hanna, GOOD, "20182,別姓,別名,ベツ,ベツ,10,,2020/4/1")
    newcomer = Employee.objects.get(number="020300")
    create_device(employee=newcomer, post=None, kind="iphone", name="x")
    assert "髙橋 一郎" in press_undo(hanna)
    assert Employee.objects.get(pk=anna.pk).family_name == "別姓"
    newcomer.devices.all().delete()
    Employee.objects.filter(pk=newcomer.pk).update(job_title="店長")
    assert "髙橋 一郎" in press_undo(hanna)
    assert Employee.objects.get(pk=anna.pk).family_name == "別姓"


@pytest.mark.parametrize("kind", ["cp932", "xlsx"])
def test_an_export_is_offered_for_every_excel(kind, hanna):
    formats = {"cp932": "1", "xlsx": "2"}
    fields = {"export_items": [], "resource": "0", "format": formats[kind]}
    answer = signed_in(hanna).post("/admin/people/employee/export/", fields)
    assert answer.status_code == 200
    if kind == "xlsx":
        sheet = load_workbook(BytesIO(answer.content)).worksheets[0]
        assert sheet["A1"].value == "従業員番号"
    else:
        assert answer.content.decode("cp932").startswith("従業員番号")


def test_who_only_sets_up_takes_no_file_of_telephone_numbers_away(second):
    second.roles = ["it_admin"]
    second.save()
    browser, export = signed_in(second), "/admin/people/employee/export/"
    page = browser.get("/admin/people/employee/").content.decode()
    assert second.employee.number in page  # numbers and names are there to set devices up
    assert export not in page
    assert browser.get(export).status_code == 403
    assert browser.post(export, {"format": "0", "resource": "0"}).status_code == 403


@pytest.mark.prove
def test_five_thousand_people_are_looked_at_and_stored(hanna):
    """Figures of both steps; 300 rows in the suite."""
    count = 5000 if "PROVE" in os.environ else 300
    rows = [f"{30000 + n},山田,花子{n},ヤマダ,ハナコ,10,20183,R8.4.1" for n in range(count)]
    clock = Clock()
    browser, page = upload(hanna, *rows)
    looked = clock.lap()
    confirm(browser, page)
    stored = clock.lap()
    assert Employee.objects.filter(family_kana="ヤマダ", number__gte="030000").count() == count
    sys.stdout.write(f"\n{count} rows: looked at {looked}, stored {stored}\n")


class Clock:
    """Time on the wall, and of it what this process worked."""

    def __init__(self) -> None:
        self._wall, self._work = time.monotonic(), time.process_time()

    def lap(self) -> str:
        wall, work = self._wall, self._work
        self._wall, self._work = time.monotonic(), time.process_time()
        return f"{self._wall - wall:.1f} s (work {self._work - work:.1f} s)"
