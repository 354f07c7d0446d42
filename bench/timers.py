"""Moves that come due evenly within a minute, with two timekeepers of which one is killed.

Each is a real call of the second person on an incident's ladder, with its notice, which a mail
server takes meanwhile. Then what a claim costs with many jobs ahead, and after many were done that
an old transaction could still see.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from bench.claims import claim_figures
from bench.figures import Figure, percentile, progress, say, sized
from bench.fixtures import EMPLOYEES, staffed
from bench.moves import (
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
from bench.processes import AppProcesses, app_processes, cpu_used
from incidents.models import IncidentEvent
from jobs.clock import database_now
from jobs.models import Heartbeat, Job
from notifications.models import Delivery, Notice
from tenants.context import run_in
from tenants.models import Company

AN_HOUR = timedelta(hours=1)
SOON = timedelta(seconds=5)
KEEPERS = 2


def figures() -> Iterator[Figure]:
    seconds = sized(60, 6)
    companies = [company for company, _phones in staffed("timers", sized(100, 10))]
    moves = _in_turn(companies)
    with app_processes(timekeepers=KEEPERS) as ours:
        say("waiting for the timekeepers")
        wait_until(lambda: Heartbeat.objects.count() == KEEPERS)
        before = ours.cpu_seconds()
        moves = moved_to(moves, evenly(len(moves), database_now() + SOON, seconds))
        killed_at = _kill_one(ours, moves)
        wait_until(lambda: are_made(moves), 10 * seconds)
        wait_until(nothing_is_due)
        cpu, parts = cpu_used(ours, before, len(moves))
    yield from _moved(moves, f"{len(moves)} moves in {seconds} s", killed_at)
    yield from _handed_over(companies, moves[0].due_at)
    yield Figure("CPU a move, its notice included", cpu, "ms", note=parts)
    nobody_is_called(companies)
    yield from claim_figures(companies)


def _in_turn(companies: Sequence[Company]) -> list[Move]:
    """One of each company after the other, none of them due yet. Whatever else their opening has
    promised, first calls included, is no part of the minute."""
    theirs: list[list[Move]] = []
    for company in progress("thirty alarms each", companies, len(companies)):
        run_in(company, answer_for_everybody)
        moves = raise_alarms(company, EMPLOYEES)
        theirs.append(moved_to(moves, [move.due_at + AN_HOUR for move in moves]))
    Job.objects.filter(company__in=companies).exclude(kind="escalation.move").delete()
    return [move for turn in zip(*theirs, strict=True) for move in turn]


def _kill_one(ours: AppProcesses, moves: Sequence[Move]) -> datetime:
    """Of the timekeepers, in the middle."""
    middle = moves[len(moves) // 2].due_at
    while (now := database_now()) < middle:
        time.sleep(min(1.0, (middle - now).total_seconds()))
    ours.timekeepers[0].kill()
    return now


def _moved(moves: Sequence[Move], name: str, killed_at: datetime) -> Iterator[Figure]:
    late = seconds_late(moves)
    before = seconds_late([move for move in moves if move.due_at < killed_at - SOON / 2])
    lines, notices = _effects(moves)
    twice = sum(count - 1 for count in [*lines.values(), *notices.values()])
    people = Counter(incident for incident, _person in notices)
    lost = sum(
        not lines[incident] or people[incident] < 2
        for incident in {move.incident for move in moves}
    )
    yield Figure(f"{name}: late, p50", percentile(late, 0.5), "s", note=f"n={len(late)}")
    note = f"before a timekeeper was killed: {percentile(before, 0.99):.3f}"
    yield Figure(f"{name}: late, p99", percentile(late, 0.99), "s", "<= 1", note)
    yield Figure(f"{name}: late, max", max(late), "s")
    yield Figure(
        "made twice", twice, "", "<= 0", f"{lines.total()} calls, {notices.total()} notices"
    )
    yield Figure("lost", lost, "", "<= 0")


def _effects(moves: Sequence[Move]) -> tuple[Counter[UUID], Counter[tuple[UUID | None, int]]]:
    """How often somebody was called in each incident, and how often each person was told of it."""
    lines: Counter[UUID] = Counter()
    sent: Counter[tuple[UUID | None, int]] = Counter()
    for company in {move.company for move in moves}:
        calls = IncidentEvent.objects.filter(kind="climbed")
        notices = Notice.objects.filter(kind="alarm")
        lines.update(run_in(company, list, calls.values_list("incident__public_id", flat=True)))
        sent.update(run_in(company, list, notices.values_list("incident_id", "recipient_user_id")))
    return lines, sent


def _handed_over(companies: Sequence[Company], begin: datetime) -> Iterator[Figure]:
    """Of the calls' notices: from the row until the mail server has it."""
    theirs = Delivery.objects.filter(notice__created_at__gte=begin, handed_over_at__isnull=False)
    took = theirs.values_list(F("handed_over_at") - F("notice__created_at"), flat=True)
    waits = [wait.total_seconds() for company in companies for wait in run_in(company, list, took)]
    note = f"n={len(waits)}"
    yield Figure("their notices handed over: p99", percentile(waits, 0.99), "s", note=note)
