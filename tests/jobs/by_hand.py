"""Jobs without a timekeeper: run one of them now, and what has become of it."""

from django.db.models import F
from django.db.models.functions import Now

from jobs.models import Job, SettledJob
from jobs.runs import SENDER_LEASE, run


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
    """It may be settled at this moment: then it is found in the other table."""
    try:
        job.refresh_from_db()
    except Job.DoesNotExist:
        return SettledJob.objects.get(key=job.key).state
    return job.state


def promised_still(job: Job) -> None:
    """As it was before it ran: its process died between the deed and the commit."""
    SettledJob.objects.filter(key=job.key).delete()
    job.save(force_insert=True)
