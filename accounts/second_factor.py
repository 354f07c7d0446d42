"""Who must show a second factor, and whether this sign-in has shown it.

Compulsory for everybody who sees beyond one own team or decides how others sign in: the desk's
staff, the personnel and the IT department, the platform. A session counts when a code was checked
in it, so a session from before the factor was set up is worth nothing afterwards. Nobody resets
another person's factor on a page: that would make a lead's stolen sign-in the key to every other
(docs/decisions).
"""

import time
from dataclasses import dataclass
from enum import Enum
from typing import Any

from allauth.account.app_settings import REAUTHENTICATION_TIMEOUT
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from django.http import HttpRequest

from accounts.models import User
from accounts.roles import Role

COMPULSORY = frozenset(
    {Role.OPERATOR, Role.LEAD, Role.RESPONDER, Role.HR_ADMIN, Role.IT_ADMIN, Role.PLATFORM_ADMIN}
)
SHOWN = "second_factor"
FOR_NOW = ("demo", "test")
"""A sign-in that needs no phone: the demo's, at the machine itself, and the tests'."""


BY_CODE, BY_PASSKEY = "/accounts/2fa/reauthenticate/", "/accounts/2fa/webauthn/reauthenticate/"
APP, PASSKEY = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN


def has_one(user: User) -> bool:
    """Whether the user has a factor. Recovery codes stand in for one; they are none themselves."""
    return bool(Authenticator.objects.filter(user=user, type__in=[APP, PASSKEY]).exists())


def page_to_show_it(user: User) -> str:
    """Page to show the factor: the app's where somebody has both, it leads to the passkey too."""
    has_app = Authenticator.objects.filter(user=user, type=APP).exists()
    return BY_CODE if has_app else BY_PASSKEY


def just_gave_password(request: HttpRequest) -> bool:
    """Whether the person signed in gave the password in this session a few minutes ago."""
    shown = get_authentication_records(request, request.user)
    oldest = time.time() - REAUTHENTICATION_TIMEOUT
    return any(one.get("method") == "password" and one.get("at", 0) > oldest for one in shown)


@dataclass(frozen=True, slots=True)
class Factors:
    """What somebody can show, for their own page."""

    has_app: bool
    passkeys: int
    codes_left: int


def factors_of(user: User) -> Factors:
    mine = list(Authenticator.objects.filter(user=user))
    codes = [one for one in mine if one.type == Authenticator.Type.RECOVERY_CODES]
    return Factors(
        has_app=any(one.type == APP for one in mine),
        passkeys=sum(one.type == PASSKEY for one in mine),
        codes_left=sum(len(one.wrap().get_unused_codes()) for one in codes),
    )


class Missing(Enum):
    SET_UP = "set up"
    SHOW = "show"


def vouch(session: Any, how: str) -> None:
    """Mark this session as having shown a factor: the set-up code, or what stands for it."""
    session[SHOWN] = how


def missing(user: User, session: Any) -> Missing | None:
    """What this person has to do before anything else; None where nothing is wanting.

    Who has taken the app away sets up another one, however good the session was.
    """
    if not COMPULSORY & set(user.roles) or session.get(SHOWN) in FOR_NOW:
        return None
    if not has_one(user):
        return Missing.SET_UP
    methods = session.get(AUTHENTICATION_METHODS_SESSION_KEY) or ()
    has_shown = SHOWN in session or any(one.get("method") == "mfa" for one in methods)
    return None if has_shown else Missing.SHOW
