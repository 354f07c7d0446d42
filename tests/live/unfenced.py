"""What the fence of a job is there against. The kill proof must find it out."""

from django.db import transaction

from jobs.models import Job, SettledJob
from jobs.registry import Handler
from jobs.services import settle


@transaction.atomic
def run_without_fence(job: Job, handler: Handler) -> None:
    handler.work(job)
    settle("SELECT %s::bigint", [job.pk], SettledJob.State.DONE)
