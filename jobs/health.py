"""Whether the clocks run: what is late, stuck or given up. By the database's clock alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection
from django.db.models import Min
from django.db.models.functions import Now

from jobs.models import Job
from jobs.registry import handlers

K = TypeVar("K")
_SECONDS_SINCE_BEAT = """
SELECT extract(epoch FROM clock_timestamp() - max(at))::float8 FROM public.jobs_heartbeat"""
_SECONDS_LATE = """
SELECT lane, kind, extract(epoch FROM clock_timestamp() - min(due_at))::float8
FROM public.jobs_job WHERE state = 'pending' AND due_at <= clock_timestamp() GROUP BY lane, kind"""


@dataclass(frozen=True, slots=True)
class ClockHealth:
    seconds_since_beat: float | None
    """Of the timekeeper that gave the newest sign of life; None: there never was one."""
    seconds_late: dict[int, float]
    """By lane: how long the oldest due job has been waiting. Lanes with nothing due are absent."""
    kinds_late: dict[str, float]
    """The same by kind."""
    given_up: int
    unknown_kinds: list[str]
    """Promised, but no room handles them: they would wait for ever."""


def clock_health() -> ClockHealth:
    with connection.cursor() as cursor:
        cursor.execute(_SECONDS_SINCE_BEAT)
        (since,) = cursor.fetchone()
        cursor.execute(_SECONDS_LATE)
        late = cursor.fetchall()
    return ClockHealth(
        seconds_since_beat=since,
        seconds_late=_longest((lane, seconds) for lane, _kind, seconds in late),
        kinds_late=_longest((kind, seconds) for _lane, kind, seconds in late),
        given_up=Job.objects.filter(state=Job.State.DEAD).count(),
        unknown_kinds=_unknown_kinds(),
    )


def _longest(waits: Iterable[tuple[K, float]]) -> dict[K, float]:
    found: dict[K, float] = {}
    for key, seconds in waits:
        found[key] = max(seconds, found.get(key, 0.0))
    return found


def _unknown_kinds() -> list[str]:
    waiting = Job.objects.filter(state=Job.State.PENDING, due_at__lte=Now())
    unknown = waiting.exclude(kind__in=list(handlers)).values("kind")
    return sorted(row["kind"] for row in unknown.annotate(first=Min("due_at")))
