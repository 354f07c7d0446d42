"""Jobs without a timekeeper: run one of them now, and what has become of it."""

from django.db.models import F
from django.db.models.functions import Now

from jobs.models import Job, SettledJob
from jobs.running import SENDER_LEASE, run


def run_now(job_id: int) -> None:
    """Whether it is due or not. One that somebody has begun is left to him."""
    waiting = Job.objects.filter(pk=job_id, state=Job.State.PENDING)
    if waiting.update(
        state=Job.State.LEASED,
        lease_by="test",
        attempts=F("attempts") + 1,
        lease_until=Now() + SENDER_LEASE,
    ):
        run(Job.objects.select_related("company").get(pk=job_id))


def state_of(job: Job) -> str:
    settled = SettledJob.objects.filter(key=job.key).first()
    if settled is not None:
        return settled.state
    job.refresh_from_db()
    return job.state
