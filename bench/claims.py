"""What a claim costs a timekeeper: with many jobs ahead, and after many were done that an old
transaction could still see."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.conf import settings
from django.db import connection

from bench.figures import Figure, percentile, progress, sized
from jobs.claims import Claim, Marks, claim
from jobs.models import Job
from jobs.registry import CLOCK, handler
from jobs.runs import CLOCK_LEASE, run
from tenants.models import Company

KIND = "bench.nothing"
CLAIMS = 200
A_SECOND = 50
"""Jobs that were done: as many as moves of the minute."""
WANTED = Claim(0, [CLOCK], "bench", CLOCK_LEASE, most=4)

_PLANT = """
INSERT INTO public.jobs_job (company_id, kind, key, lane, crew, urgency, payload, state, due_at)
SELECT (%(companies)s::bigint[])[1 + n %% cardinality(%(companies)s::bigint[])], %(kind)s,
  %(prefix)s || n, 0, %(crew)s, 0, '{}', 'pending',
  clock_timestamp() + (%(from)s + n * %(every)s) * interval '1 second'
FROM generate_series(0, %(count)s - 1) AS n"""


def claim_figures(companies: Sequence[Company]) -> Iterator[Figure]:
    handler(KIND, lane=0)(lambda _job: None)
    ahead, done = sized(60_000, 5_000), sized(20_000, 1_000)
    _plant(companies, "ahead", ahead, start=3600.0, every=0.1)
    marks = Marks()
    nothing = _claims(marks)
    _plant(companies, "due", CLAIMS, start=-60.0, every=0.001)
    one_crew = [
        _timed_claim(Claim(0, [CLOCK], "bench", CLOCK_LEASE), Marks()) for _n in range(CLAIMS)
    ]
    note = f"nothing is due; SELECT 1: {_least():.3g} ms"
    yield Figure(f"claim, {ahead} jobs ahead: p50", nothing, "ms", "<= 1", note)
    yield Figure(
        "claim that takes a job: p50", percentile(one_crew, 0.5), "ms", note=f"{CLAIMS} due"
    )
    yield from _under_an_old_snapshot(companies, done, marks)


def _under_an_old_snapshot(
    companies: Sequence[Company], count: int, marks: Marks
) -> Iterator[Figure]:
    before, whole = _claims(marks), _claims()
    _plant(companies, "done", count, start=-count / A_SECOND, every=1 / A_SECOND)
    with old_snapshot():
        for _turn in progress("jobs done under an old snapshot", _run_all(marks), count):
            pass
        after, whole_after = _claims(marks), _claims()
    name = f"claim after {count} done under an old snapshot"
    yield Figure(f"{name} / before", after / before, "x", "<= 3", f"{after:.3g} ms")
    note = f"{whole_after:.3g} ms; once a second from the beginning, whatever was rung"
    yield Figure("the same of the full look", whole_after / whole, "x", note=note)


def _claims(marks: Marks | None = None) -> float:
    """Milliseconds, the median of many: with marks as the timekeeper claims when it is rung,
    without them as it looks once a second."""
    return percentile([_timed_claim(WANTED, marks or Marks()) for _n in range(CLAIMS)], 0.5)


def _timed_claim(wanted: Claim, marks: Marks) -> float:
    start = time.perf_counter()
    claim(wanted, marks)
    return (time.perf_counter() - start) * 1000


def _least() -> float:
    """Of any statement, in the same milliseconds."""
    took = []
    for _n in range(CLAIMS):
        start = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchall()
        took.append((time.perf_counter() - start) * 1000)
    return percentile(took, 0.5)


def _run_all(marks: Marks) -> Iterator[Job]:
    while jobs := claim(WANTED, marks):
        for job in jobs:
            run(job)
            yield job


def _plant(
    companies: Sequence[Company], prefix: str, count: int, *, start: float, every: float
) -> None:
    """From ``start`` seconds from now on, one after the other."""
    values: dict[str, Any] = {
        "companies": [company.pk for company in companies],
        "kind": KIND,
        "crew": CLOCK,
        "prefix": f"{KIND}:{prefix}:",
        "from": start,
        "every": every,
        "count": count,
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLANT, values)


@contextmanager
def old_snapshot() -> Iterator[None]:
    """A transaction that goes on and sees everything as it was, such as a backup."""
    with psycopg.connect(settings.DATABASE_OWNER_URL) as other:
        other.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        other.execute("SELECT count(*) FROM public.jobs_job")
        yield
        other.rollback()
