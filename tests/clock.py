"""Time that passes without waiting. Every deadline is a column, so a test moves the past instead:
each moment that the company's response knows is put back, and what comes due runs in its turn."""

from datetime import timedelta

from django.db import connection

from jobs.models import Job
from jobs.runs import run_next
from tenants.context import current_company

OWN = (
    "incidents_incident",
    "incidents_incidentevent",
    "incidents_tap",
    "escalation_rung",
    "notifications_notice",
)
SHARED = ("operations_case", "operations_accessgrant", "jobs_job")
SENT_FOR_REAL = ("notifications.deliver", "escalation.tell_operators", "operations.call_backup")


def time_passes(seconds: float) -> None:
    """So many seconds, with every job of the first lane that comes due in them."""
    left = float(seconds)
    run_due()
    while left > 0:
        step = min(left, max(_until_next_job(), 0.001))
        put_back(timedelta(seconds=step))
        left -= step
        run_due()


def run_due() -> None:
    """Everything due, except what would be sent over the wire."""
    Job.objects.filter(kind__in=SENT_FOR_REAL).delete()
    while run_next(0, "test"):
        Job.objects.filter(kind__in=SENT_FOR_REAL).delete()


def _until_next_job() -> float:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT COALESCE(extract(epoch FROM min(due_at) - clock_timestamp()), 1e9)::float8"
            " FROM public.jobs_job WHERE lane = 0 AND state = 'pending' AND company_id = %s",
            [current_company().id],
        )
        return float(cursor.fetchone()[0])


def put_back(length: timedelta) -> None:
    """In the company that was entered; nothing runs yet."""
    values = {"length": length, "company": current_company().id}
    with connection.cursor() as cursor:
        for table in OWN:
            cursor.execute(f"UPDATE {table} SET {_moved(table)}", values)
        for table in SHARED:
            mine = "WHERE company_id = %(company)s"
            cursor.execute(f"UPDATE public.{table} SET {_moved(f'public.{table}')} {mine}", values)


def _moved(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass"
            " AND atttypid = 'timestamptz'::regtype AND NOT attisdropped",
            [table],
        )
        return ", ".join(f'"{row[0]}" = "{row[0]}" - %(length)s' for row in cursor.fetchall())
