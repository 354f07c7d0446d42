"""Mail about the own sign-in."""

from accounts.invitations import send_invitation
from accounts.models import User
from jobs.models import Job
from jobs.registry import handler


@handler("accounts.invite", calls_out=True)
def invite(job: Job) -> None:
    """Nobody is invited who has no address or was switched off meanwhile."""
    user = User.objects.filter(public_id=job.payload["user"], is_active=True).first()
    if user and user.email:
        send_invitation(user)
