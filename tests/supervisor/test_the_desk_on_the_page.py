"""The security company on the page: asked, acting, ended. No screen says that an operator acts
when none does."""

import pytest
from django.utils.timezone import localtime

from accounts.models import User
from audit.actors import Actor
from notifications.models import Delivery
from operations import dispatches
from operations.cases import claim, close_case, give_back
from operations.models import Case, Responder
from tests.clock import time_passes
from tests.conftest import Phone, signed_in
from tests.supervisor.conftest import Page, words_of


@pytest.fixture
def case(boriss: Page, olga: Actor) -> Case:
    """Boris asks, olga takes it."""
    boriss.press("acknowledge")
    boriss.press("request-support")
    found = Case.objects.get(incident_id=boriss.incident)
    claim(case_id=found.public_id, operator=olga)
    time_passes(1)
    return found


@pytest.fixture
def ended(case: Case, olga: Actor) -> Case:
    close_case(case_id=case.public_id, operator=olga, result=Case.Result.CALMED)
    time_passes(1)
    return case


def list_of(user: User) -> str:
    return words_of(signed_in(user).get("/portal/open/").content.decode())


def test_asked_by_hand_it_says_by_whom_and_counts(boriss: Page, seconds: Page) -> None:
    boriss.press("request-support")
    assert "警備会社へ要請しました・応答待ち" in seconds.card()
    assert "佐藤さんが要請しました" in seconds.card()
    assert not seconds.opens("dialog-support")


def test_asked_by_the_ladder_it_says_that_it_was_automatic(boriss: Page) -> None:
    time_passes(61)
    assert "60秒応答がなかったため、自動で警備会社へ要請しました" in boriss.card()


def test_asked_by_her_it_says_that_it_was_she(annas_phone: Phone, boriss: Page) -> None:
    annas_phone.post(f"incidents/{boriss.incident}/raise", {"level": "support"})
    assert "本人が要請しました" in boriss.card()


@pytest.mark.usefixtures("case")
def test_while_an_operator_acts_the_page_and_the_list_say_so(boriss: Page, boris: User) -> None:
    assert "オペレーターが対応しています" in boriss.card()
    assert "オペレーター対応中" in list_of(boris)
    assert not boriss.opens("dialog-support")


def test_given_back_it_waits_again_for_another_operator(
    case: Case, boriss: Page, olga: Actor
) -> None:
    give_back(case_id=case.public_id, operator=olga)
    time_passes(1)
    assert "警備会社が別のオペレーターに切り替えています" in boriss.card()
    assert "オペレーターが対応しています" not in boriss.card()


@pytest.mark.usefixtures("ended")
def test_ended_it_says_with_what_and_offers_the_end_or_another_request(boriss: Page) -> None:
    assert "警備会社の対応が終わりました（沈静化）" in boriss.card()
    assert boriss.opens("dialog-close")
    assert "もう一度要請する" in boriss.card()


@pytest.mark.usefixtures("ended")
def test_the_step_shows_the_request_that_is_waited_for(boriss: Page) -> None:
    time_passes(40)
    boriss.press("request-support")
    second = boriss.row.events.filter(kind="support_requested").latest("at")
    assert f"支援要請 {localtime(second.at):%H:%M:%S} 応答待ち" in boriss.part("steps")


def test_what_has_ended_shows_who_had_seen_it_first_and_when(
    annas_phone: Phone, boriss: Page, seconds: Page
) -> None:
    boriss.press("head-out")
    time_passes(40)
    annas_phone.tap()
    assert boriss.row.acknowledged_at is None
    time_passes(60)
    seconds.press("arrive")
    seconds.press("close", outcome="resolved", presses="1")
    first = boriss.row.first_seen_at
    assert f"上司確認 済み {localtime(first):%H:%M:%S} 佐藤" in boriss.part("steps")


@pytest.mark.usefixtures("case")
def test_ended_by_the_company_the_page_says_that_an_operator_acts_still(boriss: Page) -> None:
    boriss.press("close", outcome="resolved", presses="0")
    assert "警備会社のオペレーターは、まだ対応中です" in boriss.card()
    assert "110番に電話" in boriss.card()


def test_what_could_not_be_sent_is_not_being_sent(boriss: Page, second: User) -> None:
    time_passes(31)
    delivery = Delivery.objects.filter(notice__recipient_user=second, notice__kind="alarm").get()
    assert "メール: 送信中" in words_of(boriss.html())
    assert "田中さん 呼び出し中" in boriss.card()
    delivery.note_failure("connection refused", final=False)
    assert "メール: 送信中" not in words_of(boriss.html()).partition("田中 陽子さんへ通知")[2][:40]
    assert "田中さん 未送信（再試行中）" in boriss.card()


@pytest.mark.usefixtures("ended")
def test_ended_nothing_says_that_an_operator_acts(boriss: Page, boris: User) -> None:
    head = words_of(boriss.html().partition('id="steps"')[0])
    for words in (boriss.card(), head, list_of(boris)):
        assert "オペレーターが対応" not in words
        assert "オペレーター対応中" not in words
    assert boriss.steps()[3:] == ["done", "todo", "todo"]


@pytest.mark.usefixtures("ended")
def test_ended_the_security_company_can_be_asked_anew(boriss: Page) -> None:
    assert "応答を待っています" in boriss.press("request-support")
    assert Case.objects.filter(incident_id=boriss.incident).count() == 2
    assert "警備会社へ要請しました・応答待ち" in boriss.card()


def test_ended_and_pressed_again_it_can_be_asked_anew(
    ended: Case, annas_phone: Phone, boriss: Page
) -> None:
    time_passes(10)
    annas_phone.tap()
    time_passes(31)
    assert "対応が終わりました" not in boriss.card()
    assert boriss.opens("dialog-support")


@pytest.mark.usefixtures("ended")
def test_what_the_company_reads_of_it_after_the_close(boriss: Page, boris: User) -> None:
    boriss.press("close", outcome="resolved")
    closed = words_of(signed_in(boris).get("/portal/").content.decode())
    assert "対応終了" in closed
    assert "オペレーター対応中" not in closed


def test_a_responder_is_on_the_way_only_as_long_as_that_is_so(
    case: Case, boriss: Page, olga: Actor, rosa: Actor, m14: Responder
) -> None:
    sent = dispatches.send_responder(
        case_id=case.public_id, responder_id=m14.public_id, operator=olga
    )
    dispatches.accept(dispatch_id=sent.public_id, actor=rosa)
    dispatches.depart(dispatch_id=sent.public_id, actor=rosa)
    time_passes(1)
    assert boriss.steps()[4:] == ["current", "todo"]
    dispatches.arrive(dispatch_id=sent.public_id, actor=rosa)
    dispatches.leave(dispatch_id=sent.public_id, actor=rosa, result="calmed")
    time_passes(1)
    assert boriss.steps()[4:] == ["todo", "todo"]
