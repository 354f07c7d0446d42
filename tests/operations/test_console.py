"""The console's doors: without a grant in force there is no case, whatever is asked, however."""

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from audit.actors import Actor
from incidents.models import Incident
from operations.cases import claim, give_back
from operations.grants import approve_break_glass
from operations.models import AccessGrant, Case, Responder
from people.models import Employee
from portal.operator.urls import urlpatterns
from tenants.models import Company
from tests.conftest import phone_of
from tests.isolation.console_rows import CALL
from tests.operations.conftest import asked, desk_actor
from tests.support.console import console, looks, page

# Every console may take what waits, and may ask for break-glass: these name a case and open none.
FOR_EVERYBODY = {"claim", "ask-break-glass"}


def addresses(case: Case, **ids: uuid.UUID) -> Iterator[tuple[str, str]]:
    """Everything of the ops host that names a case."""
    for pattern in urlpatterns:
        assert isinstance(pattern, URLPattern)
        names = pattern.pattern.converters
        if "case_id" in names and pattern.name not in FOR_EVERYBODY:
            known: dict[str, Any] = {name: ids.get(name) or uuid.uuid4() for name in names}
            yield (
                str(pattern.name),
                reverse(
                    f"operator:{pattern.name}",
                    args=[],
                    kwargs=known | {"case_id": case.public_id},
                    urlconf="config.urls_ops",
                ),
            )


def answers(browser: Client, case: Case, **ids: uuid.UUID) -> set[int]:
    """What each address says to a look and to a press; 405 is how a door says that it has none."""
    statuses = set()
    for _name, url in addresses(case, **ids):
        statuses.add(browser.get(url).status_code)
        statuses.add(browser.post(url, {"mode": "live"}).status_code)
        json = browser.post(url, {"mode": "live"}, content_type="application/json")
        statuses.add(json.status_code)
    return statuses - {405}


def test_the_list_of_addresses_is_the_console(case: Case) -> None:
    names = {name for name, _url in addresses(case)}
    assert {
        "case",
        "parts",
        "positions",
        "listen",
        "message",
        "note",
        "emergency",
        "close",
    } <= names


def test_otto_who_has_no_grant_finds_no_such_case(grant: AccessGrant, otto: Actor) -> None:
    case = grant.case
    assert answers(console("otto"), case) == {404}
    assert looks(case) == []
    opened = console("olga").get(page(case))
    assert opened.status_code == 200
    assert "髙橋 美咲" in opened.content.decode()
    assert looks(case) == ["case.viewed"]


def test_after_the_end_of_her_grant_olga_finds_no_such_case(
    grant: AccessGrant, olga: Actor
) -> None:
    case, browser = grant.case, console("olga")
    assert browser.get(page(case)).status_code == 200
    AccessGrant.objects.filter(pk=grant.pk).update(expires_at=timezone.now())
    assert answers(browser, case) == {404}
    assert looks(case) == ["case.viewed"]


def test_what_was_given_back_is_gone(grant: AccessGrant, olga: Actor) -> None:
    give_back(case_id=grant.case.public_id, operator=olga)
    assert answers(console("olga"), grant.case) == {404}


def test_with_a_grant_for_one_case_another_stays_closed(
    grant: AccessGrant, otto: Actor, acme: Company
) -> None:
    other = asked(phone_of(Employee.objects.get(number="020187")))
    claim(case_id=other.public_id, operator=otto)
    olgas = console("olga")
    assert answers(olgas, other) == {404}
    assert olgas.get(page(grant.case)).status_code == 200
    assert console("otto").get(page(other)).status_code == 200


def test_until_it_is_claimed_the_queue_shows_company_site_and_level_only(
    case: Case, olga: Actor
) -> None:
    shown = console("olga").get("/console/").content.decode()
    assert case.company.name in shown
    assert case.site_name in shown
    incident = Incident.objects.get(public_id=case.incident_id)
    assert incident.reporter is not None
    for secret in ("髙橋", "美咲", incident.reporter.phone, str(case.incident_id), "青い傘"):
        assert secret not in shown


def test_the_second_to_claim_reads_who_was_first(case: Case, olga: Actor, otto: Actor) -> None:
    url = f"/console/cases/{case.public_id}/claim/"
    first = console("olga").post(url)
    assert (first.status_code, first.headers["Location"]) == (302, page(case))
    second = console("otto").post(url, headers={"HX-Request": "true"})
    assert second.status_code == 422
    assert "大野 玲子" in second.content.decode()


@pytest.mark.parametrize("press", ["send", "emergency"])
def test_a_drill_sends_nobody_and_calls_nobody(
    press: str, case: Case, olga: Actor, m14: Responder
) -> None:
    Case.objects.filter(pk=case.pk).update(drill="joint")
    claim(case_id=case.public_id, operator=olga)
    body = {"responder": m14.public_id} | CALL
    refused = console("olga").post(
        f"/console/cases/{case.public_id}/{press}/", body, headers={"HX-Request": "true"}
    )
    assert refused.status_code == 422
    assert "訓練" in refused.content.decode()
    assert "出動と110番通報は行いません" in console("olga").get("/console/").content.decode()


def test_break_glass_shows_the_case_only_after_a_second_person(
    grant: AccessGrant, otto: Actor, lena: Actor
) -> None:
    case, ottos, url = grant.case, console("otto"), f"/console/cases/{grant.case.public_id}/"
    assert ottos.post(f"{url}break-glass/", {"reason": ""}).status_code == 302
    assert not AccessGrant.objects.filter(source="break_glass").exists()
    ottos.post(f"{url}break-glass/", {"reason": "colleague_away"})
    asked_for = AccessGrant.objects.get(source="break_glass")
    assert ottos.get(page(case)).status_code == 404
    ottos.post(f"/console/break-glass/{asked_for.public_id}/approve/")
    assert ottos.get(page(case)).status_code == 404
    approve_break_glass(grant_id=asked_for.public_id, approver=lena)
    shown = ottos.get(page(case))
    assert shown.status_code == 200
    assert "緊急閲覧" in shown.content.decode()


@pytest.mark.parametrize(
    ("prefecture", "warns"), [("神奈川県", True), ("東京都", False)], ids=["elsewhere", "at home"]
)
def test_where_110_reaches_the_wrong_police_the_page_says_which_number_is_right(
    prefecture: str, warns: bool, grant: AccessGrant
) -> None:
    incident = Incident.objects.get(public_id=grant.incident_id)
    assert incident.site is not None
    guide = incident.site.guide
    guide.prefecture, guide.police_number = prefecture, "045-000-1212"
    guide.save()
    shown = console("olga").get(page(grant.case)).content.decode()
    assert ("110番ではつながりません" in shown) is warns
    assert ('value="045-000-1212"' in shown) is warns


def test_a_responder_has_no_console(acme: Company) -> None:
    assert desk_actor("rosa").kind == "responder"
    assert console("rosa").get("/console/").status_code == 403
