"""Claiming and running jobs. The database decides who runs what, by its own clock."""

import logging
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from jobs.models import Job
from jobs.registry import Handler, Retry, handlers
from tenants.context import run_in

logger = logging.getLogger("jobs")

LEASE = timedelta(seconds=10)
WORKER_LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 12
SUSPENDED_REST = timedelta(minutes=10)
HANDING_OVER = timedelta(seconds=60)
KEPT_DAYS = 14
FORGOTTEN_AT_ONCE = 5000
HandOver = Callable[[int], None]
Claimed = Callable[[], None]


_FIRST_DUE = """
SELECT id FROM public.jobs_job WHERE lane = %s AND kind = ANY(%s)
AND (state = 'pending' AND due_at <= clock_timestamp()
  OR state = 'leased' AND lease_until < clock_timestamp())
ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED"""
_LEASE = (
    """
UPDATE public.jobs_job SET state = 'leased', lease_by = %s,
lease_until = clock_timestamp() + %s, attempts = attempts + 1 WHERE id = ("""
    + f"{_FIRST_DUE}) RETURNING id"
)
_SECONDS_UNTIL_NEXT = """
SELECT extract(epoch FROM min(due_at) - clock_timestamp())::float8
FROM public.jobs_job WHERE lane = %s AND state = 'pending' AND kind = ANY(%s)"""


def run_next(lane: int, me: str) -> bool:
    """Run a due job of a lane; False when there is none."""
    return run_next_inside(lane) or run_next_outside(lane, me)


def run_next_inside(lane: int, claimed: Claimed = lambda: None) -> bool:
    """The most urgent one that only touches the database; ``claimed`` is told before it runs."""
    with transaction.atomic():
        found = _first(_FIRST_DUE, [lane, _kinds(calls_out=False)])
        if found is None:
            return False
        claimed()
        job = Job.objects.select_related("company").get(pk=found)
        _run_inside(job, handlers[job.kind])
    return True


def run_next_outside(lane: int, me: str, claimed: Claimed = lambda: None) -> bool:
    """The most urgent one that calls out: under a lease, outside any transaction."""
    job = _leased(lane, me, LEASE, _kinds(calls_out=True))
    if job is None:
        return False
    claimed()
    _run_leased(job, handlers[job.kind])
    return True


def hand_over_next(lane: int, me: str, hand_over: HandOver) -> bool:
    """Give a due job to the worker; if that fails the lease runs out and it is tried again."""
    job = _leased(lane, me, HANDING_OVER, list(handlers))
    if job is None:
        return False
    hand_over(job.pk)
    return True


def seconds_until_next(lane: int, longest: float) -> float:
    """How long a timekeeper may sleep if nobody notifies it."""
    seconds = _first(_SECONDS_UNTIL_NEXT, [lane, list(handlers)])
    return longest if seconds is None else float(min(longest, max(0.0, seconds)))


def _kinds(*, calls_out: bool) -> list[str]:
    return [one.kind for one in handlers.values() if one.calls_out is calls_out]


def _leased(lane: int, me: str, length: timedelta, kinds: list[str]) -> Job | None:
    found = _first(_LEASE, [me, length, lane, kinds])
    return None if found is None else Job.objects.select_related("company").get(pk=found)


def _first(sql: str, values: list[Any]) -> Any:
    """The first column of the only row, if there is one."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        row = cursor.fetchone()
    return row[0] if row else None


def run_handed(job_id: int, me: str) -> None:
    """What the worker does with a job that a timekeeper handed to it."""
    with transaction.atomic():
        job = _claim(Q(pk=job_id, state__in=[Job.State.PENDING, Job.State.LEASED]))
        if job is None:
            return
        handler = handlers[job.kind]
        if not handler.calls_out:
            _run_inside(job, handler)
            return
        _lease(job, me, WORKER_LEASE)
    _run_leased(job, handler)


def _claim(condition: Q) -> Job | None:
    return (
        Job.objects.select_related("company")
        .select_for_update(skip_locked=True, of=("self",))
        .filter(condition)
        .order_by("due_at")
        .first()
    )


def _lease(job: Job, me: str, length: timedelta) -> None:
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.LEASED, lease_by=me, lease_until=Now() + length, attempts=F("attempts") + 1
    )
    job.attempts += 1


def _run_inside(job: Job, handler: Handler) -> None:
    """Work and done in the claiming transaction: once exactly."""
    try:
        with transaction.atomic():
            _work(job, handler)
    except Exception as error:
        job.attempts += 1
        _put_back(job, error)
    else:
        _mark_done(job)


def _run_leased(job: Job, handler: Handler) -> None:
    try:
        _work(job, handler)
    except Exception as error:
        _put_back(job, error)
    else:
        _mark_done(job)


def _work(job: Job, handler: Handler) -> None:
    """Inside the job's company; what a suspended one had promised waits until it is back."""
    if job.company.is_suspended:
        raise Retry(SUSPENDED_REST)
    run_in(job.company, handler.work, job)


def _mark_done(job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state=Job.State.DONE, done_at=Now())


def _put_back(job: Job, error: Exception) -> None:
    asked = isinstance(error, Retry)
    if not asked:
        logger.error("jobs.failed", extra={"job": job.pk, "kind": job.kind}, exc_info=error)
    wait = error.after if isinstance(error, Retry) else back_off(job.attempts)
    dead = not asked and job.attempts >= MOST_ATTEMPTS
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.DEAD if dead else Job.State.PENDING,
        due_at=Now() + wait,
        attempts=job.attempts,
        lease_until=None,
        last_error=f"{type(error).__name__}: {error}"[:500],
    )


def back_off(attempts: int) -> timedelta:
    """0.5, 1, 2, 4 … 60 seconds with jitter, so that a broken peer is not hammered in step."""
    return timedelta(seconds=min(60.0, 0.5 * 2 ** (attempts - 1)) * random.uniform(0.7, 1.3))  # noqa: S311


def beat(name: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.jobs_heartbeat (name, at) VALUES (%s, clock_timestamp())"
            " ON CONFLICT (name) DO UPDATE SET at = clock_timestamp()",
            [name],
        )


def forget_settled() -> None:
    """Done and cancelled jobs have no use after a while; a few at a time, so nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM public.jobs_job WHERE id IN (SELECT id FROM public.jobs_job"
            " WHERE state IN ('done', 'cancelled') AND done_at < now() - make_interval(days => %s)"
            " LIMIT %s)",
            [KEPT_DAYS, FORGOTTEN_AT_ONCE],
        )
