"""The end of an alarm: the desk's case, a press in between, and opening it again."""

import pytest

from accounts.models import Role, User
from audit.actors import Actor
from operations.cases import claim
from operations.models import Case
from people.models import Employee
from tests.clock import time_passes
from tests.conftest import Phone
from tests.supervisor.conftest import Page


def close_dialog(page: Page) -> str:
    return page.part("dialog-close", "?do=close")


def presses_of(page: Page) -> str:
    return page.html().partition('name="presses" value="')[2].partition('"')[0]


def test_it_takes_along_what_the_page_knew_of_presses(boriss: Page, annas_phone: Phone) -> None:
    assert presses_of(boriss) == "0"
    annas_phone.tap()
    assert presses_of(boriss) == "1"


def test_a_press_since_the_page_was_drawn_refuses_the_end(boriss: Page, annas_phone: Phone) -> None:
    seen = presses_of(boriss)
    annas_phone.tap()
    message = boriss.press("close", outcome="resolved", presses=seen)
    assert "終了していません。本人の押し直しがありました" in message
    assert boriss.row.is_open
    # The page that answers knows of it: the one who has looked can end it.
    assert "押し直しがありました" in close_dialog(boriss)
    boriss.press("close", outcome="resolved", presses=presses_of(boriss))
    assert not boriss.row.is_open


def test_with_nobody_asked_the_dialog_says_nothing_of_the_desk(boriss: Page) -> None:
    assert "警備会社" not in close_dialog(boriss)


def test_a_request_that_nobody_has_taken_is_said_to_be_withdrawn(boriss: Page) -> None:
    boriss.press("request-support")
    assert "警備会社への要請は取り下げられます" in close_dialog(boriss)
    boriss.press("close", outcome="resolved", presses="0")
    assert Case.objects.get(incident_id=boriss.incident).state == Case.State.CLOSED


def test_an_operator_who_acts_is_said_to_go_on(boriss: Page, olga: Actor) -> None:
    boriss.press("request-support")
    case = Case.objects.get(incident_id=boriss.incident)
    claim(case_id=case.public_id, operator=olga)
    time_passes(1)
    assert "オペレーターは対応を続けます。終了したことを伝えます" in close_dialog(boriss)
    boriss.press("close", outcome="resolved", presses="0")
    case.refresh_from_db()
    assert case.state == Case.State.CLAIMED


def test_when_she_is_safe_the_page_asks_for_the_end(boriss: Page, annas_phone: Phone) -> None:
    annas_phone.post(f"incidents/{boriss.incident}/answer", {"answer": "safe"})
    assert "本人が安全と回答しました。終了してください" in boriss.card()
    assert not boriss.offers("acknowledge")


def test_a_closed_alarm_can_be_opened_again_and_everybody_is_called(boriss: Page) -> None:
    boriss.press("close", outcome="resolved")
    assert boriss.offers("reopen")
    assert "通報を再開しました。全員に連絡しています" in boriss.press("reopen")
    assert "佐藤さんが通報を再開しました" in boriss.card()


def test_an_open_alarm_cannot_be_opened_again(boriss: Page) -> None:
    assert not boriss.offers("reopen")
    assert "この通報は終了していません" in boriss.press("reopen")


def test_with_a_newer_alarm_the_old_one_leads_there(boriss: Page, annas_phone: Phone) -> None:
    boriss.press("close", outcome="resolved")
    newer = annas_phone.tap().json()
    assert not boriss.offers("reopen")
    assert f"新しい通報（No. {newer['number']}）を開く" in boriss.card()
    message = boriss.press("reopen")
    assert f"本人の新しい通報（No. {newer['number']}）で、全員に連絡しています" in message
    assert not boriss.row.is_open


def test_long_after_the_end_it_is_not_offered(boriss: Page) -> None:
    boriss.press("close", outcome="resolved")
    time_passes(12 * 3600 + 60)
    assert not boriss.offers("reopen")


def test_her_own_closed_alarm_nobody_opens_as_a_supervisor(boriss: Page, anna: Employee) -> None:
    own = User.objects.create_user("anna", None, family_name="髙橋", roles=[Role.SUPERVISOR])
    Employee.objects.filter(pk=anna.pk).update(user=own)
    boriss.press("close", outcome="resolved")
    assert not Page(own, boriss.incident).offers("reopen")


@pytest.mark.parametrize("name", ["still-on-way", "cannot-come", "arrive", "head-out"])
def test_after_the_end_a_late_button_is_refused_kindly(boriss: Page, name: str) -> None:
    boriss.press("head-out")
    boriss.press("close", outcome="resolved")
    assert "この通報はすでに終了しています" in boriss.press(name)


def test_beside_a_drill_a_real_one_can_be_opened_again(boriss: Page, annas_phone: Phone) -> None:
    boriss.press("close", outcome="resolved")
    annas_phone.tap(drill=True)
    assert boriss.offers("reopen")
    boriss.press("reopen")
    assert boriss.row.is_open
