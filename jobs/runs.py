"""Running claimed jobs. Every word about a job carries its claim: the holder and the attempt; what
an older holder says is void."""

import logging
import random
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from psycopg.errors import LockNotAvailable

from jobs.claims import MOST_FAILURES, Claim, claim, free_overdue
from jobs.models import Job, SettledJob, Urgency
from jobs.registry import CLOCK, WORKER, Handler, Retry, handlers, sender_crews
from jobs.services import settle
from tenants.context import run_in

logger = logging.getLogger("jobs")

CLOCK_LEASE = timedelta(seconds=10)
SENDER_LEASE = timedelta(seconds=30)
"""Longer than any dialogue with a peer may take."""
WORKER_LEASE = timedelta(seconds=60)
HANDING_OVER = timedelta(seconds=60)
SUSPENDED_REST = timedelta(minutes=10)
LOCKED_REST = timedelta(seconds=1)

_COME_BACK = """
UPDATE public.jobs_job SET state = 'pending', failures = 0, lease_until = NULL,
  due_at = due_at + %(every)s * (1 + greatest(0, floor(
    extract(epoch FROM clock_timestamp() - due_at) / extract(epoch FROM %(every)s::interval))))
WHERE id = %(id)s AND state = 'leased' AND lease_by = %(me)s AND attempts = %(attempt)s"""


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
        if handler.calls_out:
            _work(job, handler)
            with transaction.atomic():
                _end(job, handler)
        else:
            _run_inside(job, handler)
    except Overtaken:
        logger.warning("jobs.overtaken", extra={"job": job.pk, "kind": job.kind})
    except Exception as error:
        _put_back(job, handler, error)


@transaction.atomic
def _run_inside(job: Job, handler: Handler) -> None:
    """Work and mark it done in one transaction: exactly once. Its row stays locked, so nobody takes
    it over meanwhile."""
    if not _claims(job).select_for_update().values_list("pk"):
        raise Overtaken
    _work(job, handler)
    _end(job, handler)


def _work(job: Job, handler: Handler) -> None:
    """Run it inside its company; jobs of a suspended company wait until it is back."""
    if job.company.is_suspended and handler.rests:
        raise Retry(SUSPENDED_REST)
    run_in(job.company, handler.work, job)


def _claims(job: Job) -> QuerySet[Job]:
    """The job's row, if the claim under which it runs is the last one."""
    return Job.objects.filter(
        pk=job.pk, state=Job.State.LEASED, lease_by=job.lease_by, attempts=job.attempts
    )


def _end(job: Job, handler: Handler) -> None:
    ended = _come_back(job, handler.every) if handler.every else _settle(job)
    if not ended:
        raise Overtaken


def _settle(job: Job) -> int:
    fence = "id = %s AND state = 'leased' AND lease_by = %s AND attempts = %s"
    return settle(fence, [job.pk, job.lease_by, job.attempts], SettledJob.State.DONE)


def _come_back(job: Job, every: timedelta) -> int:
    """Reschedule it for the next beat of its rhythm; missed ones are not made up for."""
    values: dict[str, Any] = {
        "every": every,
        "id": job.pk,
        "me": job.lease_by,
        "attempt": job.attempts,
    }
    with connection.cursor() as cursor:
        cursor.execute(_COME_BACK, values)
        return int(cursor.rowcount)


def _put_back(job: Job, handler: Handler, error: Exception) -> None:
    asked = _asked_for(error)
    failures = 0 if asked is not None else job.failures + 1
    if asked is None:
        logger.error("jobs.failed", extra={"job": job.pk, "kind": job.kind}, exc_info=error)
    repeated = handler.calls_out and job.urgency == Urgency.FIRST
    given_up = failures >= MOST_FAILURES
    if asked is None:
        asked = handler.every if handler.every and given_up else back_off(failures)
    _claims(job).update(
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
