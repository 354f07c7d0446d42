"""Web Push against a real HTTP endpoint, decrypted and verified as a browser and its service do."""

import uuid

import pytest
import time_machine
from py_vapid import Vapid02

from notifications.channels import webpush
from notifications.channels.breaker import Breaker
from notifications.channels.errors import DeliveryError, NoAnswer
from notifications.channels.webpush import is_allowed
from notifications.models import Delivery, PushSubscription
from notifications.services import save_push_subscription
from tests.notifications.conftest import Browser, page, run_due
from tests.peers import Peer, drip, free_port, silence


@pytest.fixture
def delivery(mute_boris, browser) -> Delivery:
    browser.subscribe(mute_boris)
    return page(mute_boris, incident_id=uuid.uuid4()).deliveries.get()


def test_only_the_browser_can_read_it(delivery, browser, push_service):
    webpush.deliver(delivery)
    (push,) = push_service.received
    assert b"Somebody" not in push.body
    assert browser.read(push) == {
        "id": str(delivery.notice.public_id),
        "kind": "alarm",
        "title": "Somebody asks for help",
        "body": "Open the page.",
        "path": "/portal/",
        "tag": str(delivery.notice.incident_id),
    }


def test_the_service_can_tell_who_sends(delivery, push_service, settings):
    webpush.deliver(delivery)
    (push,) = push_service.received
    scheme, _space, credentials = push.headers["Authorization"].partition(" ")
    parts = dict(part.split("=", 1) for part in credentials.split(","))
    assert scheme == "vapid"
    assert parts["k"] == settings.VAPID_PUBLIC_KEY
    assert Vapid02.verify(push.headers["Authorization"])


def test_an_alarm_is_urgent_and_soon_stale(delivery, push_service):
    webpush.deliver(delivery)
    (push,) = push_service.received
    assert (push.headers["Urgency"], push.headers["TTL"]) == ("high", "300")
    assert push.headers["Topic"] == delivery.public_id.hex


def test_a_drill_says_so_first(mute_boris, browser, push_service):
    mute_boris.language = "ja"
    mute_boris.save()
    browser.subscribe(mute_boris)
    page(mute_boris, drill=True, title="応援")
    run_due()
    assert browser.read(push_service.received[0])["title"] == "【訓練】応援"


def test_the_services_name_for_it_is_kept(delivery, push_service):
    push_service.headers = {"Location": "https://push.example/m/42"}
    assert webpush.deliver(delivery) == "https://push.example/m/42"


def test_a_burst_uses_one_connection(mute_boris, browser, push_service):
    browser.subscribe(mute_boris)
    for number in range(5):
        page(mute_boris, dedupe=str(number))
    run_due()
    assert (len(push_service.received), len(push_service.connections)) == (5, 1)


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_is_gone_is_not_called_again(mute_boris, browser, push_service, status):
    push_service.statuses = [status]
    browser.subscribe(mute_boris)
    first = page(mute_boris).deliveries.get()
    run_due()
    first.refresh_from_db()
    assert first.state == "failed"
    assert PushSubscription.objects.get().failed_at is not None
    assert not page(mute_boris, dedupe="later").deliveries.exists()
    browser.subscribe(mute_boris)
    assert page(mute_boris, dedupe="after it subscribed again").deliveries.exists()


FAULTS = [
    (500, False),
    (503, False),
    (429, False),
    (400, True),
    (403, True),
    (413, True),
    (302, True),
]


@pytest.mark.parametrize(("status", "permanent"), FAULTS)
def test_only_passing_faults_are_worth_repeating(delivery, push_service, status, permanent):
    push_service.statuses = [status]
    with pytest.raises(DeliveryError) as refusal:
        webpush.deliver(delivery)
    assert refusal.value.permanent is permanent
    assert PushSubscription.objects.get().failed_at is None


def test_a_busy_service_says_how_long(delivery, push_service):
    push_service.statuses, push_service.headers = [429], {"retry-after": "7"}
    with pytest.raises(DeliveryError) as refusal:
        webpush.deliver(delivery)
    assert refusal.value.retry_after == 7


def test_a_redirect_is_not_followed(delivery, push_service):
    push_service.statuses = [307]
    push_service.headers = {"Location": f"{push_service.url}/internal"}
    with pytest.raises(DeliveryError):
        webpush.deliver(delivery)
    assert [push.path for push in push_service.received] == ["/push/boris"]


