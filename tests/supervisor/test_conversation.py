"""What anna writes stands as a conversation: unread until it was in sight, with receipts, and what
boris notes of his call to 110."""

import uuid

import pytest

from accounts.models import User
from incidents.models import IncidentEvent
from notifications.models import Notice, Receipt
from people.models import Exclusion
from tests.clock import time_passes
from tests.conftest import Phone, signed_in
from tests.supervisor.conftest import Page, words_of


def anna_writes(phone: Phone, page: Page, text: str) -> None:
    body = {"client_id": str(uuid.uuid4()), "text": text}
    assert phone.post(f"incidents/{page.incident}/messages", body).status_code < 300


def listed(user: User) -> str:
    return words_of(signed_in(user).get("/portal/open/").content.decode())


def reads(page: Page, line: int) -> int:
    return signed_in(page.user).post(page.url("read"), {"line": line}).status_code


def test_what_she_writes_is_unread_on_the_page_and_in_the_list_until_it_was_in_sight(
    annas_phone: Phone, boriss: Page, seconds: Page
) -> None:
    anna_writes(annas_phone, boriss, "出口をふさがれています")
    assert "髙橋さん「出口をふさがれています」 未読1件" in boriss.part("newest")
    assert "未読1件" in listed(boriss.user)
    line = IncidentEvent.objects.filter(kind="message").latest("pk").pk
    assert reads(boriss, line) == 204
    assert "未読" not in boriss.part("newest") + boriss.part("conversation")
    assert "未読" not in listed(boriss.user)
    assert "未読1件" in listed(seconds.user), "one person's eyes are not another's"


def test_a_mark_never_moves_back_and_never_beyond_what_there_is(
    annas_phone: Phone, boriss: Page
) -> None:
    anna_writes(annas_phone, boriss, "一")
    first = IncidentEvent.objects.filter(kind="message").latest("pk").pk
    assert reads(boriss, first + 1000) == 204
    assert "未読1件" in listed(boriss.user)
    anna_writes(annas_phone, boriss, "二")
    second = IncidentEvent.objects.filter(kind="message").latest("pk").pk
    reads(boriss, second)
    reads(boriss, first)
    assert "未読" not in listed(boriss.user)


@pytest.mark.parametrize(
    ("stage", "words"),
    [
        (None, "端末に届いたか確認しています"),
        ("delivered", "端末に届きました・表示待ち"),
        ("displayed", "本人の画面に表示"),
    ],
)
def test_a_receipt_says_what_the_device_said_and_no_more(
    boriss: Page, stage: str | None, words: str
) -> None:
    boriss.press("message", client_id=str(uuid.uuid4()), text="その場を離れて")
    notice = Notice.objects.get(kind="answer", dedupe__startswith="message:")
    if stage:
        at = boriss.row.opened_at
        Receipt.objects.create(notice=notice, stage=stage, at=at, source="device")
    talk = boriss.part("conversation")
    assert "その場を離れて" in talk
    assert [one for one in ALL_RECEIPTS if one in talk] == [words]


ALL_RECEIPTS = ("端末に届いたか確認しています", "端末に届きました・表示待ち", "本人の画面に表示")


def test_the_time_of_his_call_to_110_stays_and_twice_is_one(boriss: Page, seconds: Page) -> None:
    boriss.press("acknowledge")
    boriss.press("request-support")
    time_passes(91)
    assert "110番した（時刻を記録）" in boriss.danger()
    boriss.press("called-110")
    boriss.press("called-110")
    assert IncidentEvent.objects.filter(kind="called_110").count() == 1
    assert "佐藤さんが110番しました" in seconds.danger()
    assert "佐藤さんが110番しました" in seconds.part("newest")
    assert "警備会社が応答しません" in seconds.danger(), "nobody is on the way all the same"


def test_of_an_alarm_kept_from_him_a_notice_shows_nothing(annas_phone: Phone, boriss: Page) -> None:
    anna_writes(annas_phone, boriss, "秘密の言葉")
    notice = Notice.objects.filter(recipient_user=boriss.user, kind="alarm").latest("pk")
    Exclusion.objects.create(
        employee=boriss.row.reporter, user=boriss.user, reason="x", decided_by=boriss.user
    )
    client = signed_in(boriss.user)
    for address in (
        notice.path,
        f"/portal/incidents/{boriss.incident}/",
        f"/portal/incidents/{boriss.incident}/?do=listen",
        f"/portal/incidents/{boriss.incident}/parts/",
    ):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "髙橋" not in answer.content.decode()
    assert reads(boriss, 1) == 404
    assert "髙橋" not in listed(boriss.user)
    assert "秘密" not in listed(boriss.user)
