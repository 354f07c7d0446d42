"""What rings in the open portal: every call, until it is answered or settled; news do not."""

import pytest

from accounts.models import User
from audit.actors import Actor
from notifications.models import Notice
from operations.cases import claim
from operations.models import Case
from tests.clock import time_passes
from tests.conftest import Phone
from tests.supervisor.conftest import Page, ringing


def rings(user: User) -> bool:
    return bool(ringing(user))


def test_anyone_who_is_called_after_somebody_confirmed_rings_until_they_answer(
    boriss: Page, seconds: Page, boris: User, second: User
) -> None:
    boriss.press("acknowledge")
    assert (rings(boris), rings(second)) == (False, False)
    time_passes(61)
    assert (rings(boris), rings(second)) == (False, True)
    seconds.press("acknowledge")
    assert not rings(second)


def test_it_is_settled_for_them_when_somebody_else_sets_out(boriss: Page, second: User) -> None:
    boriss.press("acknowledge")
    time_passes(61)
    boriss.press("head-out")
    assert not rings(second)


def test_a_new_press_is_a_new_call_for_everybody(
    boriss: Page, boris: User, annas_phone: Phone
) -> None:
    (before,) = ringing(boris)
    boriss.press("acknowledge")
    time_passes(10)
    annas_phone.tap()
    time_passes(31)
    (after,) = ringing(boris)
    assert after["call"] != before["call"]


def test_anyone_who_is_asked_whether_they_arrived_rings_until_they_say_so(
    boriss: Page, boris: User, second: User
) -> None:
    boriss.press("head-out")
    time_passes(601)
    assert (rings(boris), rings(second)) == (True, False)
    boriss.press("still-on-way")
    assert not rings(boris)


def test_anyone_who_cannot_come_has_answered(boriss: Page, boris: User) -> None:
    boriss.press("head-out")
    time_passes(601)
    boriss.press("cannot-come")
    assert not rings(boris)


def test_anyone_who_did_not_arrive_and_the_others_ring(
    boriss: Page, boris: User, second: User
) -> None:
    boriss.press("head-out")
    time_passes(661)
    assert (rings(boris), rings(second)) == (True, True)


def test_a_reminder_of_an_open_alarm_rings(boriss: Page, boris: User) -> None:
    boriss.press("arrive")
    assert not rings(boris)
    time_passes(601)
    assert rings(boris)
    boriss.press("close", outcome="resolved")
    assert not rings(boris)


def test_anyone_who_is_asked_to_look_after_a_close_without_a_word_rings(
    boriss: Page, seconds: Page, second: User
) -> None:
    boriss.press("close", outcome="resolved")
    assert not rings(second)
    time_passes(301)
    assert rings(second)


def test_asked_whether_it_goes_on_rings_although_an_operator_acts(
    boriss: Page, boris: User, olga: Actor
) -> None:
    boriss.press("acknowledge")
    boriss.press("request-support")
    claim(case_id=Case.objects.get(incident_id=boriss.incident).public_id, operator=olga)
    time_passes(1)
    assert not rings(boris)
    time_passes(1801)
    assert rings(boris)


def test_news_do_not_ring(boriss: Page, boris: User, annas_phone: Phone) -> None:
    boriss.press("acknowledge")
    annas_phone.post(f"incidents/{boriss.incident}/answer", {"answer": "safe"})
    assert Notice.objects.filter(recipient_user=boris, kind="news").exists()
    assert not rings(boris)


@pytest.mark.usefixtures("seconds")
def test_an_alarm_nobody_has_seen_rings_for_those_who_were_called(
    boriss: Page, boris: User, second: User
) -> None:
    assert (rings(boris), rings(second)) == (True, False)
    time_passes(31)
    assert (rings(boris), rings(second)) == (True, True)
