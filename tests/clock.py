"""Time that passes without waiting. Every deadline is a column, so a test moves the past instead:
each moment that the response knows is put back, and what comes due meanwhile runs in its turn."""

from datetime import timedelta

from django.db import connection

from jobs.models import Job
from jobs.running import run_next

TABLES = (
    "incidents_incident", "incidents_incidentevent", "incidents_tap", "escalation_rung",
    "notifications_notice", "public.operations_case", "public.operations_shift",
    "public.operations_accessgrant", "public.operations_dispatch", "public.jobs_job",
)  # fmt: skip
SENT_FOR_REAL = ("notifications.deliver", "escalation.tell_operators", "operations.call_backup")


def time_passes(seconds: float) -> None:
    """So many seconds, with every job of the first lane that comes due in them."""
    left = float(seconds)
    run_due()
    while left > 0:
        step = min(left, max(_until_next_job(), 0.001))
        _put_back(timedelta(seconds=step))
        left -= step
        run_due()


def run_due() -> None:
    Job.objects.filter(kind__in=SENT_FOR_REAL).delete()
    while run_next(0, "test"):
        Job.objects.filter(kind__in=SENT_FOR_REAL).delete()


def _until_next_job() -> float:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(extract(epoch FROM min(due_at) - clock_timestamp()), 1e9)::float8"
            " FROM public.jobs_job WHERE lane = 0 AND state = 'pending'"
        )
        return float(cursor.fetchone()[0])


def _put_back(length: timedelta) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            columns = _moments_of(table)
            moved = ", ".join(f'"{column}" = "{column}" - %(length)s' for column in columns)
            cursor.execute(f"UPDATE {table} SET {moved}", {"length": length})


def _moments_of(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND atttypid = 'timestamptz'::regtype AND NOT attisdropped",
            [table],
        )
        return [row[0] for row in cursor.fetchall()]
