"""A peer that is silent three times in a row rests; one at a time asks whether it is back."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from jobs.models import Job
from notifications.channels import email, webpush
from notifications.channels.breaker import IN_A_ROW, PROBE_EVERY, Breaker
from notifications.channels.errors import DeliveryError, NoAnswer, PeerRests
from notifications.channels.sender import Sender
from notifications.models import Delivery, Notice
from tests.notifications.conftest import Browser, let_time_pass, mail_goes_to, page, run_due
from tests.peers import Peer, free_port

MAIL, PUSH = "mail.example:25", "push.example:443"


@dataclass
class Calls:
    """Of one breaker, by a clock that stands still until it is set."""

    now: float = 0.0
    made: int = 0
    breaker: Breaker = field(init=False)

    def __post_init__(self) -> None:
        self.breaker = Breaker(lambda: self.now)

    def call(self, outcome: Exception | None = None, peer: str = MAIL) -> None:
        with self.breaker.call(peer):
            self.made += 1
            if outcome is not None:
                raise outcome

    def fail(self, outcome: Exception | None = None, peer: str = MAIL) -> None:
        with pytest.raises(Exception) as _raised:  # noqa: PT011
            self.call(outcome or NoAnswer("silent"), peer)


@pytest.fixture
def calls() -> Calls:
    return Calls()


@pytest.fixture
def rests(calls: Calls) -> Calls:
    for _ in range(IN_A_ROW):
        calls.fail()
    calls.made = 0
    return calls


def test_after_three_silences_nobody_calls(rests):
    with pytest.raises(PeerRests) as put_off:
        rests.call()
    assert rests.made == 0
    assert not put_off.value.permanent
    assert put_off.value.retry_after == PROBE_EVERY
    assert MAIL in str(put_off.value)


def test_two_silences_are_no_reason(calls):
    calls.fail()
    calls.fail()
    calls.call()
    calls.fail()
    calls.fail()
    calls.call()
    assert calls.made == 6


@pytest.mark.parametrize("refused", [DeliveryError("451"), DeliveryError("550", permanent=True)])
def test_a_refusal_is_an_answer(calls, refused):
    for _ in range(IN_A_ROW):
        calls.fail()
        calls.now += PROBE_EVERY
    calls.fail(refused)
    for _ in range(IN_A_ROW - 1):
        calls.fail()
    calls.call()
    assert calls.made == 2 * IN_A_ROW + 1


def test_a_fault_of_ours_says_nothing_of_the_peer(rests):
    rests.now += PROBE_EVERY
    rests.fail(RuntimeError("ours"))
    rests.fail()
    assert rests.made == 1
    rests.now += PROBE_EVERY
    rests.call()
    assert rests.made == 2


def test_one_probe_every_five_seconds(rests):
    for probes in (1, 2, 3):
        rests.now += PROBE_EVERY
        for _ in range(3):
            rests.fail()
        assert rests.made == probes
    rests.now += PROBE_EVERY - 0.1
    rests.fail()
    assert rests.made == 3


def test_an_answer_ends_the_rest(rests):
    rests.now += PROBE_EVERY
    for _ in range(3):
        rests.call()
    assert rests.made == 3


def test_nobody_else_calls_while_one_waits_for_the_probe(rests):
    rests.now += PROBE_EVERY
    with rests.breaker.call(MAIL):
        rests.now += 10 * PROBE_EVERY
        rests.fail()
    assert rests.made == 0
    rests.call()


def test_another_peer_is_not_meant(rests):
    rests.call(peer=PUSH)
    assert rests.made == 1


def test_of_many_threads_one_probes(rests):
    rests.now += PROBE_EVERY
    ready, over = threading.Barrier(9), threading.Event()

    def probe() -> None:
        ready.wait()
        with rests.breaker.call(MAIL):
            rests.made += 1
            over.wait()

    def press() -> None:
        try:
            probe()
        except PeerRests:
            refused.release()

    refused = threading.Semaphore(0)
    threads = [threading.Thread(target=press) for _ in range(8)]
    for thread in threads:
        thread.start()
    ready.wait()
    for _ in range(7):
        assert refused.acquire(timeout=30)
    over.set()
    for thread in threads:
        thread.join()
    assert rests.made == 1


def test_mail_that_is_put_off_was_not_tried(boris, silent_mail, rests):
    sender = Sender(within=0.2, breaker=Breaker())
    deliveries = [page(boris, dedupe=str(number)).deliveries.get() for number in range(5)]
    for delivery in deliveries[:IN_A_ROW]:
        with pytest.raises(NoAnswer):
            email.deliver(delivery, sender)
    for delivery in deliveries[IN_A_ROW:]:
        with pytest.raises(PeerRests):
            email.deliver(delivery, sender)
    assert silent_mail.connects == IN_A_ROW


def test_a_push_service_that_is_away_rests_alone(mute_boris, browser, push_service):
    breaker = Breaker()
    away = Browser(f"http://127.0.0.1:{free_port()}/p").subscribe(mute_boris)
    browser.subscribe(mute_boris)
    deliveries = page(mute_boris).deliveries.all()
    dead = deliveries.get(address=away.endpoint)
    for expected in (*[NoAnswer] * IN_A_ROW, PeerRests):
        with pytest.raises(expected):
            webpush.deliver(dead, breaker=breaker)
    webpush.deliver(deliveries.get(address=browser.endpoint), breaker=breaker)
    assert len(push_service.received) == 1


def test_keys_that_cannot_be_used_do_not_wake_a_service_that_rests(mute_boris, settings):
    """Nobody was asked, so nobody has answered."""
    settings.OUTBOUND_PRIVATE_HOSTS = ["127.0.0.1"]
    breaker = Breaker()
    subscription = Browser(f"http://127.0.0.1:{free_port()}/p").subscribe(mute_boris)
    delivery = page(mute_boris).deliveries.get()
    for _ in range(IN_A_ROW):
        with pytest.raises(NoAnswer):
            webpush.deliver(delivery, breaker=breaker)
    type(subscription).objects.update(p256dh="BAAA")
    with pytest.raises(DeliveryError) as refusal:
        webpush.deliver(delivery, breaker=breaker)
    assert refusal.value.permanent
    type(subscription).objects.update(p256dh=subscription.p256dh)
    with pytest.raises(PeerRests):
        webpush.deliver(delivery, breaker=breaker)


@pytest.fixture
def hangs_up(settings) -> Iterator[Peer]:
    """A mail server that lets everybody in and hangs up."""
    with Peer(lambda _line: None).listening() as peer:
        mail_goes_to(settings, peer.port)
        yield peer


def test_what_the_timekeeper_puts_off_costs_no_attempt_and_gets_no_older(boris, hangs_up):
    for number in range(9):
        page(boris, dedupe=str(number))
    runs = run_due()
    assert runs > hangs_up.connects == attempts()
    assert Delivery.objects.filter(state="pending", last_error__contains="rests").exists()
    Notice.objects.update(created_at=Now() - timedelta(minutes=10))
    let_time_pass()
    run_due()
    assert set(Delivery.objects.values_list("state", flat=True)) == {"failed"}
    assert hangs_up.connects == attempts()
    assert not Job.objects.filter(kind="notifications.deliver", state="pending").exists()


def attempts() -> int:
    return sum(Delivery.objects.values_list("attempts", flat=True))
