"""準備完了 only after a notice that arrived: that a push service took it says nothing."""

import pytest

from accounts.models import User
from jobs.runs import run_next
from notifications.models import Notice, PushSubscription
from notifications.services import save_push_subscription
from tenants.schemas import enter_schema
from tests.conftest import Phone, signed_in
from tests.notifications.conftest import Browser, PushService, page
from tests.support.reach import PAGE


def subscribe(phone: Phone, browser: Browser) -> None:
    save_push_subscription(phone.device, browser.endpoint, browser.p256dh, browser.auth)


def send_test(phone: Phone) -> Notice:
    assert phone.post("device/test-notice").status_code == 202
    enter_schema("acme")
    return Notice.objects.filter(kind="test").latest("pk")


def work() -> None:
    while run_next(1, "test"):
        pass
    enter_schema("acme")


def standing(phone: Phone) -> str | None:
    known = phone.get("device").json()["test_notice"]
    enter_schema("acme")
    return known and known["state"]


def push(phone: Phone) -> str:
    kind: str = phone.get("device").json()["push"]
    enter_schema("acme")
    return kind


def answer(phone: Phone, notice: Notice, stage: str) -> int:
    status = phone.post(f"notices/{notice.public_id}/receipts", {"stage": stage}).status_code
    enter_schema("acme")
    return status


def test_the_phone_reads_how_its_test_stands(
    annas_phone: Phone, browser: Browser, push_service: PushService
) -> None:
    assert standing(annas_phone) is None
    subscribe(annas_phone, browser)
    notice = send_test(annas_phone)
    assert standing(annas_phone) == "sent"
    for stage in ("displayed", "missed", "confirmed"):
        assert answer(annas_phone, notice, stage) == 202
        assert standing(annas_phone) == stage
    known = annas_phone.get("device").json()["test_notice"]
    assert known["id"] == str(notice.public_id)


def test_a_test_that_nobody_could_be_sent_has_failed(
    annas_phone: Phone, browser: Browser, push_service: PushService
) -> None:
    send_test(annas_phone)
    assert (standing(annas_phone), push(annas_phone)) == ("failed", "none")
    Notice.objects.all().delete()
    subscribe(annas_phone, browser)
    push_service.statuses = [410]
    send_test(annas_phone)
    work()
    assert (standing(annas_phone), push(annas_phone)) == ("failed", "failing")


def test_only_a_test_is_confirmed_by_a_device(annas_phone: Phone, boris: User) -> None:
    other = Notice.objects.create(
        recipient_device=annas_phone.device, kind="answer", title="x", dedupe="x"
    )
    for stage in ("confirmed", "missed"):
        assert answer(annas_phone, other, stage) == 422
    assert not other.receipts.exists()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_who_cannot_be_woken_is_amber_until_it_works_again(
    hanna: User, boris: User, browser: Browser, push_service: PushService, status: int
) -> None:
    browser.subscribe(boris)
    assert at_hannas(hanna, boris) is False
    push_service.statuses = [status]
    page(boris)
    _run_all()
    assert at_hannas(hanna, boris) is True
    if status in (404, 410):
        browser.subscribe(boris)
    page(boris, dedupe="later")
    _run_all()
    assert PushSubscription.objects.working().count() == 1
    assert at_hannas(hanna, boris) is False


def test_a_browser_with_the_key_of_another_server_is_failing_and_tried_again(
    annas_phone: Phone, browser: Browser, push_service: PushService
) -> None:
    subscribe(annas_phone, browser)
    push_service.statuses = [403]
    send_test(annas_phone)
    work()
    assert (push(annas_phone), standing(annas_phone)) == ("failing", "failed")
    Notice.objects.all().delete()
    send_test(annas_phone)
    work()
    assert (push(annas_phone), standing(annas_phone)) == ("working", "sent")


def at_hannas(hanna: User, who: User) -> bool:
    html = signed_in(hanna).get(PAGE).content.decode()
    enter_schema("acme")
    row = next(line for line in html.split("<li class=") if f"<b>{who.get_full_name()}</b>" in line)
    return "ブラウザー通知が届いていません" in row and "amber" in row


def _run_all() -> None:
    for lane in (0, 1):
        while run_next(lane, "test"):
            pass
    enter_schema("acme")
