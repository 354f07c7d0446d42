"""連絡ルール: Hanna decides how fast the ladder climbs, and reads what it means for people."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, connection, transaction
from django.test import Client

from accounts.models import User
from escalation.models import ContactRule
from people.models import Department, Employee, SupervisorAssignment
from tenants.context import run_in
from tenants.models import Company
from tenants.schemas import enter_schema
from tests.conftest import signed_in
from tests.support.crowds import crowd
from tests.support.imports import browser_in, company
from tests.support.locks import lock_waits
from tests.support.queries import queries_of

__all__ = ["company"]

RULES = "/admin/escalation/contactrule/"
USUAL = {"site": "", "step_seconds": "30", "choice_seconds": "60"}
LATE = "最後の連絡先の呼び出しが180秒より後になる人がいます"


@pytest.fixture
def rule(acme: Company) -> ContactRule:
    """The demo company's own."""
    return ContactRule.objects.get(site=None)


def page_of(user: User, rule: ContactRule) -> str:
    page = signed_in(user).get(f"{RULES}{rule.pk}/change/").content.decode()
    enter_schema("acme")
    return page


def change(user: User, rule: ContactRule, step: object, choice: object = 60) -> str:
    form = {"step_seconds": step, "choice_seconds": choice}
    page = signed_in(user).post(f"{RULES}{rule.pk}/change/", form, follow=True)
    enter_schema("acme")
    return page.content.decode()


def words(page: str, start: str, end: str) -> str:
    inside = page.partition(start)[2].partition(end)[0]
    return " ".join(re.sub(r"<[^>]*>", " ", inside).split())


@pytest.mark.parametrize(
    ("step", "choice", "message"),
    [
        (14, 60, "15秒から180秒の間"),
        (181, 60, "15秒から180秒の間"),
        (-1, 60, "15秒から180秒の間"),
        (30, 29, "30秒から300秒の間"),
        (30, 301, "30秒から300秒の間"),
        ("", 60, "必須"),
        ("x", 60, "整数を入力"),
        ("9" * 20, 60, "15秒から180秒の間"),
    ],
)
def test_what_would_leave_somebody_alone_is_refused_in_words(
    step: object, choice: object, message: str, rule: ContactRule, hanna: User
) -> None:
    assert message in change(hanna, rule, step, choice)
    rule.refresh_from_db()
    assert (rule.step_seconds, rule.choice_seconds) == (30, 60)


@pytest.mark.parametrize("fields", [{"step_seconds": 181}, {"choice_seconds": 301}, {}])
def test_nor_can_it_be_written_behind_the_forms_back(fields: dict[str, int], acme: Company) -> None:
    with pytest.raises(IntegrityError, match="contact_rule"), transaction.atomic():
        ContactRule.objects.create(**fields)


def test_a_change_is_kept_with_who_made_it(rule: ContactRule, hanna: User) -> None:
    change(hanna, rule, 45, 90)
    entry = LogEntry.objects.get_for_object(rule).latest("pk")
    assert entry.actor == hanna
    assert entry.changes_dict == {"step_seconds": ["30", "45"], "choice_seconds": ["60", "90"]}
    assert "会社全体" in signed_in(hanna).get(f"{RULES}{rule.pk}/history/").content.decode()


def test_there_is_one_rule_for_each_place(rule: ContactRule, anna: Employee, hanna: User) -> None:
    browser, of_site = signed_in(hanna), USUAL | {"site": anna.site.pk}
    assert browser.post(f"{RULES}add/", of_site).status_code == 302
    for again in (of_site, USUAL):
        refused = browser.post(f"{RULES}add/", again).content.decode()
        assert "連絡ルールはすでにあります" in refused
    enter_schema("acme")
    assert ContactRule.objects.count() == 2


def test_a_sites_rule_can_be_taken_away_and_the_companys_cannot(
    rule: ContactRule, anna: Employee, hanna: User
) -> None:
    own = ContactRule.objects.create(site=anna.site)
    browser, sure = signed_in(hanna), {"post": "yes"}
    assert browser.post(f"{RULES}{own.pk}/delete/", sure).status_code == 302
    assert browser.post(f"{RULES}{rule.pk}/delete/", sure).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [rule.pk]} | sure
    assert browser.post(RULES, chosen).status_code == 403
    enter_schema("acme")
    assert list(ContactRule.objects.all()) == [rule]


