from datetime import timedelta

from incidents.models import Incident
from jobs.models import Job
from jobs.periodic import periodic
from jobs.registry import subscriber
from wellbeing.daily import local_now, remind
from wellbeing.daily_tasks import daily_round
from wellbeing.followups import plan_follow_ups


@periodic("wellbeing.daily", every=timedelta(hours=6))
def daily(_job: Job) -> None:
    daily_round()


@periodic("wellbeing.remind", every=timedelta(minutes=10))
def reminders(_job: Job) -> None:
    remind(local_now())


@subscriber(
    "incidents.event_recorded",
    name="wellbeing.plan_follow_ups",
    wants=lambda event: event["kind"] == "closed",
)
def follow_up(job: Job) -> None:
    plan_follow_ups(Incident.objects.get(public_id=job.payload["incident"]))
