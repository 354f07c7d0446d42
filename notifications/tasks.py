"""What the timekeeper (lane 0) and the worker (lane 1) run for this app."""

from datetime import timedelta

from accounts.forgotten import new_password_mail
from accounts.invitations import invitation_mail
from jobs.models import Job
from jobs.registry import LastWord, Retry, handler
from notifications import mail
from notifications.delivery import CHANNELS, deliver
from notifications.models import Notice
from notifications.services import DELIVER

RESTS = timedelta(minutes=1)


@handler(DELIVER, lane=0, calls_out=True, ways=tuple(CHANNELS), rests=False)
def run_delivery(job: Job) -> LastWord | None:
    delivery = job.payload["delivery"]
    if job.company.is_suspended and not is_about_an_alarm(delivery):
        raise Retry(RESTS, "the company's service rests")
    return deliver(delivery, lane=job.lane)


def is_about_an_alarm(delivery: str) -> bool:
    """Whether it is about an alarm; that 110 is the way now goes out of a stopped service."""
    about = Notice.objects.filter(deliveries__public_id=delivery, incident_id__isnull=False)
    return about.exists()


# Scheduled by apps below this one, which do not know how mail is sent.


@handler("accounts.invite", calls_out=True)
def invite(job: Job) -> None:
    mail.send(job, invitation_mail(job.payload["invitation"]))


@handler("accounts.forgotten_password", calls_out=True)
def forgotten_password(job: Job) -> None:
    mail.send(job, new_password_mail(job.payload["user"]))