def test_the_page_says_in_words_what_the_rule_means(
    rule: ContactRule, anna: Employee, hanna: User
) -> None:
    change(hanna, rule, 45, 90)
    page = page_of(hanna, rule)
    assert words(page, '<ol class="rule-line">', "</ol>") == (
        "すぐに 1人目 45秒後 2人目 90秒後 警備会社 支援要請"
    )
    assert "90秒以内に次の対応" in page
    assert "設定で外すことはできません" in page
    example = words(page, "<h3>例：", "</ol>")
    assert re.match(r"日本橋本店 \S+ 従業員\d+人 すぐに \S+ \S+ 45秒後", example), example


def test_without_a_contract_nothing_is_said_of_a_security_company(globex: Company) -> None:
    enter_schema("globex")
    own, hanna = ContactRule.objects.get(), User.objects.get(username="hanna")
    address = f"{RULES}{own.pk}/change/"
    page = signed_in(hanna, "globex.localhost").get(address).content.decode()
    assert words(page, '<ol class="rule-line">', "</ol>") == "すぐに 1人目 30秒後 2人目"
    assert "警備会社との契約がない" in page


def saved_before_there_was_a_contract(rule: ContactRule, step: int) -> None:
    """With one it would be refused: the security company would be asked too late."""
    ContactRule.objects.filter(pk=rule.pk).update(step_seconds=step)


def test_for_whom_the_last_is_called_late_is_said(
    rule: ContactRule, anna: Employee, carla: User, hanna: User
) -> None:
    assert LATE not in page_of(hanna, rule)
    saved_before_there_was_a_contract(rule, 100)
    late = words(page_of(hanna, rule), LATE, "</section>")
    assert "日本橋本店 婦人服フロア 200秒後" in late
    assert "食品フロア" not in late, "there the security company is called second"
    own = ContactRule.objects.create(site=anna.site)
    assert LATE not in page_of(hanna, rule), "nobody of that department is elsewhere"
    SupervisorAssignment.objects.create(supervisor=carla.employee, site=anna.site, priority=3)
    saved_before_there_was_a_contract(own, 90)
    of_site = words(page_of(hanna, own), LATE, "</section>")
    assert "婦人服フロア 270秒後" in of_site
    assert "共用端末" not in of_site


def test_the_page_costs_the_same_for_a_crowd_that_is_called_late(
    rule: ContactRule, boris: User, hanna: User
) -> None:
    saved_before_there_was_a_contract(rule, 180)
    few = queries_of(lambda: page_of(hanna, rule))
    crowd(600, 40)
    SupervisorAssignment.objects.bulk_create(
        SupervisorAssignment(supervisor=boris.employee, department=one, priority=2)
        for one in Department.objects.filter(name__startswith="部")
    )
    assert "ほか36件" in page_of(hanna, rule)
    assert queries_of(lambda: page_of(hanna, rule)) <= few + 2


def test_before_anything_is_decided_the_usual_is_said_and_offered(
    rule: ContactRule, hanna: User
) -> None:
    rule.delete()
    browser = signed_in(hanna)
    assert "既定（次の人へ30秒、選ぶまで60秒）" in browser.get(RULES).content.decode()
    offered = browser.get(f"{RULES}add/").content.decode()
    assert "30秒後 2人目" in words(offered, '<ol class="rule-line">', "</ol>")
    start = browser.get("/admin/").content.decode()
    assert f'<a href="{RULES}add/">連絡ルールを決める</a>' in start
    browser.post(f"{RULES}add/", USUAL | {"step_seconds": "45"})
    start = browser.get("/admin/").content.decode()
    assert "次の人へ45秒、選ぶまで60秒" in start
    assert "既定（" not in browser.get(RULES).content.decode()


# With committed rows: a company of its own.


def test_two_who_save_the_companys_first_rule_at_once_keep_one(company: Company) -> None:
    """Neither sees the other's row, so both forms are right; the second waits for the first."""

    def save(browser: Client) -> int:
        try:
            return browser.post(f"{RULES}add/", USUAL | {"step_seconds": "45"}).status_code
        finally:
            connection.close()

    browser = browser_in(company)
    enter_schema(company.schema)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            ContactRule.objects.create(step_seconds=20)
            second = pool.submit(save, browser)
            while not lock_waits():
                assert not second.done()
        assert second.result() == 302
    kept: Any = run_in(company, lambda: list(ContactRule.objects.values_list("step_seconds")))
    assert kept == [(45,)]
