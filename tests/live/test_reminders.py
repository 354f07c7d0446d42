"""Reminders and care notices reach everybody once in effect, no matter who is killed and when.

The mail server's own ledger is the witness. A mail that was accepted just before its sender died
is sent again under the same Message-ID, which mail programs show once.
"""

import os
import random
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.db.models import F, Value
from django.db.models.functions import Concat, Now
from django.utils import timezone

from jobs.models import Job
from jobs.services import schedule
from notifications.models import Delivery, Notice
from people.models import Employee, WorkPattern
from tenants.context import run_in
from tests.live.conftest import Live, free_port
from tests.support.workers import Worker
from wellbeing.daily import asked_people, local_now

KILLS_AFTER_SEND = 3
PATIENCE = 90


@dataclass
class Ledger:
    """Accepts everything; now and then the sender is dead before it hears so."""

    worker: Worker
    accepted: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Message-IDs by recipient."""
    kill_at: set[int] = field(default_factory=set)
    killed_after_send: int = 0

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        text = envelope.content.decode()
        message_id = next(line for line in text.splitlines() if line.startswith("Message-ID"))
        self.accepted[envelope.rcpt_tos[0]].append(message_id)
        if sum(map(len, self.accepted.values())) in self.kill_at:
            self.killed_after_send += 1
            assert self.worker.process
            self.worker.process.kill()
        return "250 OK"


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    worker = Worker(free_port())
    found = Ledger(worker, kill_at={2, 7, 13})
    controller = Controller(found, hostname="127.0.0.1", port=worker.mail_port)
    controller.start()
    yield found
    worker.kill()
    controller.stop()


def everybody_has_mail_and_has_begun_work(live: Live) -> None:
    address = Concat(F("number"), Value(f"@{live.company.schema}.example"))
    Employee.objects.update(email=address)
    begun = local_now() - timedelta(minutes=31)
    for employee in Employee.objects.all():
        WorkPattern.objects.create(
            employee=employee,
            weekdays=list(range(7)),
            starts_at=begun.time(),
            ends_at=(begun + timedelta(hours=9)).time(),
        )
        if employee.user:
            type(employee.user).objects.filter(pk=employee.user.pk).update(
                email=f"care-{employee.number}@{live.company.schema}.example"
            )


def plant(live: Live, kind: str) -> None:
    """Twice, as if two timekeepers had each begun a rhythm."""
    for number in range(2):
        key = f"{kind}:{live.company.pk}:test{number}"
        schedule(live.company, kind=kind, key=key, lane=1, due_at=timezone.now())


def leases_run_out(live: Live) -> None:
    """As minutes do; only what a dead worker held, or had not begun, is still on its way."""
    on_its_way = [Job.State.LEASED, Job.State.HANDED]
    Job.objects.filter(company_id=live.company.pk, state__in=on_its_way).update(
        lease_until=Now() - timedelta(seconds=1)
    )


def is_all_told(live: Live) -> bool:
    def told() -> bool:
        sent = Delivery.objects.exclude(state=Delivery.State.PENDING).count()
        return sent > 0 and sent == Delivery.objects.count()

    rounds = Job.objects.filter(company_id=live.company.pk, key__contains=":test")
    to_come = rounds.filter(state=Job.State.PENDING, due_at__gt=Now())
    return to_come.count() == rounds.count() and run_in(live.company, told)


def tell_all(live: Live, ledger: Ledger) -> None:
    """Until everybody is told, killing the timekeeper or the worker every few seconds."""
    chance, kills = random.Random(3), int(os.environ.get("PROVE_KILLS", "3"))
    ledger.worker.start()
    latest = time.monotonic() + PATIENCE + 6 * kills
    next_kill = time.monotonic() + 3
    while not is_all_told(live) or kills:
        assert time.monotonic() < latest, "somebody is still not told"
        if kills and time.monotonic() > next_kill:
            kills -= 1
            next_kill = time.monotonic() + chance.uniform(2, 4)
            kill_one(live, ledger.worker, chance)
        if ledger.worker.is_dead:
            ledger.worker.start()
            leases_run_out(live)
        time.sleep(0.1)


def kill_one(live: Live, worker: Worker, chance: random.Random) -> None:
    if chance.random() < 0.5:
        live.server.kill("timekeeper")
        live.server.start()
    else:
        worker.kill()


def test_everybody_is_reminded_once_though_workers_and_timekeepers_are_killed(
    live: Live, ledger: Ledger
) -> None:
    run_in(live.company, everybody_has_mail_and_has_begun_work, live)
    for kind in ("wellbeing.remind", "wellbeing.daily"):
        plant(live, kind)
    tell_all(live, ledger)

    people = run_in(live.company, lambda: {one.email for one in asked_people()})
    notices = run_in(live.company, lambda: Counter(Notice.objects.values_list("kind", flat=True)))
    domain = f"@{live.company.schema}.example"
    mails = {to: found for to, found in ledger.accepted.items() if to.endswith(domain)}
    reminders = {to: found for to, found in mails.items() if not to.startswith("care-")}
    cares = [one for to, found in mails.items() if to.startswith("care-") for one in found]
    assert set(reminders) == people
    assert {len(set(found)) for found in reminders.values()} == {1}
    assert len(set(cares)) == notices["care"]
    assert notices["check_in"] == len(people)
    # The control: some were accepted and never marked, so they came twice under one name.
    assert ledger.killed_after_send == KILLS_AFTER_SEND
    assert sum(map(len, mails.values())) > len(people) + len(set(cares))
