"""What one company or peer that misbehaves costs another company: each scenario beside its quiet.

No scenario's company is in another one. One timekeeper runs, so nobody else makes up for it.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime

import psycopg
from django.conf import settings
from django.db import transaction

from accounts.models import User
from bench.client import Client, Reply, request
from bench.figures import Figure, NotRun, percentile, sized
from bench.fixtures import EMPLOYEES, Phone, staffed
from bench.moves import (
    LADDER,
    Move,
    answer_for_everybody,
    are_made,
    evenly,
    moved_to,
    nobody_is_called,
    nothing_is_due,
    raise_alarms,
    seconds_late,
    wait_until,
)
from bench.peers import SILENT, MailServer, push_service, subscribe
from bench.processes import AppProcesses, app_processes
from bench.taps import Tapped, load
from escalation.models import STEP_SECONDS, ContactRule
from jobs.clock import database_now
from jobs.models import Job
from notifications.models import Delivery
from notifications.services import DELIVER, send_notice
from tenants.context import run_in
from tenants.models import Company

STUCK = 20
SLOW = 1.9
PROBED = ("/livez", "/readyz")
COMPANIES = 14


@dataclass(frozen=True, slots=True)
class CompanyShare:
    """Some companies of a scenario and their phones, in which nobody else taps."""

    companies: list[Company]
    phones: list[Phone]

    @property
    def halves(self) -> tuple[list[Phone], list[Phone]]:
        """Half of everybody's, for the quiet time and for the other one."""
        return self.phones[::2], self.phones[1::2]


def figures() -> Iterator[Figure]:
    staffed_companies = staffed("near", COMPANIES)

    def quarter(count: int) -> CompanyShare:
        staff = [next(staffed_companies) for _number in range(count)]
        for company, _phones in staff:
            run_in(company, answer_for_everybody)
        return CompanyShare(
            [company for company, _phones in staff], [p for _one, all_ in staff for p in all_]
        )

    with ExitStack() as stack:
        mail = stack.enter_context(MailServer().running())
        service = stack.enter_context(push_service())
        ours = stack.enter_context(
            app_processes(
                environment={
                    "EMAIL_URL": f"smtp://127.0.0.1:{mail.port}",
                    "OUTBOUND_PRIVATE_HOSTS": "127.0.0.1",
                }
            )
        )
        yield from _locked_incidents(quarter(1), quarter(2))
        yield from _drills_ahead(ours, quarter(1), quarter(1))
        yield from _slow_mail(mail, quarter(2))
        yield from _silent_mail(ours, mail, service, quarter(1), quarter(2))
        yield from _stuck_transaction(ours, quarter(1), quarter(3))


@contextmanager
def held(*rows: str) -> Iterator[None]:
    """A transaction that has locked these rows and then does nothing, as of a host that is gone."""
    with psycopg.connect(settings.DATABASE_OWNER_URL) as stuck:
        for statement in rows:
            stuck.execute(f"{statement} FOR UPDATE")
        yield
        stuck.rollback()


@contextmanager
def afterwards_nobody_calls(*quarters: CompanyShare) -> Iterator[None]:
    yield
    nobody_is_called([company for share in quarters for company in share.companies])
    wait_until(nothing_is_due)


# Two locked incidents


def _locked_incidents(acme: CompanyShare, others: CompanyShare) -> Iterator[Figure]:
    with afterwards_nobody_calls(acme, others):
        locked = raise_alarms(acme.companies[0], 2)
        moves = [move for company in others.companies for move in raise_alarms(company, EMPLOYEES)]
        wait_until(nothing_is_due)
        quiet = _called(moves[::2])
        moved_to(locked, [database_now()] * 2)
        rows = f"SELECT 1 FROM {acme.companies[0].schema}.incidents_incident"
        with held(rows):
            late = _called(moves[1::2])
            waiting = 2 - len(seconds_late(locked))
    yield Figure("calls, quiet: latest", max(quiet), "s", note=f"n={len(quiet)}")
    note = f"n={len(late)}, p50 {percentile(late, 0.5):.3f}; {waiting} calls of acme waited"
    yield Figure("calls, two incidents of acme locked: latest", max(late), "s", "<= 1", note)


