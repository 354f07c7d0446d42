"""Keeping watch beyond the sign-in: a signed cookie that can do one thing, ring.

The cookie lives 30 days on that device. It is signed for one company, names a user and carries a
piece of the user's session hash, so that deactivation, a new password or another person's sign-in
end it.
"""

from datetime import timedelta

from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User
from tenants.context import current_company

COOKIE = "sobani_watching"
LIFETIME = timedelta(days=30)
SALT = "portal.watching"


def ticket_for(user: User) -> str:
    return signing.dumps({"user": user.pk, "stamp": _session_hash(user)}, salt=_salt())


def watcher_of(ticket: str | None) -> User | None:
    """The person a ticket was made for, while that person may still sign in."""
    if not ticket:
        return None
    try:
        content = signing.loads(ticket, salt=_salt(), max_age=LIFETIME)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=content["user"], is_active=True).first()
    return user if user and content["stamp"] == _session_hash(user) else None


def start(request: HttpRequest, response: HttpResponse, user: User) -> None:
    response.set_cookie(
        COOKIE,
        ticket_for(user),
        max_age=LIFETIME,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure(),
    )


def stop(response: HttpResponse) -> None:
    response.delete_cookie(COOKIE, samesite="Lax")


def _salt() -> str:
    """Salt with the company's schema, because user keys are alike in all companies."""
    return f"{SALT}:{current_company().schema}"


def _session_hash(user: User) -> str:
    # The session hash changes with the password; only a part of it, it is no secret of ours.
    return user.get_session_auth_hash()[:16]
