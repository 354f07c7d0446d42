"""The page says what happens next by itself, and when: before and after somebody confirms."""

import re

import pytest

from accounts.models import User
from tests.clock import time_passes
from tests.conftest import Phone, signed_in
from tests.supervisor.conftest import Page, words_of
from tests.support.console import console


def seconds_left(text: str) -> int:
    minutes, rest = re.search(r"あと (\d\d):(\d\d) ", text).groups()
    return int(minutes) * 60 + int(rest)


def test_before_anybody_confirms_it_names_who_is_called_next(boriss: Page) -> None:
    assert "で次の人（田中さん）に連絡します" in boriss.card()
    assert 25 <= seconds_left(boriss.card()) <= 30


def test_anyone_who_is_called_next_reads_that_it_is_them(seconds: Page, annas_phone: Phone) -> None:
    assert "で次の人（あなた）に連絡します" in seconds.card()


def test_before_the_security_company_is_asked_it_says_so(boriss: Page) -> None:
    time_passes(31)
    assert "で警備会社へ自動で要請します" in boriss.card()


def test_after_confirming_it_says_what_follows_without_a_choice(boriss: Page) -> None:
    boriss.press("acknowledge")
    assert "選ばれないときは、あと" in boriss.card()
    assert 50 <= seconds_left(boriss.card()) <= 60


def test_while_the_security_company_is_waited_for_it_says_when_110_is_told(boriss: Page) -> None:
    time_passes(61)
    assert "応答がないときは、あと" in boriss.card()
    assert "で全員に110番を案内します" in boriss.card()


def test_while_somebody_comes_it_says_when_they_are_asked(boriss: Page, seconds: Page) -> None:
    boriss.press("head-out")
    assert "で佐藤さんに到着を確認します" in seconds.card()


def test_the_list_says_it_too(boriss: Page, boris: User) -> None:
    rows = words_of(signed_in(boris).get("/portal/open/").content.decode())
    assert re.search(r"あと \d\d:\d\d で次へ連絡します", rows)


@pytest.mark.usefixtures("second_is_on_site")
def test_asking_on_site_names_them_and_leaves_the_clock_of_the_next_running(
    annas_phone: Phone, boris: User
) -> None:
    page = Page(boris, annas_phone.tap().json()["id"])
    page.press("acknowledge")
    before = page.row.next_move_at
    assert "現場の人に頼む 田中さん" in page.card()
    assert "現場の人に頼みました：田中 陽子" in page.press("ask-on-site")
    assert "田中さん 呼び出し中" in page.card()
    assert page.row.next_move_at == before
    time_passes(120)
    assert page.row.desk in ("asked", "unanswered")


@pytest.fixture
def asked_on_site(second_is_on_site: None, annas_phone: Phone, boris: User) -> Page:
    """Boris has confirmed, and asks second, who is near the counter."""
    page = Page(boris, annas_phone.tap().json()["id"])
    page.press("acknowledge")
    page.press("ask-on-site")
    return page


def test_anyone_who_is_asked_reads_by_whom_and_so_does_she(
    asked_on_site: Page, second: User, annas_phone: Phone
) -> None:
    alarm = asked_on_site.incident
    assert "あなたが現場の人（田中さん）に頼みました" in asked_on_site.card()
    assert "佐藤さんがあなたに、現場に行くよう頼みました" in Page(second, alarm).card()
    asked = annas_phone.get(f"incidents/{alarm}").json()["asked_on_site"]
    assert (asked["by"], asked["people"]) == ("佐藤さん", "田中さん")
    Page(second, alarm).press("head-out")
    assert annas_phone.get(f"incidents/{alarm}").json()["asked_on_site"] is None
    assert "頼みました" not in asked_on_site.card()


def test_anyone_who_is_on_the_way_is_not_offered_to_be_asked(
    asked_on_site: Page, second: User, hanna: User
) -> None:
    assert asked_on_site.offers("ask-on-site")
    Page(second, asked_on_site.incident).press("head-out")
    assert asked_on_site.offers("head-out")
    assert not asked_on_site.offers("ask-on-site")


def test_asked_by_itself_the_desk_is_not_told_that_nobody_had_answered(
    asked_on_site: Page, annas_phone: Phone
) -> None:
    time_passes(61)
    assert asked_on_site.row.desk == "asked"
    assert "自動で警備会社へ要請しました" in words_of(asked_on_site.html())
    queue = console("olga").get("/console/queue/").content.decode()
    assert "自動要請" in queue
    for shown in (asked_on_site.html(), queue):
        assert "応答がなかったため" not in shown
        assert "応答なし" not in shown


def test_anyone_who_has_confirmed_reads_that_it_is_once_more(boriss: Page) -> None:
    boriss.press("acknowledge")
    assert not boriss.offers("acknowledge")
    boriss.press("request-support")
    time_passes(91)
    card = boriss.card()
    assert re.search(r"呼び出しを止める \d\d:\d\dに、もう一度連絡しました", card)
    assert "確認しました あなたの呼び出し" not in card
    boriss.press("acknowledge")
    assert not boriss.offers("acknowledge")


def test_anyone_who_was_called_before_is_not_the_next(
    no_contract: None, annas_phone: Phone, boris: User
) -> None:
    page = Page(boris, annas_phone.tap().json()["id"])
    time_passes(61)
    assert page.row.lap == 1
    assert "であなたにもう一度連絡します" in page.card()
    assert "次の人" not in page.part("actions").partition("連絡した人")[0]


def test_nobody_else_on_site_nobody_is_offered(boriss: Page) -> None:
    boriss.press("acknowledge")
    assert boriss.offers("head-out")
    assert not boriss.offers("ask-on-site")
