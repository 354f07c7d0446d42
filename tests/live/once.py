"""Timekeepers with a kind of job that must be done once in effect, and takes longer than a moment.

A variant has no fence: what a holder says whose time has run out counts all the same.
"""

import time
from datetime import timedelta

from django.core.management import call_command
from django.db import connection

from jobs import runs
from jobs.management.commands import timekeeper
from jobs.models import Job
from jobs.registry import handler
from jobs.services import schedule
from tenants.models import Company
from tests.live.unfenced import run_without_fence

KIND = "tests.once"
TABLE = """
CREATE TABLE IF NOT EXISTS public.tests_once (key text NOT NULL);
GRANT SELECT, INSERT ON public.tests_once TO PUBLIC"""
WORK_SECONDS = 0.4


@handler(KIND, lane=0)
def leave_a_mark(job: Job) -> None:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO public.tests_once (key) VALUES (%s)", [job.key])
    time.sleep(WORK_SECONDS)


def make_table() -> None:
    """As the owner of the tables."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def schedule_jobs(count: int, seconds: float) -> None:
    """Evenly over some seconds."""
    acme = Company.objects.get(schema_name="acme")
    for number in range(count):
        after = timedelta(seconds=seconds * number / count)
        schedule(acme, kind=KIND, key=f"{KIND}:{number}", lane=0, after=after)


def keep_time(*, fenced: bool) -> None:
    """The variant's leases are shorter than its work, as after a long stop of the machine."""
    if not fenced:
        runs._run_inside = run_without_fence
        timekeeper.CLOCK_LEASE = timedelta(seconds=0.05)
    call_command("timekeeper", clocks=4, senders=1)
