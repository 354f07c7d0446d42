"""届き方の確認: Hanna sends test messages and sees whom they have really reached."""

import re
import uuid
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from jobs.models import Job
from jobs.runs import run_next
from notifications.models import Delivery, Notice, Receipt
from tenants.schemas import enter_schema
from tests.conftest import phone_of, signed_in
from tests.notifications.conftest import Browser, MailServer, PushService, mail, push_service
from tests.support.reach import PAGE

__all__ = ["mail", "push_service"]


@pytest.fixture(autouse=True)
def _no_jobs_of_others(acme: Any) -> None:
    """What other tests' companies still had to send would land on this one's servers."""
    Job.objects.exclude(company__schema_name="acme").delete()


def send(hanna: User, run: uuid.UUID | None = None, **to: Any) -> str:
    form = {"run": run or uuid.uuid4()} | to
    answer = signed_in(hanna).post(f"{PAGE}send/", form, follow=True).content.decode()
    enter_schema("acme")
    return answer


def work() -> None:
    """Lane 1 alone: what the worker does."""
    while run_next(1, "worker of this test"):
        pass


def standing(hanna: User, who: str) -> str:
    page = signed_in(hanna).get(PAGE).content.decode()
    enter_schema("acme")
    return next(line for line in page.split("<li class=") if f"<b>{who}</b>" in line)


def link_in(message: Any) -> str:
    (link,) = re.findall(r"http://\S+", message.get_content())
    found = urlsplit(link)
    return f"{found.path}?{found.query}"


@pytest.fixture
def stranger(acme: Any) -> Client:
    """A phone on which nobody has signed in."""
    return Client(headers={"Host": "acme.localhost"})


@pytest.fixture
def link(mail: MailServer, boris: User, hanna: User) -> str:
    """In the mail that boris received."""
    send(hanna, person=boris.employee.pk)
    work()
    (message,) = mail.received
    assert message["To"] == "boris@acme.example"
    return link_in(message)


def test_everybody_on_a_ladder_is_sent_one_and_it_begins_as_a_test(
    mail: MailServer, hanna: User
) -> None:
    assert "確認メッセージを送信しました：3人" in send(hanna, everybody="on")
    assert {job.lane for job in Job.objects.filter(kind="notifications.deliver")} == {1}
    assert not run_next(0, "timekeeper"), "the lane of alarms has nothing to do with it"
    work()
    assert {str(one["To"]).partition("@")[0] for one in mail.received} == {
        "boris",
        "second",
        "carla",
    }
    assert {str(one["Subject"]).strip()[:4] for one in mail.received} == {"【確認】"}
    assert {one["Importance"] for one in mail.received} == {"normal"}
    payload = AuditEvent.objects.of("admin").last().payload
    assert (payload["verb"], len(payload["to"])) == ("reach_check.sent", 3)


def test_it_rings_nowhere_and_belongs_to_no_alarm(boris: User, hanna: User) -> None:
    send(hanna, person=boris.employee.pk)
    notice = Notice.objects.get()
    assert (notice.incident_id, notice.drill, notice.kind) == (None, False, "reach_check")
    polled = signed_in(boris).get("/portal/poll").json()
    assert (polled["ringing"], polled["open"], polled["events"]) == ([], 0, [])


def test_only_the_button_counts(link: str, stranger: Client, hanna: User) -> None:
    for _scanner in range(2):
        assert "受信テストです。通報ではありません。" in stranger.get(link).content.decode()
        assert stranger.head(link).status_code == 200
    enter_schema("acme")
    assert not Receipt.objects.exists()
    assert "応答を待っています" in standing(hanna, "佐藤 健一")
    assert stranger.post(link).status_code == 302
    assert "ありがとうございます" in stranger.get(link).content.decode()
    line = standing(hanna, "佐藤 健一")
    assert 'reach-state green">届きました' in line
    assert "boris@acme.example" in line


def test_a_confirmed_supervisor_counts_as_reached_for_ninety_days(
    link: str, stranger: Client, hanna: User
) -> None:
    def unconfirmed() -> str:
        page = signed_in(hanna).get("/portal/hr/readiness/").content.decode()
        enter_schema("acme")
        (number,) = re.findall(r"押していない上司：(\d+)人", page)
        return str(number)

    assert unconfirmed() == "3"
    stranger.post(link)
    assert unconfirmed() == "2"
    enter_schema("acme")
    for days, left in ((89, "2"), (91, "3")):
        Receipt.objects.update(received_at=timezone.now() - timedelta(days=days))
        Notice.objects.update(created_at=timezone.now() - timedelta(days=days))
        assert unconfirmed() == left
    assert "前回の確認から日がたっています" in standing(hanna, "佐藤 健一")


