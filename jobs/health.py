"""Whether the clocks run: what is late, stuck or given up. By the database's clock alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Min
from django.db.models.functions import Now

from jobs.clock import seconds_ahead
from jobs.models import Job, Urgency
from jobs.registry import handlers

K = TypeVar("K")
_BEATS = """
SELECT name, role, extract(epoch FROM clock_timestamp() - at)::float8, skew, busy
FROM public.jobs_heartbeat WHERE at > clock_timestamp() - interval '10 minutes'"""
# What was handed to a worker, or is being run, is late as well until it has been done.
_SECONDS_LATE = """
SELECT lane, kind, extract(epoch FROM clock_timestamp() - min(due_at))::float8
FROM public.jobs_job WHERE state IN ('pending', 'handed', 'leased') AND due_at <= clock_timestamp()
GROUP BY lane, kind"""
_FAILING = """
SELECT kind, count(*), extract(epoch FROM clock_timestamp() - min(created_at))::float8
FROM public.jobs_job WHERE lane = 0 AND urgency <= %s AND state IN ('pending', 'leased')
  AND attempts > 0 AND crew <> 'clock' AND due_at <= clock_timestamp() + interval '10 minutes'
GROUP BY kind"""
_BLOCKED = """
SELECT count(*), coalesce(max(extract(epoch FROM clock_timestamp() - state_change)), 0)::float8
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
  AND state_change < clock_timestamp() - interval '5 seconds'
  AND (wait_event_type = 'Lock' OR state LIKE 'idle in transaction%%')"""


@dataclass(frozen=True, slots=True)
class Beat:
    """Sign of life of a process that runs jobs."""

    name: str
    role: str
    seconds_ago: float
    skew: float
    """Seconds by which its clock is ahead of the database's."""
    busy: float
    """Seconds since it began the oldest job that it still runs."""


@dataclass(frozen=True, slots=True)
class ClockHealth:
    beats: list[Beat]
    seconds_late: dict[int, float]
    """By lane: how long the oldest due job has been waiting. Lanes with nothing due are absent."""
    kinds_late: dict[str, float]
    """The same by kind."""
    seconds_failing: dict[str, float]
    """By kind of real alarms' jobs that call out: since when the oldest is tried in vain."""
    given_up: dict[int, int]
    """By lane."""
    unknown_kinds: list[str]
    """Scheduled, but no app handles them: they would wait forever."""
    blocked: int
    """Transactions that wait for a lock, or do nothing, for more than 5 seconds."""
    blocked_seconds: float
    skew: float
    """Seconds by which this process's clock is ahead of the database's."""


def clock_health() -> ClockHealth:
    late = _rows(_SECONDS_LATE)
    ((blocked, blocked_seconds),) = _rows(_BLOCKED)
    return ClockHealth(
        beats=[Beat(*row) for row in _rows(_BEATS)],
        seconds_late=_longest((lane, seconds) for lane, _kind, seconds in late),
        kinds_late=_longest((kind, seconds) for _lane, kind, seconds in late),
        seconds_failing={kind: seconds for kind, _count, seconds in _rows(_FAILING, Urgency.RETRY)},
        given_up=_given_up(),
        unknown_kinds=_unknown_kinds(),
        blocked=blocked,
        blocked_seconds=blocked_seconds,
        skew=seconds_ahead(),
    )


def beats_of(health: ClockHealth, role: str) -> list[Beat]:
    return [beat for beat in health.beats if beat.role == role]


def _rows(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _longest(waits: Iterable[tuple[K, float]]) -> dict[K, float]:
    longest: dict[K, float] = {}
    for key, seconds in waits:
        longest[key] = max(seconds, longest.get(key, 0.0))
    return longest


def _given_up() -> dict[int, int]:
    lanes = Job.objects.filter(state=Job.State.DEAD).values_list("lane", flat=True)
    return {lane: list(lanes).count(lane) for lane in set(lanes)}


def _unknown_kinds() -> list[str]:
    waiting = Job.objects.filter(state=Job.State.PENDING, due_at__lte=Now())
    unknown = waiting.exclude(kind__in=list(handlers)).values("kind")
    return sorted(row["kind"] for row in unknown.annotate(first=Min("due_at")))
