"""Heartbeats of whatever runs jobs, and what is swept away by the way."""

from django.db import connection

from jobs.clock import seconds_ahead
from jobs.models import Heartbeat

KEPT_DAYS = 14
FORGOTTEN_AT_ONCE = 5000


def beat(name: str, role: str = Heartbeat.Role.TIMEKEEPER, busy: float = 0.0) -> None:
    """Note a sign of life. ``busy``: seconds since the process began its oldest running job."""
    skew = seconds_ahead()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO public.jobs_heartbeat (name, role, at, skew, busy)"
            " VALUES (%s, %s, clock_timestamp(), %s, %s)"
            " ON CONFLICT (name) DO UPDATE SET at = EXCLUDED.at, skew = EXCLUDED.skew,"
            " busy = EXCLUDED.busy",
            [name, role, skew, busy],
        )


def sign_off(name: str) -> None:
    """Remove a process that ends in order, so that nobody misses it."""
    Heartbeat.objects.filter(name=name).delete()


def forget_settled() -> None:
    """Delete old settled jobs, a few at a time, so that nothing waits."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM public.jobs_settledjob WHERE key IN (SELECT key"
            " FROM public.jobs_settledjob WHERE settled_at < now() - make_interval(days => %s)"
            " LIMIT %s FOR UPDATE SKIP LOCKED)",
            [KEPT_DAYS, FORGOTTEN_AT_ONCE],
        )


def forget_the_dead() -> None:
    """Delete signs of life of killed processes after a day."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM public.jobs_heartbeat WHERE at < clock_timestamp() - interval '1 day'"
        )
