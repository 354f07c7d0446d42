"""HR imports employees from what Japanese Excel writes: looked at first, all or nothing."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest

from people.models import Department, Employee, SupervisorAssignment
from tests.conftest import signed_in
from tests.support.imports import HEAD, confirm, imported, upload, upload_bytes

GOOD = "20300,髙橋,一郎,ﾀｶﾊｼ,イチロウ,１０,20183,R8.4.1"


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_a_file_of_excel_is_looked_at_and_then_stored(encoding, hanna):
    page = imported(hanna, GOOD, encoding=encoding)
    assert "従業員を取り込みました" in page
    one = Employee.objects.get(number="020300")
    assert (one.family_name, one.family_kana) == ("髙橋", "タカハシ")
    assert one.started_on == date(2026, 4, 1)
    assert one.department.code == "10"


def test_the_supervisor_is_linked_by_number_even_without_its_zeros(hanna, boris):
    imported(hanna, GOOD)
    link = SupervisorAssignment.objects.get(employee__number="020300")
    assert link.supervisor.user == boris


def test_a_supervisor_further_down_the_file_is_found(hanna, boris):
    lower = "020183,佐藤,健一,サトウ,ケンイチ,10,,2020/4/1"
    imported(hanna, GOOD, lower)
    assert SupervisorAssignment.objects.filter(employee__number="020300").exists()


LONG = "あ" * 41


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("20301,林,健,ハヤシ,ケン,ZZ,,2026/4/1", "部署「ZZ」は登録されていません"),
        ("20301,林,健,ハヤシ,ケン,10,,2026/13/1", "「2026/13/1」は日付として読めません"),
        ("20300,林,健,ハヤシ,ケン,10,,2026/4/1", "「020300」は2行目にもあります"),
        ("20301,林,健,ハヤシ,ケン,10,99999,2026/4/1", "「099999」は登録されていません"),
        ("20301,林,健,ハヤシ,ケン,10,20190,2026/4/1", "020190」）は退職しています"),
        ("20301,林,健,ハヤシ,ケン,10,20301,2026/4/1", "本人を本人の上司に"),
        ("20301,+cmd|calc,健,ハヤシ,ケン,10,,2026/4/1", "数式のように見える"),
        (f"20301,{LONG},健,ハヤシ,ケン,10,,2026/4/1", "姓："),
        ("20301,林\0,健,ハヤシ,ケン,10,,2026/4/1", "保存できない文字"),
        ("20301,=1+1,健,ハヤシ,ケン,10,,2026/4/1", "数式のように見える"),
        (",林,健,ハヤシ,ケン,10,,2026/4/1", "従業員番号がありません"),
    ],
)
def test_one_wrong_row_is_named_in_japanese_and_nothing_is_stored(bad, message, hanna):
    Employee.objects.filter(number="020190").update(ended_on=date(2026, 1, 31))
    browser, page = upload(hanna, GOOD, bad)
    (why,) = re.findall(r"<li><b>3行目</b> ([^<]+)</li>", page)
    assert message in why
    assert not re.search("[A-Za-z]{3}", why.replace("cmd|calc", ""))
    assert 'name="upload"' not in page
    assert not Employee.objects.filter(number="020300").exists()
    browser, page = upload(hanna, GOOD)
    confirm(browser, page)
    assert Employee.objects.filter(number="020300").exists()


BOMB = 101 * 1024 * 1024
ROW = "20300,林,健,ハヤシ,ケン,10,,2026/4/1"


def bomb() -> bytes:
    """A workbook that is small until it is opened."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("xl/worksheets/sheet1.xml", b" " * BOMB)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (lambda: b"\x81\xff\xfe\xff", "文字コードを判別できません"),
        (lambda: f"{HEAD}\n{ROW}".encode("utf-16"), "文字コードを判別できません"),
        (lambda: f"{HEAD}\n{ROW}".encode("euc-jp"), "文字コードを判別できません"),
        (lambda: b"PK\x03\x04broken", "ブックが壊れています"),
        (bomb, "ブックが大きすぎます"),
        (lambda: b"x" * (50 * 1024 * 1024), "10MB"),
        (lambda: "姓,名\r\n林,健".encode(), "必要な列がありません"),
        (lambda: f"{HEAD},姓\n{ROW},林".encode(), "列「姓」が2つ以上"),
        (lambda: HEAD.encode(), "見出しだけ"),
        (lambda: f"{HEAD}\n{ROW},x,y,z".encode(), "読み込めないファイル"),
    ],
)
def test_what_is_no_list_of_employees_is_refused_in_words(content, message, hanna):
    before = list(Employee.objects.values_list())
    _browser, page = upload_bytes(hanna, content(), "x.csv")
    assert message in page
    assert list(Employee.objects.values_list()) == before


def test_columns_that_nobody_reads_are_named(hanna):
    _browser, page = upload(hanna, f"{GOOD},x", head=f"{HEAD},上司番号")
    assert re.search(r"読み取らない列があります</h2>\s*<p>上司番号</p>", page)


def test_rows_that_only_have_a_format_are_no_rows(hanna):
    confirm(*upload(hanna, GOOD, ",,,,,,,", ",,,,,,,"))
    assert Employee.objects.filter(number="020300").exists()


def test_what_became_wrong_since_the_look_stores_nothing(hanna):
    browser, page = upload(hanna, GOOD, "20182,別姓,別名,ベツ,ベツ,40,,2020/4/1")
    code = Department.objects.get(code="40")
    code.code = "41"
    code.save()
    page = confirm(browser, page)
    assert "部署「40」は登録されていません" in page
    assert not Employee.objects.filter(number="020300").exists()


def test_the_template_can_be_filled_and_imported_as_it_is(hanna):
    template = signed_in(hanna).get("/admin/people/employee/template/").content.decode("utf-8-sig")
    head, example = template.split("\r\n")[:2]
    browser, page = upload(hanna, example, head=head, encoding="utf-8")
    confirm(browser, page)
    assert Employee.objects.get(number="012345").site.name == "日本橋本店"


def test_anyone_who_sets_up_devices_imports_nobody(second, hanna):
    second.roles = ["it_admin"]
    second.save()
    assert signed_in(second).get("/admin/people/employee/").status_code == 200
    assert signed_in(second).get("/admin/people/employee/import/").status_code == 403
    assert signed_in(hanna).get("/admin/people/employee/import/").status_code == 200
