"""HR imports employees from what Japanese Excel writes: looked at first, all or nothing."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from people.models import Employee, SupervisorAssignment
from tenants.schemas import enter_schema
from tests.conftest import signed_in

HEAD = "社員番号,姓,名,セイ,メイ,部署コード,上司社員番号,入社日"
GOOD = "20300,髙橋,一郎,ﾀｶﾊｼ,イチロウ,１０,20183,R8.4.1"


def upload(user: User, *rows: str, encoding: str = "cp932", head: str = HEAD) -> tuple[Client, str]:
    return upload_bytes(user, "\r\n".join([head, *rows]).encode(encoding))


def upload_bytes(user: User, content: bytes, name: str = "社員.csv") -> tuple[Client, str]:
    file = SimpleUploadedFile(name, content)
    browser = signed_in(user)
    page = browser.post("/admin/people/employee/import/", {"import_file": file, "format": "0"})
    enter_schema("acme")
    return browser, page.content.decode()


def confirm(browser: Client, page: str) -> Any:
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    answer = browser.post("/admin/people/employee/process_import/", hidden)
    enter_schema("acme")
    return answer


def imported(user: User, *rows: str, **how: str) -> Any:
    browser, page = upload(user, *rows, **how)
    assert not Employee.objects.filter(number="020300").exists()
    return confirm(browser, page)


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
def test_a_file_of_excel_is_looked_at_and_then_stored(encoding, hanna):
    answer = imported(hanna, GOOD, encoding=encoding)
    assert answer["Location"] == "/admin/people/employee/"
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


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ("20301,林,健,ハヤシ,ケン,ZZ,,2026/4/1", "部署「ZZ」は登録されていません"),
        ("20301,林,健,ハヤシ,ケン,10,,2026/13/1", "「2026/13/1」は日付として読めません"),
        ("20300,林,健,ハヤシ,ケン,10,,2026/4/1", "「020300」は2行目にもあります"),
        ("20301,林,健,ハヤシ,ケン,10,99999,2026/4/1", "「099999」は登録されていません"),
        ("20301,林,健,ハヤシ,ケン,10,20182,2026/4/1", "利用者登録がない"),
        ("20301,=1+1,健,ハヤシ,ケン,10,,2026/4/1", "数式のように見える"),
        (",林,健,ハヤシ,ケン,10,,2026/4/1", "従業員番号がありません"),
    ],
)  # fmt: skip
def test_one_wrong_row_is_named_in_japanese_and_nothing_is_stored(bad, said, hanna):
    browser, page = upload(hanna, GOOD, bad)
    assert said in page
    assert not re.search(r'name="import_file_name" value', page)
    assert not Employee.objects.filter(number="020300").exists()
    browser, page = upload(hanna, GOOD)
    assert confirm(browser, page).status_code == 302
    assert Employee.objects.filter(number="020300").exists()


def test_what_is_no_list_of_employees_is_refused_in_words(hanna):
    for content, said in (
        (b"\x81\xff\xfe\xff", "文字コードを判別できません"),
        (b"PK\x03\x04broken", "ブックが壊れています"),
        ("姓,名\r\n林,健".encode(), "必要な列がありません"),
        (b"", ""),
    ):
        file = SimpleUploadedFile("x.csv", content)
        answer = signed_in(hanna).post(
            "/admin/people/employee/import/", {"import_file": file, "format": "0"}
        )
        assert answer.status_code == 200
        assert said in answer.content.decode()


def test_a_confirmation_of_nothing_stores_nothing(hanna):
    enter_schema("acme")
    before = Employee.objects.count()
    forged = {"import_file_name": "f" * 32, "original_file_name": "x.csv", "format": "0",
              "resource": ""}  # fmt: skip
    page = "/admin/people/employee/process_import/"
    answer = signed_in(hanna).post(page, forged, follow=True)
    assert "何も取り込まれませんでした" in answer.content.decode()
    enter_schema("acme")
    assert Employee.objects.count() == before


def test_the_template_can_be_filled_and_imported_as_it_is(hanna):
    template = signed_in(hanna).get("/admin/people/employee/template/").content.decode("utf-8-sig")
    head, example = template.split("\r\n")[:2]
    browser, page = upload(hanna, example, head=head, encoding="utf-8")
    confirm(browser, page)
    assert Employee.objects.get(number="012345").site.name == "日本橋本店"


def test_whoever_sets_up_devices_imports_nobody(second, hanna):
    second.roles = ["it_admin"]
    second.save()
    assert signed_in(second).get("/admin/people/employee/").status_code == 200
    assert signed_in(second).get("/admin/people/employee/import/").status_code == 403
    assert signed_in(hanna).get("/admin/people/employee/import/").status_code == 200
