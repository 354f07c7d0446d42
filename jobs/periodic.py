"""Work that comes back: one job per company and kind, which renews itself.

The handler's run and the promise of the next one are one transaction. A timekeeper plants what is
missing once a minute, for new companies and for jobs that were given up, with one statement that
touches public tables only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction

from jobs.clock import database_now
from jobs.models import Job
from jobs.registry import Work, handler
from jobs.services import schedule

LANE = 1


@dataclass(frozen=True, slots=True)
class Periodic:
    kind: str
    every: timedelta


periodics: dict[str, Periodic] = {}

# Spread over the period by the company's key, so that a thousand companies do not come at once.
_PLANT = """
INSERT INTO public.jobs_job
  (company_id, kind, key, lane, payload, state, due_at, attempts, lease_by, last_error)
SELECT c.id, %(kind)s, %(kind)s || ':' || c.id || ':planted:' || extract(epoch FROM now())::bigint,
  %(lane)s, '{}', 'pending', now() + (c.id * 7919 %% %(seconds)s) * interval '1 second', 0, '', ''
FROM public.tenants_company c
WHERE c.kind = 'company' AND NOT EXISTS (
  SELECT FROM public.jobs_job j
  WHERE j.company_id = c.id AND j.kind = %(kind)s AND j.state IN ('pending', 'leased'))
ON CONFLICT (key) DO NOTHING"""


def periodic(kind: str, *, every: timedelta) -> Callable[[Work], Work]:
    """Run for each client company about every ``every``; the work touches the database only."""

    def register(work: Work) -> Work:
        def work_and_renew(job: Job) -> None:
            work(job)
            due_at = next_after(job.due_at, every)
            key = f"{kind}:{job.company_id}:{due_at.timestamp():.0f}"
            schedule(job.company, kind=kind, key=key, lane=LANE, due_at=due_at)

        handler(kind, lane=LANE)(work_and_renew)
        periodics[kind] = Periodic(kind, every)
        return work

    return register


def next_after(due_at: datetime, every: timedelta) -> datetime:
    """The next beat of the same rhythm that lies ahead; missed ones are not made up for."""
    missed = max(0, (database_now() - due_at) // every)
    return due_at + (missed + 1) * every


@transaction.atomic
def plant_missing() -> None:
    with connection.cursor() as cursor:
        # Two timekeepers at once would give one kind two rhythms.
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('jobs.plant', 0))")
        if not cursor.fetchone()[0]:
            return
        for one in periodics.values():
            seconds = int(one.every.total_seconds())
            cursor.execute(_PLANT, {"kind": one.kind, "lane": LANE, "seconds": seconds})
