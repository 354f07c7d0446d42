"""Writing jobs. Everything here belongs to the caller's transaction."""

import json
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Least, Now

from jobs.models import Job, SettledJob, Urgency
from jobs.registry import crew_of, subscribers

CHANNEL = "jobs"
"""Of the notification at commit; its payload is the crew."""

_PROMISE = "SELECT public.promise_job(%s, %s, %s, %s::smallint, %s, %s::smallint, %s, %s, %s)"
_SETTLED = """
INSERT INTO public.jobs_settledjob
  (key, company_id, kind, lane, state, due_at, attempts, failures, last_error, settled_at)
SELECT key, company_id, kind, lane, %s, due_at, attempts, failures, last_error, clock_timestamp()
FROM gone
ON CONFLICT (key) DO NOTHING"""


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
    crew: str = "",
    urgency: Urgency | None = None,
    due_at: datetime | None = None,
    after: timedelta | None = None,
) -> None:
    """Schedule a job, at a moment that the database gave or some time ``after`` now, by its clock.

    ``crew`` is said where one kind goes by several ways. The same key twice is the first promise.
    """
    if urgency is None:
        urgency = Urgency.FIRST if lane == 0 else Urgency.REST
    crew = crew if crew and lane != 1 else crew_of(kind, lane)
    values: list[Any] = [
        company.id,
        kind,
        key,
        lane,
        crew,
        urgency,
        json.dumps(payload or {}),
        due_at,
        after,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_PROMISE, values)


def announce(company: HasId, *, fact: str, key: str, payload: dict[str, Any]) -> None:
    """Announce a fact to the apps above: one job for each that subscribed."""
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
    """Cancel jobs whose reason has gone; those already running are left alone."""
    return _cancel("key = ANY(%s)", list(keys))


def cancel_with_prefix(prefix: str) -> int:
    for wild in ("\\", "%", "_"):
        prefix = prefix.replace(wild, f"\\{wild}")
    return _cancel("key LIKE %s", f"{prefix}%")


def discard(key: str) -> None:
    """Delete a job whose key never comes back; one that runs at this moment is left alone."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM public.jobs_job WHERE id IN (SELECT id FROM public.jobs_job"
            " WHERE key = %s AND state = 'pending' FOR UPDATE SKIP LOCKED)",
            [key],
        )


def _cancel(which: str, value: Any) -> int:
    # A running job holds its own row and may wait for what the caller holds: never wait for it.
    waiting = (
        f"SELECT id FROM public.jobs_job WHERE {which}"  # noqa: S608 - our own words
        " AND state IN ('pending', 'handed') FOR UPDATE SKIP LOCKED"
    )
    return settle(f"id IN ({waiting})", [value], SettledJob.State.CANCELLED)


def settle(which: str, values: list[Any], state: SettledJob.State) -> int:
    """Move jobs to the table of settled ones. Returns how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH gone AS (DELETE FROM public.jobs_job WHERE {which} RETURNING *), kept AS"  # noqa: S608
            f" ({_SETTLED}) SELECT count(*) FROM gone",
            [*values, state],
        )
        return int(cursor.fetchone()[0])


def wake(company: HasId, kind: str) -> None:
    """Make jobs due that were put off while the company rested; early ones put themselves off."""
    resting = Job.objects.filter(company_id=company.id, kind=kind, state=Job.State.PENDING)
    resting.update(due_at=Least("due_at", Now()))


def run_again(jobs: QuerySet[Job]) -> int:
    """Requeue dead jobs with a fresh attempt counter."""
    dead = jobs.filter(state=Job.State.DEAD)
    return dead.update(state=Job.State.PENDING, due_at=Now(), failures=0, lease_until=None)


def give_up(jobs: QuerySet[Job]) -> int:
    """Settle dead jobs that a person has decided need not happen."""
    dead = list(jobs.filter(state=Job.State.DEAD).values_list("pk", flat=True))
    return settle("id = ANY(%s) AND state = 'dead'", [dead], SettledJob.State.CANCELLED)
