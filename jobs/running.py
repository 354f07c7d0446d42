"""Claiming and running jobs. The database decides who runs what, by its own clock."""

import logging
import random
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import F, Min, Q
from django.db.models.functions import Now
from django.utils import timezone

from jobs.models import Job
from jobs.registry import Handler, Retry, handlers
from tenants.context import run_in

logger = logging.getLogger("jobs")

LEASE = timedelta(seconds=10)
WORKER_LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 12
KEPT_DAYS = 14
FORGOTTEN_AT_ONCE = 5000
HandOver = Callable[[int], None]


def due(lane: int) -> Q:
    waiting = Q(state=Job.State.PENDING, due_at__lte=Now())
    abandoned = Q(state=Job.State.LEASED, lease_until__lt=Now())
    return Q(lane=lane, kind__in=list(handlers)) & (waiting | abandoned)


def run_next(lane: int, me: str) -> bool:
    """Run the most urgent due job of a lane; False when there is none."""
    with transaction.atomic():
        job = _claim(due(lane))
        if job is None:
            return False
        handler = handlers[job.kind]
        if not handler.calls_out:
            _run_inside(job, handler)
            return True
        _lease(job, me, LEASE)
    _run_leased(job, handler)
    return True


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


def hand_over_next(lane: int, me: str, hand_over: HandOver) -> bool:
    """Give a due job to the worker; if that fails the lease runs out and it is tried again."""
    with transaction.atomic():
        job = _claim(due(lane))
        if job is None:
            return False
        _lease(job, me, timedelta(seconds=60))
    hand_over(job.pk)
    return True


def seconds_until_next(lane: int, longest: float) -> float:
    """How long a timekeeper may sleep if nobody notifies it."""
    waiting = Job.objects.filter(lane=lane, state=Job.State.PENDING, kind__in=list(handlers))
    soonest = waiting.aggregate(at=Min("due_at"))["at"]
    if soonest is None:
        return longest
    return float(min(longest, max(0.0, (soonest - timezone.now()).total_seconds())))


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
            run_in(job.company, handler.work, job)
    except Exception as error:
        job.attempts += 1
        _put_back(job, error)
    else:
        _mark_done(job)


def _run_leased(job: Job, handler: Handler) -> None:
    try:
        run_in(job.company, handler.work, job)
    except Exception as error:
        _put_back(job, error)
    else:
        _mark_done(job)


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