def test_unanswered_for_a_day_it_is_red_no_matter_who_had_confirmed_before(
    link: str, stranger: Client, boris: User, hanna: User
) -> None:
    stranger.post(link)
    send(hanna, person=boris.employee.pk)
    newest = Notice.objects.order_by("-pk")[:1]
    for hours, tone in ((23, "green"), (25, "red")):
        sent = timezone.now() - timedelta(hours=hours)
        Notice.objects.filter(pk__in=newest.values("pk")).update(created_at=sent)
        Notice.objects.exclude(pk__in=newest.values("pk")).update(
            created_at=sent - timedelta(days=1)
        )
        assert f"reach-state {tone}" in standing(hanna, "佐藤 健一")


def test_the_same_press_twice_sends_one(hanna: User) -> None:
    run = uuid.uuid4()
    send(hanna, run, everybody="on")
    assert "送る相手がいませんでした" in send(hanna, run, everybody="on")
    assert Notice.objects.count() == 3


def test_who_cannot_be_told_is_sent_nothing_and_stands_in_red(boris: User, hanna: User) -> None:
    User.objects.filter(pk=boris.pk).update(email=None)
    assert "確認メッセージを送信しました：2人" in send(hanna, everybody="on")
    line = standing(hanna, "佐藤 健一")
    assert "連絡の手段がありません" in line
    assert f"/admin/accounts/user/{boris.pk}/change/" in line


@pytest.mark.parametrize("form", [{}, {"person": "0", "everybody": "on"}, {"person": "x"}])
def test_a_form_that_says_nobody_sends_nothing(hanna: User, form: dict[str, str]) -> None:
    assert "送信していません" in send(hanna, **form)
    assert "送信していません" in send(hanna, run="x", everybody="on")
    assert not Notice.objects.exists()


def test_a_mail_that_was_refused_is_shown_with_why(
    mail: MailServer, boris: User, hanna: User
) -> None:
    mail.recipient = "550 no such mailbox"
    send(hanna, person=boris.employee.pk)
    work()
    line = standing(hanna, "佐藤 健一")
    assert 'reach-state red">送信できませんでした' in line
    assert "550" in line


@pytest.mark.parametrize("matter", ["forged", "alarm's", "old", "blocked"])
def test_a_link_that_is_not_good_is_no_page(
    matter: str, link: str, stranger: Client, boris: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    if matter == "forged":
        link = re.sub(r"t=[^&]{6}", "t=AAAAAA", link)
    elif matter == "alarm's":
        Notice.objects.update(kind="alarm")
    elif matter == "old":
        later = datetime.now().timestamp() + 7 * 24 * 3600 + 60  # noqa: DTZ005
        monkeypatch.setattr("django.core.signing.time.time", lambda: later)
    else:
        User.objects.filter(pk=boris.pk).update(is_active=False)
    assert stranger.get(link).status_code == 404
    assert stranger.post(link).status_code == 404
    page, _mark, query = link.partition("?")
    assert stranger.post(f"{page}receipts/?{query}", {"stage": "opened"}).status_code == 404
    enter_schema("acme")
    assert not Receipt.objects.exists()


def test_a_browser_says_itself_that_it_showed_the_message(
    push_service: PushService, boris: User, hanna: User, stranger: Client
) -> None:
    User.objects.filter(pk=boris.pk).update(email=None)
    browser = Browser(f"{push_service.url}/push/boris")
    browser.subscribe(boris)
    send(hanna, person=boris.employee.pk)
    work()
    (push,) = push_service.received
    message = browser.read(push)
    assert push.headers["Urgency"] == "normal"
    assert message["title"].startswith("【確認】")
    for stage, status in (("displayed", 204), ("opened", 204), ("confirmed", 400), ("x", 400)):
        answer = stranger.post(message["receipts"], {"stage": stage})
        assert answer.status_code == status
    enter_schema("acme")
    (way,) = Delivery.objects.all()
    assert set(Receipt.objects.values_list("stage", "source")) == {
        ("displayed", str(way.public_id)),
        ("opened", str(way.public_id)),
    }
    assert "届きました" not in standing(hanna, "佐藤 健一").partition("reach-ways")[0]
    stranger.post(message["path"])
    line = standing(hanna, "佐藤 健一")
    assert "届きました" in line.partition("reach-ways")[0]
    assert "–" not in line, "each of sent, delivered, opened and confirmed has its time"


def test_a_device_cannot_confirm_by_itself(boris: User, hanna: User) -> None:
    send(hanna, person=boris.employee.pk)
    key = Notice.objects.get().public_id
    phone = phone_of(boris.employee)
    assert phone.post(f"notices/{key}/receipts", {"stage": "confirmed"}).status_code == 422
    assert phone.post(f"notices/{key}/receipts", {"stage": "displayed"}).status_code == 202
    enter_schema("acme")
    assert [one.stage for one in Receipt.objects.all()] == ["displayed"]
