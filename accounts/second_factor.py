"""Who must show a second factor, and whether this sign-in has shown it.

Compulsory for everybody who sees beyond one own team: the desk's staff, the personnel department,
the platform. A session counts when a code was checked in it, so a session from before the factor
was set up is worth nothing afterwards. Nobody resets another person's factor on a page: that would
make a lead's stolen sign-in the key to every other (docs/decisions).
"""

from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator

from accounts.models import User
from accounts.roles import Role

COMPULSORY = frozenset(
    {Role.OPERATOR, Role.LEAD, Role.RESPONDER, Role.HR_ADMIN, Role.PLATFORM_ADMIN}
)


def vouch(session: Any) -> None:
    """The sign-in was as good as a second factor: the demo's, at the machine itself."""
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "mfa", "type": "demo"}]


def is_wanting(user: User, session: Any) -> bool:
    """Must show one, and has not in this session."""
    if not COMPULSORY & set(user.roles):
        return False
    methods = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or ()
    return not any(one.get("method") == "mfa" for one in methods)


def has_set_up(user: User) -> bool:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
