"""Nobody comes: the red card on top of the page, with 110 and what to read aloud."""

import pytest
from django.utils.timezone import localtime

from accounts.models import User
from audit.actors import Actor
from notifications.models import Notice
from operations.cases import claim, close_case
from operations.models import Case
from tests.clock import time_passes
from tests.conftest import Phone, signed_in
from tests.supervisor.conftest import Page, ringing, words_of


@pytest.fixture
def desk_is_silent(boriss: Page) -> None:
    """Boris confirms; nobody goes, and the security company does not answer."""
    boriss.press("acknowledge")
    boriss.press("request-support")
    time_passes(91)


@pytest.mark.usefixtures("desk_is_silent")
def test_a_silent_desk_is_a_red_card_with_110_in_it(boriss: Page) -> None:
    card = boriss.danger()
    assert "警備会社が応答しません。110番に電話してください" in card
    assert 'href="tel:110"' in boriss.html().partition('id="hero"')[0]


@pytest.mark.usefixtures("desk_is_silent")
def test_what_to_read_aloud_begins_with_the_place(boriss: Page) -> None:
    aloud = boriss.danger().partition("電話で読み上げる")[2]
    place = "東京都中央区日本橋1丁目、東都百貨店株式会社 日本橋本店"
    assert aloud.strip().startswith(place)
    assert aloud.index(place) < aloud.index("髙橋 美咲") < aloud.index("私は佐藤 健一です")


@pytest.mark.usefixtures("desk_is_silent")
def test_from_the_red_card_the_desk_can_be_asked_once_more(boriss: Page) -> None:
    assert "もう一度要請する" in boriss.danger()
    boriss.press("request-support")
    assert boriss.row.desk == "asked"
    assert Case.objects.get(incident_id=boriss.incident).turn > 1


@pytest.mark.usefixtures("desk_is_silent")
def test_it_rings_again_for_the_one_who_had_confirmed(boris: User, boriss: Page) -> None:
    (rings,) = ringing(boris)
    assert str(rings["text"]).startswith("110番に電話してください：髙橋 美咲")


@pytest.mark.usefixtures("desk_is_silent")
def test_nobody_says_that_she_reopened_anything(boriss: Page) -> None:
    assert "再開" not in boriss.card()
    assert "押し直し" not in boriss.card()


@pytest.mark.usefixtures("desk_is_silent")
def test_the_list_says_that_the_desk_does_not_answer(boris: User) -> None:
    rows = words_of(signed_in(boris).get("/portal/open/").content.decode())
    assert "警備会社の応答なし" in rows
    assert "オペレーター" not in rows


@pytest.mark.usefixtures("desk_is_silent")
def test_it_goes_when_somebody_sets_out(boriss: Page) -> None:
    boriss.press("head-out")
    assert boriss.danger() == ""
    assert "警備会社の応答なし" in boriss.card()


@pytest.mark.usefixtures("desk_is_silent")
def test_it_goes_when_an_operator_takes_the_case(boriss: Page, olga: Actor) -> None:
    claim(case_id=Case.objects.get(incident_id=boriss.incident).public_id, operator=olga)
    time_passes(1)
    assert boriss.danger() == ""
    assert "オペレーターが対応しています" in boriss.card()


@pytest.fixture
def desk_has_ended(desk_is_silent: None, boriss: Page, olga: Actor) -> None:
    """It was silent at first; then olga took it, and has ended it."""
    case = Case.objects.get(incident_id=boriss.incident)
    claim(case_id=case.public_id, operator=olga)
    time_passes(20)
    close_case(case_id=case.public_id, operator=olga, result=Case.Result.CALMED)
    time_passes(1)


def danger_of(phone: Phone, page: Page) -> tuple[str | None, str | None]:
    seen = phone.get(f"incidents/{page.incident}").json()
    return seen["danger"], seen["danger_at"]


@pytest.mark.usefixtures("desk_has_ended")
def test_nothing_is_red_after_an_operator_has_acted(annas_phone: Phone, boriss: Page) -> None:
    assert "警備会社の対応が終わりました" in boriss.card()
    assert boriss.danger() == ""
    assert danger_of(annas_phone, boriss) == (None, None)


@pytest.mark.usefixtures("desk_has_ended")
def test_silent_once_more_it_is_red_by_the_newer_silence(boriss: Page, boris: User) -> None:
    boriss.press("request-support")
    time_passes(91)
    silences = boriss.row.events.filter(kind="desk_unanswered").order_by("at")
    assert len(silences) == 2
    assert f"{localtime(silences[1].at):%H:%M:%S} 要請から90秒" in boriss.danger()
    loud = Notice.objects.filter(recipient_user=boris, kind="alarm", title__contains="110番")
    assert loud.count() == 2, "not told of it quietly"


@pytest.mark.usefixtures("desk_is_silent")
def test_her_phone_dates_the_silence_by_itself(annas_phone: Phone, boriss: Page) -> None:
    line = boriss.row.events.get(kind="desk_unanswered")
    seen = annas_phone.get(f"incidents/{boriss.incident}").json()
    assert seen["support_at"] == f"{line.at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.usefixtures("desk_is_silent")
def test_asked_once_more_it_says_so_and_not_that_all_were_called(boriss: Page) -> None:
    boriss.press("request-support")
    card = boriss.danger()
    assert "まだ誰も向かっていません。110番に電話してください" in card
    assert "警備会社から応答がなかったため、もう一度要請しました" in card
    assert "全員に連絡" not in card


def test_anyone_who_cannot_come_after_all_is_why_it_is_red_again(
    no_contract: None, annas_phone: Phone, boris: User
) -> None:
    page = Page(boris, annas_phone.tap().json()["id"])
    time_passes(120)
    assert "連絡順の全員に連絡しました" in page.danger()
    page.press("head-out")
    time_passes(300)
    page.press("cannot-come")
    line = page.row.events.get(kind="cannot_come")
    assert f"{localtime(line.at):%H:%M:%S} 向かっていた人が行けなくなりました" in page.danger()
    assert danger_of(annas_phone, page) == ("nobody_came", f"{line.at:%Y-%m-%dT%H:%M:%SZ}")


def test_without_a_security_company_it_says_that_nobody_is_on_the_way(
    no_contract: None, annas_phone: Phone, boris: User
) -> None:
    page = Page(boris, annas_phone.tap().json()["id"])
    page.press("acknowledge")
    time_passes(120)
    assert "まだ誰も向かっていません。110番に電話してください" in page.danger()
    assert not page.opens("dialog-support")


def test_while_people_are_still_called_there_is_no_red_card(boriss: Page) -> None:
    assert boriss.danger() == ""
