"""Whether the clocks run: what is late, stuck or given up. By the database's clock alone."""

from dataclasses import dataclass

from django.db import connection
from django.db.models import Min
from django.db.models.functions import Now

from jobs.models import Job
from jobs.registry import handlers

_SECONDS_SINCE_BEAT = """
SELECT extract(epoch FROM clock_timestamp() - max(at))::float8 FROM public.jobs_heartbeat"""
_SECONDS_LATE = """
SELECT lane, extract(epoch FROM clock_timestamp() - min(due_at))::float8
FROM public.jobs_job WHERE state = 'pending' AND due_at <= clock_timestamp() GROUP BY lane"""


@dataclass(frozen=True, slots=True)
class ClockHealth:
    seconds_since_beat: float | None
    """Of the timekeeper that gave the newest sign of life; None: there never was one."""
    seconds_late: dict[int, float]
    """By lane: how long the oldest due job has been waiting. Lanes with nothing due are absent."""
    given_up: int
    unknown_kinds: list[str]
    """Promised, but no room handles them: they would wait for ever."""


def clock_health() -> ClockHealth:
    with connection.cursor() as cursor:
        cursor.execute(_SECONDS_SINCE_BEAT)
        (since,) = cursor.fetchone()
        cursor.execute(_SECONDS_LATE)
        late = dict(cursor.fetchall())
    return ClockHealth(
        seconds_since_beat=since,
        seconds_late=late,
        given_up=Job.objects.filter(state=Job.State.DEAD).count(),
        unknown_kinds=_unknown_kinds(),
    )


def _unknown_kinds() -> list[str]:
    waiting = Job.objects.filter(state=Job.State.PENDING, due_at__lte=Now())
    unknown = waiting.exclude(kind__in=list(handlers)).values("kind")
    return sorted(row["kind"] for row in unknown.annotate(first=Min("due_at")))
