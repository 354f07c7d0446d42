"""The company's own words for an alarm: what may be written, and what arrives."""

import uuid
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident
from notifications.channels.email import message_of
from notifications.messages import render_for_recipient
from notifications.models import Delivery, Notice, NoticeText
from tests.conftest import Phone, signed_in

ADMIN = "/admin/notifications/noticetext/"
TITLE, BODY = "【至急】応援要請 {number}", "{number}番を確認してください。"


def write(user: User, title: str = TITLE, body: str = BODY, language: str = "ja"):
    form = {"language": language, "title": title, "body": body}
    return signed_in(user).post(f"{ADMIN}add/", form)


def preview(user: User, title: str = TITLE, body: str = BODY, language: str = "ja") -> str:
    form = {"language": language, "title": title, "body": body}
    return signed_in(user).post(f"{ADMIN}preview/", form).content.decode()


def told(phone: Phone, user: User, **fields: object) -> Notice:
    number = phone.tap(**fields).json()["id"]
    return Notice.objects.filter(incident_id=uuid.UUID(number), recipient_user=user).get()


def number_of(notice: Notice) -> int:
    return Incident.objects.get(public_id=notice.incident_id).number


def test_boris_reads_the_companys_words(annas_phone: Phone, boris: User, hanna: User) -> None:
    assert write(hanna).status_code == 302
    notice = told(annas_phone, boris)
    title, body = (words.format(number=number_of(notice)) for words in (TITLE, BODY))
    assert (notice.title, notice.body) == (title, body)
    mail = message_of(Delivery(notice=notice, address="boris@example.com"))
    assert title in mail.subject
    assert body in mail.body
    assert "/portal/n/" in mail.body
    assert LogEntry.objects.get_for_model(NoticeText).get().actor == hanna


def test_each_reads_the_own_language_and_ours_where_nothing_is_written(
    annas_phone: Phone, boris: User, hanna: User
) -> None:
    boris.language = "en"
    boris.save()
    write(hanna)
    notice = told(annas_phone, boris)
    assert notice.title == f"Somebody asks for help (alarm {number_of(notice)})"


def test_english_words_for_who_reads_english(annas_phone: Phone, boris: User, hanna: User) -> None:
    boris.language = "en"
    boris.save()
    write(hanna, "Help wanted, no. {number}", "Open it.", language="en")
    notice = told(annas_phone, boris)
    assert notice.title == f"Help wanted, no. {number_of(notice)}"


def test_a_drill_keeps_its_mark_and_a_late_tap_its_question(
    annas_phone: Phone, boris: User, hanna: User
) -> None:
    write(hanna)
    drill = told(annas_phone, boris, drill=True)
    assert render_for_recipient(drill).title == f"【訓練】{TITLE.format(number=number_of(drill))}"
    now = timezone.now()
    pressed = now - timedelta(minutes=30)
    late = told(annas_phone, boris, pressed_at=pressed.isoformat(), sent_at=now.isoformat())
    assert "30分前" in late.title


@pytest.mark.parametrize(
    ("title", "body", "message"),
    [
        ("応援要請", BODY, "通報番号は省略できません"),
        ("{number} {name}さん", BODY, "{name} は使えません"),
        (TITLE, "{site} と {name}", "{site}、{name} は使えません"),
        ("{number", BODY, "波かっこが片方だけ"),
        (TITLE, "}", "波かっこが片方だけ"),
        ("【訓練】{number}", BODY, "本当の通報が訓練に見えて"),
        (TITLE, "This is a DRILL", "本当の通報が訓練に見えて"),
        ("あ" * 60 + "{number}", BODY, "60"),
    ],
)
def test_what_would_mislead_is_refused_with_what_to_write(
    hanna: User, title: str, body: str, message: str
) -> None:
    assert message in write(hanna, title, body).content.decode()
    assert message in preview(hanna, title, body)
    assert not NoticeText.objects.exists()


def test_the_number_cannot_be_dropped_behind_the_forms_back(acme) -> None:
    with pytest.raises(IntegrityError, match="title_has_the_number"), transaction.atomic():
        NoticeText.objects.create(language="ja", title="応援要請", body="")


def test_the_preview_shows_what_will_arrive_and_keeps_nothing(hanna: User, boris: User) -> None:
    shown = preview(hanna)
    assert "【訓練】【至急】応援要請 128" in shown
    assert "128番を確認してください。" in shown
    english = preview(hanna, "Help {number}", "Open it.", language="en")
    assert "[Drill] Help 128" in english
    assert "&lt;b&gt;" in preview(hanna, "<b>{number}", BODY)
    assert not NoticeText.objects.exists()
    asked = signed_in(boris).post(f"{ADMIN}preview/", {"title": TITLE, "body": BODY})
    assert asked.status_code in {302, 403}
