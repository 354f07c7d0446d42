"""Writing jobs. Everything here belongs to the caller's transaction."""

import json
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Least, Now

from jobs.models import Job
from jobs.registry import subscribers

CHANNEL = "jobs"
"""Of the notification at commit; its payload is the lane."""


class HasId(Protocol):
    @property
    def id(self) -> int: ...


def schedule(
    company: HasId,
    *,
    kind: str,
    key: str,
    payload: dict[str, Any] | None = None,
    lane: int = 1,
    due_at: datetime | None = None,
    after: timedelta | None = None,
) -> None:
    """Promise a job, at a moment that the database gave or some time ``after`` now, by its clock.

    The same key twice is the first promise.
    """
    values: list[Any] = [
        company.id, kind, key, lane, json.dumps(payload or {}), due_at, after, CHANNEL, str(lane),
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH job AS (INSERT INTO public.jobs_job"
            " (company_id, kind, key, lane, payload, state, due_at, attempts, lease_by, last_error)"
            " VALUES (%s, %s, %s, %s, %s::jsonb, 'pending',"
            " COALESCE(%s, clock_timestamp() + COALESCE(%s, interval '0')), 0, '', '')"
            " ON CONFLICT (key) DO NOTHING)"
            " SELECT pg_notify(%s, %s)",
            values,
        )


def announce(company: HasId, *, fact: str, key: str, payload: dict[str, Any]) -> None:
    """Tell the rooms above that something happened: one job for each that wants it."""
    for subscription in subscribers[fact]:
        if subscription.wants(payload):
            schedule(
                company,
                kind=subscription.handler.kind,
                key=f"{subscription.handler.kind}:{key}",
                payload=payload,
                lane=subscription.handler.lane,
            )


def cancel(*keys: str) -> int:
    """Take back promises whose reason has gone; those already running are left alone."""
    return _cancel(Job.objects.filter(key__in=keys))


def cancel_with_prefix(prefix: str) -> int:
    return _cancel(Job.objects.filter(key__startswith=prefix))


def discard(key: str) -> None:
    """Forget a promise whose key never comes back; one that runs at this moment is left alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM public.jobs_job WHERE id IN (SELECT id FROM public.jobs_job"
            " WHERE key = %s AND state = 'pending' FOR UPDATE SKIP LOCKED)",
            [key],
        )


def _cancel(jobs: QuerySet[Job]) -> int:
    # A running job holds its own row and may wait for what the caller holds: never wait for it.
    waiting = jobs.filter(state=Job.State.PENDING).select_for_update(skip_locked=True)
    return Job.objects.filter(pk__in=waiting.values("pk")).update(
        state=Job.State.CANCELLED, done_at=Now()
    )


def wake(company: HasId, kind: str) -> None:
    """Run now what was put off while the company rested; what lies ahead puts itself off again."""
    resting = Job.objects.filter(company_id=company.id, kind=kind, state=Job.State.PENDING)
    resting.update(due_at=Least("due_at", Now()))


def run_again(jobs: QuerySet[Job]) -> int:
    """What failed for good is tried anew, now, with all its attempts before it."""
    dead = jobs.filter(state=Job.State.DEAD)
    return dead.update(
        state=Job.State.PENDING, due_at=Now(), attempts=0, lease_until=None, done_at=None
    )


def give_up(jobs: QuerySet[Job]) -> int:
    """Somebody has looked at what failed for good and decided that it need not happen."""
    dead = jobs.filter(state=Job.State.DEAD)
    return dead.update(state=Job.State.CANCELLED, done_at=Now())
