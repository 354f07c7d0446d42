"""A sign-in from its beginning again, for somebody who has lost all that proves who they are."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.db import transaction

from accounts.invitations import schedule_invitation
from accounts.models import User


@transaction.atomic
def reset_sign_in(user: User) -> None:
    """Remove password, second factors and sessions; send an invitation to the address on record.

    Roles stay as they are. The caller has identified the person and notified the others.
    """
    user.set_unusable_password()
    user.save(update_fields=["password"])
    take_factors_away(user)
    schedule_invitation(user)


@transaction.atomic
def take_factors_away(user: User) -> None:
    """Remove all factors and end all sessions, so that a finder of a lost device is out, too."""
    Authenticator.objects.filter(user=user).delete()
    for session in UserSession.objects.filter(user=user):
        session.end()
