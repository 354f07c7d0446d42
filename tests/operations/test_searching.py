"""Olga finds a case by what a caller says; whom a case is about only where she may look."""

import pytest

from audit.actors import Actor
from operations.cases import claim
from operations.models import AccessGrant, Case
from people.models import Employee
from tenants.models import Company
from tests.conftest import phone_of
from tests.operations.conftest import asked
from tests.support.console import console, looks


def found(username: str, text: str) -> str:
    answer = console(username).post("/console/search/", {"q": text}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize(
    "text", ["髙橋", "美咲", "たかはし", "ﾀｶﾊｼ ﾐｻｷ", "090-0000-1000", "０９０００００１０００"]
)
def test_olga_finds_her_case_by_the_person_however_it_is_written(
    text: str, grant: AccessGrant
) -> None:
    page = found("olga", text)
    assert ("髙橋 美咲" in page, f"/console/cases/{grant.case.public_id}/" in page) == (True, True)
    assert looks(grant.case) == ["case.searched"], "the company's audit has the look"


@pytest.mark.parametrize("text", ["髙橋", "タカハシ", "090-0000-1000", "青い傘"])
def test_otto_finds_nobody_in_a_case_that_olga_holds(
    text: str, grant: AccessGrant, otto: Actor
) -> None:
    page = found("otto", text)
    assert "見つかりません" in page
    assert str(grant.case.public_id) not in page
    assert looks(grant.case) == []


def test_otto_finds_it_by_company_contract_site_and_number_without_the_person(
    grant: AccessGrant, otto: Actor, acme: Company
) -> None:
    case = grant.case
    for text in (acme.name[:3], acme.contract.number.lower(), "日本橋", f" {case.number} "):
        page = found("otto", text)
        assert ("日本橋本店" in page, "緊急閲覧" in page) == (True, True), text
        assert "髙橋" not in page
    assert looks(case) == []


def test_a_grant_that_has_ended_finds_nobody_any_more(grant: AccessGrant) -> None:
    AccessGrant.objects.filter(pk=grant.pk).update(expires_at="2026-01-01T00:00:00Z")
    assert "見つかりません" in found("olga", "髙橋")


def test_of_two_cases_only_the_one_that_she_holds_shows_its_person(
    grant: AccessGrant, otto: Actor, acme: Company
) -> None:
    other = asked(phone_of(Employee.objects.get(number="020187")))
    claim(case_id=other.public_id, operator=otto)
    page = found("olga", acme.name)
    assert page.count("found-case") == 2
    assert page.count("found-who") == 1
    assert looks(other) == []


def test_what_waits_can_be_taken_from_what_was_found(case: Case, olga: Actor) -> None:
    page = found("olga", "日本橋")
    assert f"/console/cases/{case.public_id}/claim/" in page


def test_nothing_is_found_by_nothing_and_nobody_is_looked_at(grant: AccessGrant) -> None:
    for text in ("", " 　-", "%", "9" * 40):
        assert "found-case" not in found("olga", text)
    assert looks(grant.case).count("case.searched") == 2
