"""What each part of an alarm costs, from its tap to its end, with every job that follows from it.

All do the same one after the other: press, press again, climb, acknowledge, close. Each part ends
when nothing is due any more. CPU, WAL and fsyncs are of one round, statements of another.
"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.db.models.functions import Now

from bench.client import Client, request
from bench.figures import Figure, say, sized
from bench.fixtures import Phone, staffed
from bench.meter import FLUSHED, Meter, Reading, costs, statements, statements_logged
from bench.moves import (
    LADDER,
    Move,
    answer_for_everybody,
    are_made,
    evenly,
    moved_to,
    moves_of,
    wait_until,
)
from bench.processes import AppProcesses, app_processes
from bench.tap_to_page import signed_in
from bench.taps import send_evenly, tap_of
from incidents.models import Incident
from jobs.clock import database_now
from jobs.models import Job
from people.models import Employee
from tenants.context import run_in
from tenants.models import Company

RATE = 20
SOON = timedelta(seconds=FLUSHED + 2)
"""Moves are set before the meter is read, and come due after that."""
LATER = timedelta(hours=1)
CSRF = "c" * 32
PROCESSES = ("web", "servers", "timekeeper", "worker")


@dataclass(frozen=True, slots=True)
class Caller:
    company: Company
    phone: Phone


Callers = Sequence[Caller]
Work = Callable[[], None]


def figures() -> Iterator[Figure]:
    warm_up, count, fewer = 10, sized(100, 10), sized(20, 5)
    callers = _callers(warm_up + count + fewer)
    with app_processes(workers=1) as ours:
        say("warming up")
        for step in STEPS.values():
            step(ours, callers[:warm_up])()
        used = _measured(Meter(partial(costs, ours)), ours, callers[warm_up : warm_up + count])
        with statements_logged():
            sent = _measured(Meter(statements), ours, callers[warm_up + count :])
    for name in STEPS:
        yield from _of_step(name, used[name], sent[name])
    cpu = {name: _milliseconds(reading) for name, reading in used.items()}
    tap = (cpu["opening tap"] + cpu["joining tap"]) / 2
    yield Figure("tap, half opening, half joining: CPU", tap, "ms", "<= 15", f"n={count}")
    again = cpu["close"] + cpu["opening tap"]
    yield Figure("close and a new alarm: CPU", again, "ms", "<= 40")


def _callers(count: int) -> list[Caller]:
    """Without those who answer: nobody acknowledges an alarm of her own."""
    callers: list[Caller] = []
    companies = staffed("cost", -(-count // (30 - len(LADDER))))
    for company, phones in companies:
        run_in(company, answer_for_everybody)
        answering = Employee.objects.filter(user__username__in=LADDER)
        theirs = run_in(company, list, answering.values_list("number", flat=True))
        callers += [Caller(company, phone) for phone in phones if phone.number not in theirs]
    return callers[:count]


def _measured(meter: Meter, ours: AppProcesses, callers: Callers) -> dict[str, Reading]:
    found = {}
    for name, step in STEPS.items():
        say(name)
        found[name] = meter.used(step(ours, callers), len(callers))
    return found


def _of_step(name: str, used: Reading, sent: Reading) -> Iterator[Figure]:
    cpu = {part: used[part] * 1000 for part in PROCESSES}
    yield Figure(f"{name}: CPU", _milliseconds(used), "ms", note=_parts(cpu))
    yield Figure(f"{name}: statements", sum(sent.values()), "", note=_parts(sent))
    yield Figure(f"{name}: fsyncs", used["fsyncs"], "")
    yield Figure(f"{name}: WAL", used["wal"] / 1000, "kB")


def _milliseconds(used: Reading) -> float:
    return sum(used[part] for part in PROCESSES) * 1000


def _parts(reading: Reading) -> str:
    return ", ".join(f"{part} {value:.3g}" for part, value in reading.items())


# The parts of an alarm. Each prepares what is not measured and returns the work.


def press(ours: AppProcesses, callers: Callers) -> Work:
    """No alarm of the step before is called on meanwhile."""
    _later(callers)
    return partial(_send, ours, [tap_of(caller.phone) for caller in callers])


def climb(_ours: AppProcesses, callers: Callers) -> Work:
    moves = _moves(callers)
    start = database_now() + SOON
    moves = moved_to(moves, evenly(len(moves), start, len(moves) / RATE))

    def work() -> None:
        wait_until(lambda: are_made(moves))
        wait_until(_nothing_is_due)

    return work


def _moves(callers: Callers) -> list[Move]:
    companies = _companies(callers)
    return [move for company in companies for move in run_in(company, moves_of, company)]


def _later(callers: Callers) -> None:
    moves = _moves(callers)
    moved_to(moves, [database_now() + LATER] * len(moves))


def acknowledge(ours: AppProcesses, callers: Callers) -> Work:
    """As boris's page does it, and draws the answer."""
    cookies = asyncio.run(_cookies(ours, callers))
    forms = [
        request(
            "POST",
            f"/portal/incidents/{incident}/acknowledge/",
            host=caller.phone.host,
            headers=[
                f"Cookie: {cookies[caller.company.schema]}; csrf={CSRF}",
                f"X-CSRFToken: {CSRF}",
                "HX-Request: true",
            ],
        )
        for caller, incident in _open(callers)
    ]
    return partial(_send, ours, forms)


def close(ours: AppProcesses, callers: Callers) -> Work:
    closing = [
        request(
            "POST",
            f"/api/v1/incidents/{incident}/close",
            host=caller.phone.host,
            token=caller.phone.token,
            body={"outcome": "safe"},
        )
        for caller, incident in _open(callers)
    ]
    return partial(_send, ours, closing)


STEPS: dict[str, Callable[[AppProcesses, Callers], Work]] = {
    "opening tap": press,
    "joining tap": press,
    "climb": climb,
    "acknowledge": acknowledge,
    "close": close,
}


def _send(ours: AppProcesses, requests: list[bytes]) -> None:
    done = asyncio.run(send_evenly("requests", ours.port, requests, len(requests) / RATE))
    assert all(one.is_ok for one in done), {one.status for one in done}
    wait_until(_nothing_is_due)


def _nothing_is_due() -> bool:
    """In both lanes."""
    due = Job.objects.filter(due_at__lte=Now()).exclude(state=Job.State.DEAD)
    return not due.exists()


def _companies(callers: Callers) -> list[Company]:
    return list({caller.company.pk: caller.company for caller in callers}.values())


def _open(callers: Callers) -> Iterator[tuple[Caller, UUID]]:
    """Each with the alarm that is open."""
    opened = Incident.objects.open().values_list("reporter__number", "public_id")
    known = {one.pk: dict(run_in(one, list, opened.all())) for one in _companies(callers)}
    for caller in callers:
        yield caller, known[caller.company.pk][caller.phone.number]


async def _cookies(ours: AppProcesses, callers: Callers) -> dict[str, str]:
    client = Client(ours.port)
    schemas = [company.schema for company in _companies(callers)]
    cookies = {schema: await signed_in(client, schema, "boris") for schema in schemas}
    client.close()
    return cookies
