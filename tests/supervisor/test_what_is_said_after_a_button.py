"""The sentence after a button says what has happened, and nothing that has not."""

from audit.actors import Actor
from notifications.models import Notice
from people.models import Employee
from tests.clock import run_due, time_passes
from tests.conftest import Phone, phone_of
from tests.stories.conftest import no_contract, olga
from tests.stories.scene import Scene
from tests.supervisor.conftest import Page

__all__ = ["no_contract", "olga"]  # fixtures
SENT, WAS_SENT = "要請を送りました", "すでに要請しています"
NEXT, NOTED = "次の人に連絡しています", "行けないことを記録しました"


def claims(page: Page) -> None:
    scene = Scene(None, {}, page.incident)
    scene.olga("claim")


def test_anyone_who_is_not_waited_for_any_more_is_told_so(boriss: Page) -> None:
    boriss.press("head-out")
    time_passes(11 * 60 + 2)
    message = boriss.press("still-on-way")
    assert "取り消されています" in message
    assert "別の人" not in message


def test_asked_twice_it_says_that_it_waits(boriss: Page) -> None:
    assert SENT in boriss.press("request-support")
    assert WAS_SENT in boriss.press("request-support")


def test_an_acting_company_is_not_asked_once_more(boriss: Page, olga: Actor) -> None:
    boriss.press("request-support")
    claims(boriss)
    assert "警備会社がすでに対応しています" in boriss.press("request-support")


def test_a_drill_only_rehearses_it(annas_phone: Phone, boriss: Page) -> None:
    annas_phone.post(f"incidents/{boriss.incident}/close", {"outcome": "safe"})
    drill = Page(boriss.user, annas_phone.tap(drill=True).json()["id"])
    message = drill.press("request-support")
    assert SENT not in message
    assert "警備会社には送っていません" in message


def test_her_own_alarm_without_a_contract_calls_people(boriss: Page, no_contract: None) -> None:
    own = phone_of(Employee.objects.get(user=boriss.user)).tap().json()["id"]
    message = Page(boriss.user, own).press("request-support")
    assert SENT not in message
    assert "110番" in message
    assert Page(boriss.user, own).row.presses == 1


def test_anyone_who_cannot_come_reads_whether_others_are_called(boriss: Page) -> None:
    boriss.press("head-out")
    assert NEXT in boriss.press("cannot-come")


def test_while_the_security_company_acts_nobody_else_is_called(boriss: Page, olga: Actor) -> None:
    boriss.press("request-support")
    claims(boriss)
    boriss.press("head-out")
    before = Notice.objects.count()
    message = boriss.press("cannot-come")
    run_due()
    assert (NEXT in message, NOTED in message) == (False, True)
    (hers,) = Notice.objects.order_by("-pk")[: Notice.objects.count() - before]
    assert "ほかの人に連絡" not in hers.title


def test_an_end_that_does_not_say_what_was_seen_is_refused(boriss: Page) -> None:
    message = boriss.press("close", outcome="resolved", presses="")
    assert "ページを開き直して" in message
    assert boriss.row.is_open
