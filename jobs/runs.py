"""Running claimed jobs. Every word about a job carries its claim: the holder and the attempt; what
an older holder says is void."""

import logging
import random
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from psycopg.errors import LockNotAvailable

from jobs.claims import LAZILY, MOST_FAILURES, Claim, claim, free_overdue
from jobs.models import Job, Urgency
from jobs.registry import CLOCK, WORKER, Handler, LastWord, Retry, handlers, sender_crews
from tenants.context import run_in

logger = logging.getLogger("jobs")

CLOCK_LEASE = timedelta(seconds=10)
SENDER_LEASE = timedelta(seconds=30)
"""Longer than any dialogue with a peer may take."""
WORKER_LEASE = timedelta(seconds=60)
HANDING_OVER = timedelta(seconds=60)
SUSPENDED_REST = timedelta(minutes=10)
LOCKED_REST = timedelta(seconds=1)

_HELD = "public.hold_job(%s, %s, %s)"
"""The job's id, if the claim under which it runs is the last one."""
_HOLD = f"SELECT {_HELD}"
_DONE = f"SELECT public.settle_jobs(ARRAY[{_HELD}], 'done')"
_DONE_LAZILY = f"{_DONE}, {LAZILY}"
_NOTHING = LastWord("SELECT", ())
_COME_BACK = f"""
UPDATE public.jobs_job SET state = 'pending', failures = 0, lease_until = NULL,
  due_at = due_at + %s * (1 + greatest(0, floor(
    extract(epoch FROM clock_timestamp() - due_at) / extract(epoch FROM %s::interval))))
WHERE id = (SELECT {_HELD}) RETURNING id"""  # noqa: S608 - our own words


class Overtaken(Exception):
    """Somebody else holds the job by now."""


def run_next(lane: int, me: str) -> bool:
    """Run a due job of a lane; False when there is none."""
    free_overdue()
    jobs = claim(Claim(lane, [CLOCK, *sender_crews(), WORKER], me, SENDER_LEASE))
    for job in jobs:
        run(job)
    return bool(jobs)


def run_handed(job_id: int, attempt: int, me: str) -> None:
    """Run the job of a worker's message; an older message is void."""
    handed = Job.objects.filter(pk=job_id, attempts=attempt, state=Job.State.HANDED)
    taken = handed.update(state=Job.State.LEASED, lease_by=me, lease_until=Now() + WORKER_LEASE)
    if taken:
        run(Job.objects.select_related("company").get(pk=job_id))


def run(job: Job) -> None:
    """Run a claimed job. Every failure, at the commit too, is noted on it."""
    handler = handlers[job.kind]
    try:
        # Jobs of a suspended company wait until it is back.
        if job.company.is_suspended and handler.rests:
            raise Retry(SUSPENDED_REST)
        run_in(job.company, _call_out if handler.calls_out else _run_inside, job, handler)
    except Overtaken:
        logger.warning("jobs.overtaken", extra={"job": job.pk, "kind": job.kind})
    except Exception as error:
        _put_back(job, handler, error)


def _call_out(job: Job, handler: Handler) -> None:
    """Work, and mark it done together with its last word. Nobody waits for the disk: what a crash
    of the database forgets is repeated, as after every other crash."""
    last = handler.work(job) or _NOTHING
    _must_hold(f"WITH last AS ({last.sql}) {_DONE_LAZILY}", [*last.values, *_claim_of(job)])


@transaction.atomic
def _run_inside(job: Job, handler: Handler) -> None:
    """Work and mark it done in one transaction: exactly once. Its row stays locked, so nobody takes
    it over meanwhile."""
    _must_hold(_HOLD, _claim_of(job))
    handler.work(job)
    if handler.every:
        # For the next beat of its rhythm; missed ones are not made up for.
        _must_hold(_COME_BACK, [handler.every] * 2 + _claim_of(job))
    else:
        _must_hold(_DONE, _claim_of(job))


def _claim_of(job: Job) -> list[Any]:
    return [job.pk, job.lease_by, job.attempts]


def _must_hold(sql: str, values: list[Any]) -> None:
    """Run a statement about a job that answers nothing, or 0, to an older holder. Raises
    Overtaken."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    if not row or not row[0]:
        raise Overtaken


def _put_back(job: Job, handler: Handler, error: Exception) -> None:
    asked = _asked_for(error)
    failures = 0 if asked is not None else job.failures + 1
    if asked is None:
        logger.error("jobs.failed", extra={"job": job.pk, "kind": job.kind}, exc_info=error)
    repeated = handler.calls_out and job.urgency == Urgency.FIRST
    given_up = failures >= MOST_FAILURES
    if asked is None:
        asked = handler.every if handler.every and given_up else back_off(failures)
    claimed = Job.objects.filter(
        pk=job.pk, state=Job.State.LEASED, lease_by=job.lease_by, attempts=job.attempts
    )
    claimed.update(
        # What comes back every day is tried again the next day; health shows it.
        state=Job.State.DEAD if given_up and not handler.every else Job.State.PENDING,
        # A first try to reach somebody goes before every repeated one.
        urgency=Urgency.RETRY if repeated else job.urgency,
        due_at=Now() + asked,
        failures=failures,
        lease_until=None,
        last_error=f"{type(error).__name__}: {error}".replace("\0", "")[:500],
    )


def _asked_for(error: Exception) -> timedelta | None:
    """Delay that the error asks for; None if none. A job that finds a row locked does not wait."""
    if isinstance(error, Retry):
        return error.after
    return LOCKED_REST if isinstance(error.__cause__, LockNotAvailable) else None


def back_off(failures: int) -> timedelta:
    """Back off 0.5, 1, 2, 4 … 60 s with jitter, so that a broken peer is not hammered in step."""
    doubled = 0.5 * 2 ** min(failures - 1, 10)
    return timedelta(seconds=min(60.0, doubled) * random.uniform(0.7, 1.3))  # noqa: S311
