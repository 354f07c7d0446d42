"""Seen, coming, there: each only while it is so, with its time, with buttons for the helper."""

import re

from accounts.models import User
from tests.clock import time_passes
from tests.conftest import Phone, signed_in
from tests.supervisor.conftest import Page, words_of

ON_THE_WAY = ("arrive", "still-on-way", "cannot-come")


def offered(page: Page) -> list[str]:
    return [name for name in ON_THE_WAY if page.offers(name)]


def test_the_others_read_who_is_on_the_way_and_since_when(boriss: Page, seconds: Page) -> None:
    boriss.press("head-out")
    assert re.search(r"佐藤さんが向かっています \d\d:\d\d", seconds.card())
    assert offered(seconds) == []
    assert "私も向かいます" in seconds.card()


def test_anyone_who_set_out_can_say_that_they_are_there_or_cannot_come(boriss: Page) -> None:
    boriss.press("head-out")
    assert "あなたが向かっています" in boriss.card()
    assert offered(boriss) == list(ON_THE_WAY)


def test_after_ten_minutes_they_are_asked_whether_they_have_arrived(
    boriss: Page, seconds: Page
) -> None:
    boriss.press("head-out")
    assert "着きましたか" not in boriss.card()
    time_passes(601)
    assert "着きましたか 返事がないときは、あと 00:5" in boriss.card()
    assert "到着を確認しています" in seconds.card()


def test_arrived_is_shown_with_its_time(boriss: Page, seconds: Page) -> None:
    boriss.press("head-out")
    assert "着いたことを本人に伝えています" in boriss.press("arrive")
    assert "あなたが着いています" in boriss.card()
    assert re.search(r"佐藤さんが着きました \d\d:\d\d", seconds.card())
    assert offered(boriss) == []


def test_anyone_who_cannot_come_is_not_said_to_come(boriss: Page, seconds: Page) -> None:
    boriss.press("head-out")
    assert "次の人に連絡しています" in boriss.press("cannot-come")
    assert "向かっています" not in seconds.card()
    assert "駆け付け中" not in words_of(seconds.html())


def test_only_the_one_who_set_out_can_answer_for_it(boriss: Page, seconds: Page) -> None:
    boriss.press("head-out")
    assert "いまは別の人が向かっています" in seconds.press("still-on-way")


def test_a_press_since_the_last_answer_is_shown_with_its_time(
    boriss: Page, annas_phone: Phone
) -> None:
    boriss.press("acknowledge")
    assert "押し直し" not in boriss.card()
    time_passes(10)
    annas_phone.tap()
    time_passes(31)
    assert re.search(r"押し直しがありました \d\d:\d\d", boriss.card())
    boriss.press("acknowledge")
    assert "押し直し" not in boriss.card()


def test_the_newest_stands_on_top(boriss: Page, seconds: Page) -> None:
    boriss.press("acknowledge")
    time_passes(5)
    seconds.press("head-out")
    card = boriss.card()
    assert card.index("田中さんが向かっています") < card.index("あなたが確認しました")


def test_anyone_who_is_called_after_somebody_else_confirmed_can_confirm_too(
    boriss: Page, seconds: Page, second: User
) -> None:
    boriss.press("acknowledge")
    assert not seconds.offers("acknowledge")
    time_passes(61)
    assert seconds.offers("acknowledge")
    assert "佐藤さんが確認しました" in seconds.press("acknowledge")
    assert not seconds.offers("acknowledge")


def test_finding_out_is_not_ticked_while_nobody_has_seen_it(boriss: Page) -> None:
    time_passes(61)
    assert boriss.steps() == ["done", "todo", "todo", "current", "todo", "todo"]


def test_after_a_reopening_on_the_way_is_not_ticked_by_the_round_before(
    boriss: Page, annas_phone: Phone
) -> None:
    boriss.press("head-out")
    boriss.press("close", outcome="resolved")
    annas_phone.post(f"incidents/{boriss.incident}/answer", {"answer": "still_going"})
    assert boriss.steps()[4:] == ["todo", "todo"]
    assert "本人が「まだ続いています」と回答しました" in boriss.card()
    assert signed_in(boriss.user).get("/portal/open/").status_code == 200
