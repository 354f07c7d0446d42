"""Who answers for others by an imported list is given a sign-in, and nobody without a word."""

import re

import pytest
from django.core import mail

from accounts.models import Role, User
from people.models import Employee, SupervisorAssignment
from tenants.schemas import enter_schema
from tests.conftest import signed_in
from tests.support.imports import confirm, imported, panel, press_undo, upload

WITH_MAIL = "社員番号,姓,名,セイ,メイ,部署コード,上司社員番号,入社日,メールアドレス"
BOSS = "20300,髙橋,一郎,タカハシ,イチロウ,10,,R8.4.1,takahashi@acme.example"
STAFF = "20301,林,健,ハヤシ,ケン,10,20300,R8.4.1,"


def test_a_supervisor_without_a_sign_in_is_shown_and_then_invited(hanna):
    browser, page = upload(hanna, BOSS, STAFF, head=WITH_MAIL)
    shown = panel(page, "上司として利用できるようになる人")
    assert "020300 髙橋 一郎" in shown
    assert "takahashi@acme.example" in shown
    assert not User.objects.filter(username="020300").exists()
    done = confirm(browser, page)
    assert "招待を送りました" in panel(done, "上司として利用できるようになった人")
    user = User.objects.get(username="020300")
    assert (user.roles, user.employee.number) == ([Role.SUPERVISOR], "020300")
    assert not user.has_usable_password()
    assert [one.to for one in mail.outbox] == [["takahashi@acme.example"]]
    link = SupervisorAssignment.objects.in_force().get(employee__number="020301")
    assert link.supervisor.user == user


def test_without_an_address_the_assignment_stands_and_the_gap_is_named(hanna):
    browser, page = upload(hanna, BOSS.replace("takahashi@acme.example", ""), STAFF, head=WITH_MAIL)
    warned = panel(page, "次の上司は、利用者登録をするまで通報の連絡を受け取れません")
    assert "020300 髙橋 一郎" in warned
    assert "メールアドレスがないため" in warned
    assert "020300 髙橋 一郎" in panel(confirm(browser, page), "次の上司は")
    assert SupervisorAssignment.objects.filter(employee__number="020301").exists()
    assert not User.objects.filter(username="020300").exists()
    readiness = signed_in(hanna).get("/portal/hr/readiness/").content.decode()
    assert "髙橋 一郎（020300）" in readiness


def test_an_address_of_somebody_else_makes_no_second_sign_in(hanna):
    taken = User.objects.exclude(email=None).exclude(email="")[0].email.upper()
    boss = BOSS.replace("takahashi@acme.example", taken)
    browser, page = upload(hanna, boss, STAFF, head=WITH_MAIL)
    assert "別の利用者が使っています" in panel(page, "次の上司は")
    confirm(browser, page)
    assert not User.objects.filter(username="020300").exists()


def test_a_sign_in_made_by_hand_is_joined_to_its_employee(hanna):
    user = User.objects.create_user("020300", family_name="髙橋", email="t@acme.example")
    browser, page = upload(hanna, BOSS, STAFF, head=WITH_MAIL)
    assert "「上司」の役割を付けます" in panel(page, "上司として利用できるようになる人")
    confirm(browser, page)
    user.refresh_from_db()
    assert (user.roles, user.employee.number) == ([Role.SUPERVISOR], "020300")
    assert mail.outbox == []


def test_anyone_who_signs_in_for_something_else_gets_the_role_and_loses_none(hanna):
    number = hanna.employee.number
    browser, page = upload(hanna, STAFF.replace("20300", number), head=WITH_MAIL)
    assert "「上司」の役割を付けます" in panel(page, "上司として利用できるようになる人")
    confirm(browser, page)
    hanna.refresh_from_db()
    assert hanna.roles == [Role.HR_ADMIN, Role.SUPERVISOR]


def test_an_import_taken_back_takes_its_sign_ins_and_roles_with_it(hanna):
    active = User.objects.filter(is_active=True).order_by("pk").values_list("pk", "roles")
    before, number = list(active), hanna.employee.number
    more = STAFF.replace("20301", "20302").replace("20300", number)
    imported(hanna, BOSS, STAFF, more, head=WITH_MAIL)
    assert len(active.all()) == len(before) + 1
    link = re.findall(r"/accounts/invitation/\S+", mail.outbox[0].body)[0]
    assert "取り込みを取り消しました" in press_undo(hanna)
    assert list(active.all()) == before
    assert 'name="new_password1"' not in signed_in(hanna).get(link, follow=True).content.decode()
    enter_schema("acme")
    imported(hanna, BOSS, STAFF, head=WITH_MAIL)
    assert User.objects.get(username="020300").employee.number == "020300"
    assert len(mail.outbox) == 2


def test_an_invitation_that_was_accepted_keeps_the_import(hanna):
    imported(hanna, BOSS, STAFF, head=WITH_MAIL)
    user = User.objects.get(username="020300")
    user.set_password("hidamari no niwa 7")
    user.save()
    assert "髙橋 一郎" in press_undo(hanna)
    assert Employee.objects.filter(number="020301").exists()


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_later_list_replaces_what_a_list_said_and_nothing_chosen_by_hand(by_hand, hanna, boris):
    imported(hanna, GOOD_WITH_BORIS)
    if by_hand:
        SupervisorAssignment.objects.filter(employee__number="020300").update(from_file=False)
    browser, page = upload(hanna, GOOD_WITH_BORIS.replace("20183", "20184"))
    assert "<del>020183</del> <ins>020184</ins>" in page
    SupervisorAssignment.objects.filter(employee__number="020300").update(starts_on="2026-01-01")
    confirm(browser, page)
    called = SupervisorAssignment.objects.in_force().filter(employee__number="020300")
    numbers = sorted(called.values_list("supervisor__number", flat=True))
    assert numbers == (["020183", "020184"] if by_hand else ["020184"])
    assert "取り込みを取り消しました" in press_undo(hanna)
    (link,) = SupervisorAssignment.objects.in_force().filter(employee__number="020300")
    assert link.supervisor.user == boris


GOOD_WITH_BORIS = "20300,髙橋,一郎,タカハシ,イチロウ,10,20183,R8.4.1"
