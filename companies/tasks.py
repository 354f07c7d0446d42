"""What follows from the platform's decisions about a company."""

from uuid import UUID

from companies.recovery import carry_out
from companies.recovery_notice import mail_to_contact, mail_to_hr
from jobs.models import Job
from jobs.registry import handler
from notifications import mail


@handler("platform.recover")
def recover(job: Job) -> None:
    carry_out(UUID(job.payload["recovery"]))


@handler("platform.tell_of_recovery", calls_out=True)
def tell_of_recovery(job: Job) -> None:
    recovery = UUID(job.payload["recovery"])
    if "user" in job.payload:
        message = mail_to_hr(recovery, job.payload["user"])
    else:
        message = mail_to_contact(recovery, job.payload["contact"])
    mail.send(job, message)