def _called(moves: Sequence[Move]) -> list[float]:
    """Seconds by which each was late; one that was not made within half a minute counts so."""
    seconds = sized(10, 4)
    moves = moved_to(moves, evenly(len(moves), database_now(), seconds))
    wait_until(lambda: are_made(moves), seconds + 30.0)
    late = seconds_late(moves)
    return late + [30.0] * (len(moves) - len(late))


# Drills ahead


def _drills_ahead(ours: AppProcesses, acme: CompanyShare, others: CompanyShare) -> Iterator[Figure]:
    count = sized(1_500, 200)
    real, later = [half + other for half, other in zip(acme.halves, others.halves, strict=True)]
    with afterwards_nobody_calls(acme, others):
        quiet = _told(ours, acme, others, real[::3])
        run_in(acme.companies[0], _rehearse, count)
        late = _told(ours, acme, others, later[::3])
        ahead = Job.objects.filter(kind=DELIVER, company__in=acme.companies).count()
    yield Figure("notice, quiet: latest", max(quiet), "s", note=f"n={len(quiet)}")
    note = f"n={len(late)}, acme's own among them; {ahead} drill mails still waited"
    yield Figure(f"notice, {count} drill mails of acme ahead", max(late), "s", "<= 2", note)


@transaction.atomic
def _rehearse(count: int) -> None:
    people = list(User.objects.filter(username__in=LADDER))
    for number in range(count):
        send_notice(
            recipient=people[number % len(people)],
            kind="alarm",
            title="訓練",
            path="/portal/",
            drill=True,
            dedupe=f"rehearsed:{number}",
        )


def _told(
    ours: AppProcesses, acme: CompanyShare, others: CompanyShare, phones: list[Phone]
) -> list[float]:
    begin = database_now()
    asyncio.run(load(ours.port, phones, sized(5, 2)))
    return _handed_over([*acme.companies, *others.companies], begin, "email")


def _handed_over(companies: Sequence[Company], begin: datetime, channel: str) -> list[float]:
    """Seconds from a real notice's row, of whatever was told since, until somebody has taken it;
    one that nobody has taken within half a minute counts so."""
    since = Delivery.objects.filter(
        channel=channel, notice__created_at__gte=begin, notice__drill=False
    )
    moments = since.values_list("notice__created_at", "handed_over_at")

    def found() -> list[tuple[datetime, datetime | None]]:
        return [pair for company in companies for pair in run_in(company, list, moments.all())]

    wait_until(lambda: all(handed for _created, handed in found()), 30.0)
    return [(handed - created).total_seconds() if handed else 30.0 for created, handed in found()]


# A slow mail server


def _slow_mail(mail: MailServer, others: CompanyShare) -> Iterator[Figure]:
    """Two companies, so that every sender has something to do."""
    each = sized(9, 3)
    for pause in (0.0, SLOW):
        mail.pause, before = pause, len(mail.received)
        for company in others.companies:
            run_in(company, _page, each, str(pause))
        start = time.monotonic()
        wait_until(_no_delivery_is_left, 120.0)
        took = time.monotonic() - start
        mail.pause = 0.0
        wait_until(_no_delivery_is_left)
        came = Counter(mail.received[before:])
        wanted = each * len(others.companies)
        name = f"mail server, {pause:.1f} s a reply"
        note = f"{wanted} mails, {len(came)} came, all settled after {took:.1f} s"
        wrong = came.total() - len(came) + wanted - len(came)
        yield Figure(f"{name}: came twice or not at all", wrong, "", "<= 0", note)


@transaction.atomic
def _page(count: int, name: str) -> None:
    boris = User.objects.get(username="boris")
    for number in range(count):
        send_notice(
            recipient=boris,
            kind="alarm",
            title="通報",
            path="/portal/",
            dedupe=f"paged:{name}:{number}",
        )


def _no_delivery_is_left() -> bool:
    """Neither now nor in a retry."""
    left = Job.objects.filter(kind=DELIVER, lane=0)
    return not left.exclude(state=Job.State.DEAD).exists()


# A silent mail server


