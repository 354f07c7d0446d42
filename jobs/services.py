"""Writing jobs. Everything here belongs to the caller's transaction."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import connection
from django.db.models import QuerySet
from django.db.models.functions import Least, Now

from jobs.models import Job, SettledJob, Urgency
from jobs.registry import crew_of, subscribers

CHANNEL = "jobs"
"""Of the notification at commit; its payload is the crew."""

_PROMISE = "SELECT public.promise_jobs(%s, %s::jsonb)"


class HasId(Protocol):
    @property
    def id(self) -> int: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """A job to be, due at a moment that the database gave or some time ``after`` now, by its clock.

    ``crew`` is said where one kind goes by several ways. The same key twice is the first promise.
    """

    kind: str
    key: str
    payload: dict[str, Any] = field(default_factory=dict)
    lane: int = 1
    crew: str = ""
    urgency: Urgency | None = None
    due_at: datetime | None = None
    after: timedelta | None = None

    def written(self) -> dict[str, Any]:
        usual = Urgency.FIRST if self.lane == 0 else Urgency.REST
        return {
            "kind": self.kind,
            "key": self.key,
            "payload": self.payload,
            "lane": self.lane,
            "crew": self.crew if self.crew and self.lane != 1 else crew_of(self.kind, self.lane),
            "urgency": usual if self.urgency is None else self.urgency,
            "due_at": self.due_at.isoformat() if self.due_at else None,
            "after": self.after.total_seconds() if self.after else None,
        }


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
    """Schedule one job; what it says is a Promise."""
    promise = Promise(
        kind=kind,
        key=key,
        payload=payload or {},
        lane=lane,
        crew=crew,
        urgency=urgency,
        due_at=due_at,
        after=after,
    )
    schedule_all(company, [promise])


def schedule_all(company: HasId, promises: Sequence[Promise]) -> None:
    """Schedule jobs by one statement."""
    if not promises:
        return
    jobs = json.dumps([promise.written() for promise in promises])
    with connection.cursor() as cursor:
        cursor.execute(_PROMISE, [company.id, jobs])


def announce(company: HasId, *, fact: str, key: str, payload: dict[str, Any]) -> None:
    """Announce a fact to the apps above: one job for each that subscribed."""
    wanted = [one.handler for one in subscribers[fact] if one.wants(payload)]
    schedule_all(
        company,
        [
            Promise(kind=one.kind, key=f"{one.kind}:{key}", payload=payload, lane=one.lane)
            for one in wanted
        ],
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
    return settle(
        f"SELECT id FROM public.jobs_job WHERE {which}"  # noqa: S608 - our own words
        " AND state IN ('pending', 'handed') FOR UPDATE SKIP LOCKED",
        [value],
        SettledJob.State.CANCELLED,
    )


def settle(which: str, values: list[Any], state: SettledJob.State) -> int:
    """Move jobs, by the query of their ids, to the table of settled ones. Returns how many there
    were."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT public.settle_jobs(ARRAY({which}), %s)", [*values, state])
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
    which = "SELECT id FROM public.jobs_job WHERE id = ANY(%s) AND state = 'dead' FOR UPDATE"
    return settle(which, [dead], SettledJob.State.CANCELLED)
