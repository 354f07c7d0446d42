"""Mail about the own sign-in, and what of sign-ins is not kept."""

from datetime import timedelta

from accounts.invitations import send_invitation
from accounts.models import Invitation
from accounts.refusals import forget_old_refusals
from jobs.models import Job
from jobs.periodic import periodic
from jobs.registry import handler


@handler("accounts.invite", calls_out=True)
def invite(job: Job) -> None:
    """Nobody is invited who has no address, was switched off or has a newer invitation."""
    good = Invitation.objects.good().select_related("user")
    invitation = good.filter(public_id=job.payload.get("invitation"), user__is_active=True).first()
    if invitation and invitation.user.email:
        send_invitation(invitation)


@periodic("accounts.forget_refusals", every=timedelta(days=1))
def forget_refusals(_job: Job) -> None:
    forget_old_refusals()
