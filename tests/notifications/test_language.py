"""A notice speaks the language of its recipient, not of the one who caused it."""

import pytest

from accounts.models import User
from notifications.messages import render_for_recipient
from notifications.models import Notice
from people.models import Device
from tenants.schemas import enter_schema
from tests.clock import time_passes
from tests.conftest import Phone, signed_in
from tests.notifications.conftest import Browser, MailServer, run_due


@pytest.fixture
def english_boris(boris: User) -> User:
    boris.language = "en"
    boris.save()
    return boris


def alarm_of(user: User) -> Notice:
    enter_schema("acme")
    return Notice.objects.get(recipient_user=user, kind="alarm")


def test_an_english_supervisor_is_called_in_english_by_mail_and_push(
    english_boris, annas_phone: Phone, mail: MailServer, browser: Browser, push_service
):
    browser.subscribe(english_boris)
    annas_phone.tap()
    enter_schema("acme")
    run_due()
    letter = next(one for one in mail.received if "boris@acme.example" in one["To"])
    assert "Somebody asks for help" in letter["Subject"]
    assert "In danger, call 110." in letter.get_content()
    pushed = browser.read(push_service.received[0])
    assert pushed["title"].startswith("Somebody asks for help")


def test_a_japanese_supervisor_is_called_in_japanese(boris, annas_phone: Phone):
    boris.language = "ja"
    boris.save()
    annas_phone.tap()
    assert "助けを求めています" in alarm_of(boris).title


def test_the_employees_phone_is_answered_in_japanese_by_an_english_supervisor(
    english_boris, annas_phone: Phone
):
    incident = annas_phone.tap().json()
    page = signed_in(english_boris)
    page.post(f"/portal/incidents/{incident['id']}/acknowledge/")
    enter_schema("acme")
    notice = Notice.objects.get(recipient_device=annas_phone.device, kind="answer")
    assert notice.title == "佐藤さんが確認しました"


def test_annas_phone_is_told_in_the_language_of_her_app(english_boris, annas_phone: Phone):
    annas_phone.call("get", "device", HTTP_ACCEPT_LANGUAGE="vi")
    incident = annas_phone.tap().json()
    signed_in(english_boris).post(f"/portal/incidents/{incident['id']}/acknowledge/")
    enter_schema("acme")
    notice = Notice.objects.get(recipient_device=annas_phone.device, kind="answer")
    assert notice.title == "佐藤-san đã xem"
    assert alarm_of(english_boris).title.startswith("Somebody asks for help")


def test_the_mark_of_a_drill_is_in_the_language_of_her_app(annas_phone: Phone):
    annas_phone.call("get", "device", HTTP_ACCEPT_LANGUAGE="vi")
    enter_schema("acme")
    device = Device.objects.get(pk=annas_phone.device.pk)
    drill = Notice(recipient_device=device, title="x", drill=True)
    assert render_for_recipient(drill).title == "[Diễn tập] x"


def test_the_next_on_the_ladder_is_called_in_the_own_language(
    english_boris, second: User, annas_phone: Phone
):
    """The clock climbs without any person's language; a Japanese and an English one are on it."""
    second.language = "en"
    second.save()
    english_boris.language = "ja"
    english_boris.save()
    annas_phone.tap()
    time_passes(30)
    assert "助けを求めています" in alarm_of(english_boris).title
    assert alarm_of(second).title.startswith("Somebody asks for help")