def _silent_mail(
    ours: AppProcesses, mail: MailServer, service: str, acme: CompanyShare, others: CompanyShare
) -> Iterator[Figure]:
    """Both companies' mails go there; the other one's people have browsers as well. Acme's ladders
    climb as fast as a rule allows."""
    run_in(acme.companies[0], ContactRule.objects.update, step_seconds=STEP_SECONDS[0])
    for company in others.companies:
        run_in(company, _subscribe_everybody, service)
    quiet_phones, later = others.halves
    with afterwards_nobody_calls(acme, others):
        quiet = _pushed(ours, others, quiet_phones)
        mail.pause = SILENT
        asyncio.run(load(ours.port, acme.phones, 1.0))
        late = _pushed(ours, others, later)
        hanging = Job.objects.filter(kind=DELIVER, crew="email").count()
        mail.pause = 0.0
    for name, part in (("p50", 0.5), ("p95", 0.95)):
        silent, usual = percentile(late, part), percentile(quiet, part)
        note = f"{silent:.3f} s, quiet {usual:.3f} s, n={len(late)}; {hanging} mails hang"
        reach = "<= 2" if part > 0.9 else ""
        yield Figure(
            f"push beside a silent mail server / quiet: {name}", silent / usual, "x", reach, note
        )


def _subscribe_everybody(service: str) -> None:
    for user in User.objects.filter(username__in=LADDER):
        subscribe(user, service)


def _pushed(ours: AppProcesses, others: CompanyShare, phones: list[Phone]) -> list[float]:
    begin = database_now()
    asyncio.run(load(ours.port, phones, sized(30, 5)))
    return _handed_over(others.companies, begin, "webpush")


# A stuck transaction


@dataclass(frozen=True, slots=True)
class Beside:
    """What others lived through while acme's taps waited."""

    taps: list[Tapped]
    acme: list[Tapped]
    probes: list[tuple[Reply, float]]


def _stuck_transaction(
    ours: AppProcesses, acme: CompanyShare, others: CompanyShare
) -> Iterator[Figure]:
    quiet_phones, later = others.halves
    schema, seconds = acme.companies[0].schema, sized(15, 5)
    quiet = asyncio.run(load(ours.port, quiet_phones, seconds))
    known = asyncio.run(_probe(ours.port, 0.1))
    with held(f"SELECT 1 FROM {schema}.people_device", f"SELECT 1 FROM {schema}.people_employee"):
        stuck = asyncio.run(_beside(ours.port, acme.phones[:STUCK], later, seconds))
    usual, late = [percentile([tap.took for tap in taps], 0.95) for taps in (quiet, stuck.taps)]
    note = f"{late:.3f} s, quiet {usual:.3f} s, n={len(stuck.taps)}; {_statuses(stuck.taps)}"
    name = f"tap beside {STUCK} of acme that wait"
    yield Figure(f"{name} / quiet: p95", late / usual, "x", "<= 2", note)
    errors = sum(not tap.is_ok for tap in stuck.taps)
    yield Figure(f"{name}: errors", errors, "", "<= 0", f"acme's own: {_statuses(stuck.acme)}")
    if any(reply.status == 404 for reply, _took in known):
        raise NotRun(f"this copy has no {' and '.join(PROBED)} yet")
    slowest = max(took for _reply, took in stuck.probes)
    bad = sum(not reply.is_ok for reply, _took in stuck.probes)
    note = f"n={len(stuck.probes)}, {bad} without a good answer"
    yield Figure(f"{' and '.join(PROBED)} meanwhile: slowest", slowest, "s", "<= 1", note)


def _statuses(taps: Sequence[Tapped]) -> str:
    counts = Counter(tap.status for tap in taps)
    return ", ".join(f"{count} x {status or 'no answer'}" for status, count in counts.items())


async def _beside(port: int, acme: list[Phone], others: list[Phone], seconds: float) -> Beside:
    waiting = asyncio.create_task(load(port, acme, 0.5))
    await asyncio.sleep(1.0)
    probing = asyncio.create_task(_probe(port, seconds))
    taps = await load(port, others, seconds)
    return Beside(taps, await waiting, await probing)


async def _probe(port: int, seconds: float) -> list[tuple[Reply, float]]:
    client, until = Client(port), time.perf_counter() + seconds
    times = []
    while (start := time.perf_counter()) < until:
        for path in PROBED:
            reply = await client.send(request("GET", path, host="127.0.0.1"))
            times.append((reply, time.perf_counter() - start))
            start = time.perf_counter()
        await asyncio.sleep(0.2)
    client.close()
    return times
