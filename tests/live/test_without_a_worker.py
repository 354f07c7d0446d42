"""While no worker runs, what may wait waits: the broker's queue stays short, health says so, and
the next worker does all of it. `make prove chaos` leaves them away for ten minutes."""

import os
import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from aiosmtpd.controller import Controller

from accounts.models import User
from jobs.models import Job
from jobs.worker import AT_ONCE, MOST_MESSAGES, messages_waiting
from notifications.models import Delivery
from notifications.services import send_notice
from tenants.context import run_in
from tests.live.conftest import Live, free_port
from tests.support.workers import Worker

PROVE = bool(os.environ.get("PROVE"))
AWAY = 600.0 if PROVE else 0.0
NOTICES = 2_000 if PROVE else 400
SEEN_WITHIN = 60.0
DONE_WITHIN = 300.0 if PROVE else 90.0


class Mailbox:
    """Accepts everything."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        lines = envelope.content.decode().splitlines()
        self.ids.append(next(line for line in lines if line.startswith("Message-ID")))
        return "250 OK"


@pytest.fixture
def worker() -> Iterator[tuple[Worker, Mailbox]]:
    worker, mailbox = Worker(free_port()), Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=worker.mail_port)
    controller.start()
    worker.start()
    yield worker, mailbox
    worker.kill()
    controller.stop()


def worker_is_seen(live: Live) -> bool:
    address = f"http://127.0.0.1:{live.server.port}/health/"
    checks = requests.get(address, headers={"Host": "localhost"}, timeout=10).json()["checks"]
    return bool(checks["worker"]["ok"])


def notices_that_may_wait(number: int) -> None:
    boris = User.objects.get(username="boris")
    boris.email = "boris@away.example"
    boris.save()
    for one in range(number):
        send_notice(
            recipient=boris,
            kind="test",
            title="x",
            path="/portal/",
            dedupe=f"away:{one}",
            lane=1,
        )


def until(holds: Any, seconds: float) -> None:
    latest = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < latest, f"not within {seconds:.0f} s"
        time.sleep(0.2)


@pytest.mark.timeout(AWAY + DONE_WITHIN + 120)
def test_a_worker_that_is_away_is_seen_and_nothing_is_lost(
    live: Live, worker: tuple[Worker, Mailbox]
) -> None:
    process, mailbox = worker
    until(lambda: worker_is_seen(live), 30)
    process.kill()
    run_in(live.company, lambda: notices_that_may_wait(NOTICES))

    gone = time.monotonic()
    until(lambda: not worker_is_seen(live), SEEN_WITHIN)
    waiting = [messages_waiting() or 0]
    while time.monotonic() - gone < AWAY:
        waiting.append(messages_waiting() or 0)
        time.sleep(0.2)
    assert 0 < max(waiting) < MOST_MESSAGES + AT_ONCE

    process.start()
    until(lambda: run_in(live.company, lambda: everything_is_sent()), DONE_WITHIN)
    assert len(set(mailbox.ids)) == NOTICES
    assert not Job.objects.filter(company_id=live.company.pk, lane=1, state=Job.State.DEAD).exists()


def everything_is_sent() -> bool:
    sent = Delivery.objects.filter(channel=Delivery.Channel.EMAIL, state=Delivery.State.HANDED_OVER)
    return sent.count() >= NOTICES