HEAD = b"HTTP/1.1 201 Created\r\nContent-Length: 60000\r\n\r\n"
ENDLESS = {
    "silence": silence,
    "one byte of the head at a time": drip(b"HTTP/1.1 201 Created\r\nX: ", b"x"),
    "one byte of the answer at a time": drip(HEAD, b"x"),
}


@pytest.mark.timeout(20, func_only=True)
@pytest.mark.parametrize("talk", ENDLESS.values(), ids=ENDLESS)
def test_a_service_without_end_is_left_at_the_deadline(mute_boris, settings, talk):
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    with Peer(talk).listening() as peer:
        Browser(f"http://127.0.0.1:{peer.port}/p").subscribe(mute_boris)
        with pytest.raises(NoAnswer) as fault:
            webpush.deliver(page(mute_boris).deliveries.get(), 0.3, Breaker())
    assert not fault.value.permanent
    assert peer.connects == 1


def test_a_service_that_is_away_is_a_passing_fault(mute_boris):
    Browser(f"http://127.0.0.1:{free_port()}/p").subscribe(mute_boris)
    with pytest.raises(DeliveryError) as fault:
        webpush.deliver(page(mute_boris).deliveries.get())
    assert not fault.value.permanent


@pytest.mark.parametrize(("p256dh", "auth"), [("BAAA", "AAAA"), ("!", "?"), ("B" * 87, "A" * 22)])
def test_unusable_keys_are_refused_for_good(mute_boris, browser, p256dh, auth):
    save_push_subscription(mute_boris, browser.endpoint, p256dh, auth)
    with pytest.raises(DeliveryError) as refusal:
        webpush.deliver(page(mute_boris).deliveries.get())
    assert refusal.value.permanent


def test_the_token_outlives_the_call_and_not_the_day(delivery, push_service):
    with time_machine.travel("2026-11-24T00:00:00Z", tick=False):
        headers = webpush._headers("https://fcm.googleapis.com/fcm/send/x", delivery)
    assert headers["Authorization"].startswith("vapid t=")


ALLOWED = [
    "https://fcm.googleapis.com/fcm/send/abc:APA91-_x",
    "https://web.push.apple.com/QGuQyavXutnMH",
    "https://updates.push.services.mozilla.com/wpush/v2/gAAAA",
    "https://updates.push.services.mozilla.com:443/wpush/v2/gAAAA",
    "https://db5p.notify.windows.com/w/?token=BQYA%2b%3d",
    "http://127.0.0.1:9/push",
]
REFUSED = [
    "http://fcm.googleapis.com/fcm/send/abc",
    "https://fcm.googleapis.com:8443/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://evilfcm.googleapis.com/x",
    "https://evil-push.apple.com/x",
    "https://googleapis.com/x",
    "https://fcm.googleapis.com@127.0.0.1/x",
    "https://fcm.googleapis.com\\@127.0.0.1/x",
    "https://fcm.googleapis.com",
    "https://fcm.googleapis.com/\r\nHost: x",
    "https://fcm.googleapis.com/x ",
    " https://fcm.googleapis.com/x",
    "https://FCM.googleapis.com/x",
    "https://fcm.googleapis.com。evil.example/x",
    "https://ｆcm.googleapis.com/x",
    "https://169.254.169.254/latest/meta-data/",
    "https://10.0.0.1/x",
    "https://0x7f000001/x",
    "https://2130706433/x",
    "https://127.1/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[::1]/x",
    "https://user:pw@fcm.googleapis.com/x",
    "ftp://fcm.googleapis.com/x",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "//fcm.googleapis.com/x",
    "",
]


@pytest.mark.parametrize("endpoint", ALLOWED)
def test_push_services_are_called(endpoint):
    assert is_allowed(endpoint)


@pytest.mark.parametrize("endpoint", REFUSED)
def test_nothing_else_is_called(endpoint):
    assert not is_allowed(endpoint)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_loopback_is_for_the_demo_alone(settings, host):
    settings.SOBANI_ENV = "production"
    assert not is_allowed(f"http://{host}:9/push")
    assert not is_allowed(f"https://{host}/push")
