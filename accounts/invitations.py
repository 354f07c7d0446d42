"""Invitations to choose a password: a link by e-mail, good once and for a week.

The link is a signature of the invitation's id: no secret of it is kept, and the job that sends it
carries none.
"""

import uuid
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Invitation, User
from jobs.services import schedule
from tenants.context import current_company
from tenants.links import absolute

GOOD_FOR = timedelta(days=7)


class UnknownInvitation(Exception):
    """No invitation of this company has this token."""


class NoLongerGood(Exception):
    """It was used, replaced by a newer one, or has expired: its ``state`` says which."""


@transaction.atomic
def schedule_invitation(user: User) -> None:
    """Invite in the transaction that gives the sign-in; only the newest invitation is good."""
    Invitation.objects.good().filter(user=user).update(replaced_at=Now())
    invitation = Invitation.objects.create(user=user, expires_at=timezone.now() + GOOD_FOR)
    schedule(
        current_company(),
        kind="accounts.invite",
        key=f"accounts.invite:{invitation.public_id}",
        payload={"invitation": str(invitation.public_id)},
    )


def invitation_mail(public_id: str) -> EmailMessage | None:
    """The mail; None without an address, when switched off or with a newer invitation."""
    good = Invitation.objects.good().select_related("user")
    invitation = good.filter(public_id=public_id, user__is_active=True).first()
    if invitation is None or not invitation.user.email:
        return None
    user = invitation.user
    with override(user.language):
        lines = [
            _("%(name)s, you can sign in to %(brand)s from now on.")
            % {"name": user.get_full_name(), "brand": settings.BRAND_NAME},
            "",
            _("Sign-in name: %(username)s") % {"username": user.username},
            _("Open this page within seven days and choose a password:"),
            absolute(path_of(invitation)),
            "",
            f"{settings.BRAND_NAME} {current_company().name}",
        ]
        subject = _("Your sign-in to %(brand)s") % {"brand": settings.BRAND_NAME}
    return EmailMessage(subject=subject, body="\n".join(lines), to=[str(user.email)])


def path_of(invitation: Invitation) -> str:
    return f"/accounts/invitation/{_signer().sign(invitation.public_id.hex)}/"


def invitation_of(token: str) -> Invitation:
    """The invitation of a link's token. Raises UnknownInvitation."""
    try:
        public_id = uuid.UUID(_signer().unsign(token))
    except (BadSignature, ValueError) as error:
        raise UnknownInvitation from error
    invitations = Invitation.objects.select_related("user").filter(
        public_id=public_id, user__is_active=True
    )
    invitation = invitations.first()
    if invitation is None:
        raise UnknownInvitation
    return invitation


@transaction.atomic
def accept(*, invitation: Invitation, password: str) -> User:
    """Set the password; the first press wins. Raises NoLongerGood."""
    usable = Invitation.objects.good().filter(pk=invitation.pk, user__is_active=True)
    if not usable.update(used_at=Now()):
        raise NoLongerGood
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    return user


def _signer() -> Signer:
    """A signer salted with the company, because user keys are alike in all companies."""
    return Signer(sep=".", salt=f"invitation:{current_company().schema}")
