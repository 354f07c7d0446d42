"""What the company's people do while olga has the case: she reads it on card and page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audit.actors import Actor
from operations.cases import claim, close_case, give_back
from operations.company_access.entries import CallMade, record_call
from operations.models import AccessGrant, Case
from tests.conftest import Phone
from tests.operations.conftest import run_jobs
from tests.support.console import console, page

CRIED, ENDED = "2026-11-30T03:03:00Z", "2026-11-30T03:05:00Z"


@pytest.fixture
def olgas(grant: AccessGrant) -> Client:
    return console("olga")


def case_and_queue(browser: Client, case: Case) -> tuple[str, str]:
    return (
        browser.get(f"{page(case)}parts/").content.decode(),
        browser.get("/console/queue/").content.decode(),
    )


def test_a_new_cry_stands_on_top_of_the_case_and_on_its_card(case: Case, olgas: Client) -> None:
    for shown in case_and_queue(olgas, case):
        assert "もう一度" not in shown
        assert "再度" not in shown
    Case.objects.filter(pk=case.pk).update(cried_at=CRIED)
    of_case, of_queue = case_and_queue(olgas, case)
    assert "もう一度助けを求めています 12:03" in of_case
    assert "再度の知らせ 12:03" in of_queue
    assert 'data-cried="1796007780000"' in of_queue, "by this the page knows that it is new"


def test_a_cry_is_called_what_it_is(case: Case, olgas: Client, annas_phone: Phone) -> None:
    incident = f"incidents/{case.incident_id}"
    annas_phone.post(f"{incident}/answer", {"answer": "still_going"})
    of_case, of_queue = case_and_queue(olgas, case)
    alerts = of_case.partition('id="case-alerts"')[2].partition("</div>")[0]
    assert "髙橋 美咲さん：まだ続いています" in alerts
    assert "押し" not in alerts + of_queue


def asked_a_second_time(case: Case, olga: Actor, phone: Phone) -> Case:
    close_case(case_id=case.public_id, operator=olga, result=Case.Result.CALMED)
    run_jobs()
    phone.post(f"incidents/{case.incident_id}/raise", {"level": "support"})
    return Case.objects.get(incident_id=case.incident_id, state=Case.State.REQUESTED)


def test_a_second_request_is_marked_and_says_that_110_was_called(
    case: Case, grant: AccessGrant, olga: Actor, annas_phone: Phone
) -> None:
    at = timezone.now() - timedelta(minutes=2)
    call = CallMade("police", "110", at, "店頭で大声", reference="4521")
    record_call(grant_id=grant.public_id, operator=olga, call=call)
    second = asked_a_second_time(case, olga, annas_phone)
    shown = console("olga").get("/console/queue/").content.decode()
    label = f"110番済み {timezone.localtime(at):%H:%M}（受理番号 4521）"
    assert "再要請" in shown
    assert label in shown
    claim(case_id=second.public_id, operator=olga)
    assert label in console("olga").get(page(second)).content.decode()


def test_a_second_request_without_such_a_call_says_that_too(
    case: Case, grant: AccessGrant, olga: Actor, annas_phone: Phone
) -> None:
    second = asked_a_second_time(case, olga, annas_phone)
    claim(case_id=second.public_id, operator=olga)
    opened = console("olga").get(page(second)).content.decode()
    assert "前回の要請では110番通報をしていません" in opened


def test_the_end_on_the_companys_side_asks_for_a_decision(case: Case, olgas: Client) -> None:
    Case.objects.filter(pk=case.pk).update(company_closed_at=ENDED)
    of_case, of_queue = case_and_queue(olgas, case)
    assert "企業側で通報が終了しました 12:05" in of_case
    assert "案件を終えるか、続けるかを判断してください" in of_case
    assert "企業側で終了" in of_queue


def test_rung_again_without_ever_having_been_taken_it_did_not_come_back(
    case: Case, olga: Actor
) -> None:
    Case.objects.filter(pk=case.pk).update(turn=2)
    shown = console("olga").get("/console/queue/").content.decode()
    assert ("再要請" in shown, "再受信待ち" in shown) == (True, False)


def test_given_back_it_did(case: Case, grant: AccessGrant, olga: Actor) -> None:
    give_back(case_id=case.public_id, operator=olga)
    shown = console("olga").get("/console/queue/").content.decode()
    assert ("再要請" in shown, "再受信待ち" in shown) == (False, True)


def test_cards_of_one_site_can_be_told_apart_and_name_nobody(case: Case, olga: Actor) -> None:
    Case.objects.filter(pk=case.pk).update(
        place="3階 婦人服", requested_at="2026-11-30T03:02:13Z", source="supervisor"
    )
    shown = console("olga").get("/console/queue/").content.decode()
    for text in ("日本橋本店", "3階 婦人服", "12:02:13", "上司要請", "支援要請"):
        assert text in shown, text
    assert "・警備会社" not in shown
    assert "髙橋" not in shown


def test_the_key_stands_on_no_card_before_the_page_knows_which_it_takes(
    case: Case, olga: Actor
) -> None:
    assert (
        "<kbd data-key-a hidden>A</kbd>" in console("olga").get("/console/queue/").content.decode()
    )
