"""What the timekeeper (lane 0) and the worker (lane 1) run for this room."""

from accounts.forgotten import new_password_mail
from accounts.invitations import invitation_mail
from jobs.models import Job
from jobs.registry import handler
from notifications import mail
from notifications.delivery import CHANNELS, deliver
from notifications.services import DELIVER


@handler(DELIVER, lane=0, calls_out=True, ways=tuple(CHANNELS))
def run_delivery(job: Job) -> None:
    deliver(job.payload["delivery"], lane=job.lane)


# Promised below, where nobody knows how mail is sent.


@handler("accounts.invite", calls_out=True)
def invite(job: Job) -> None:
    mail.send(job, invitation_mail(job.payload["invitation"]))


@handler("accounts.forgotten_password", calls_out=True)
def forgotten_password(job: Job) -> None:
    mail.send(job, new_password_mail(job.payload["user"]))
