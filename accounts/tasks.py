"""What of sign-ins is not kept. What is mailed about them is sent by notifications."""

from datetime import timedelta

from accounts.refused_sign_ins import forget_old_refusals
from jobs.models import Job
from jobs.periodic import periodic


@periodic("accounts.forget_refusals", every=timedelta(days=1))
def forget_refusals(_job: Job) -> None:
    forget_old_refusals()
