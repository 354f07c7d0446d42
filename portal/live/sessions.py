"""Who is behind a socket's cookies. Sockets pass no middleware, so this asks the same questions:
is the session there, is its hash still the user's, may the user still sign in?"""

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.http import HttpRequest, parse_cookie

from accounts import second_factor
from accounts.models import User
from portal.live.watch_ticket import COOKIE, watcher_of
from tenants.context import current_company

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person at the other end of a socket, safe to carry between threads."""

    id: int
    public_id: str
    name: str
    roles: frozenset[str]
    session_hash: str
    """Another one after a new password."""

    @classmethod
    def of(cls, user: User) -> "Viewer":
        return cls(
            id=user.pk,
            public_id=str(user.public_id),
            name=user.polite_name,
            roles=frozenset(user.roles),
            session_hash=user.get_session_auth_hash(),
        )


@dataclass(frozen=True, slots=True)
class SocketIdentity:
    """Who opened a socket, by which session; by none where a watching ticket did."""

    viewer: Viewer
    session_key: str = ""


def identity_of_session(cookie_header: str) -> SocketIdentity | None:
    request = HttpRequest()
    request.session = SessionStore(parse_cookie(cookie_header).get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active or _is_desk_without_factor(user, request):
        return None
    return SocketIdentity(Viewer.of(user), str(request.session.session_key))


def _is_desk_without_factor(user: User, request: HttpRequest) -> bool:
    """Whether a desk's user lacks the second factor that its pages ask for, too."""
    is_desk = current_company().kind == "ops"
    return is_desk and second_factor.missing(user, request.session) is not None


def identity_of_ticket(cookie_header: str) -> SocketIdentity | None:
    user = watcher_of(parse_cookie(cookie_header).get(COOKIE))
    return SocketIdentity(Viewer.of(user)) if user else None


def still_signed_in(identities: Collection[SocketIdentity]) -> set[SocketIdentity]:
    """Identities whose session lives, with the same password and with every role they had."""
    keys = {identity.session_key for identity in identities}
    there = Session.objects.filter(session_key__in=keys, expire_date__gt=Now())
    good_keys = {"", *there.values_list("session_key", flat=True)}
    viewer_ids = {identity.viewer.id for identity in identities}
    users = User.objects.filter(pk__in=viewer_ids, is_active=True)
    now = {user.pk: Viewer.of(user) for user in users}
    return {
        identity
        for identity in identities
        if identity.session_key in good_keys
        and _has_what_it_had(identity.viewer, now.get(identity.viewer.id))
    }


def _has_what_it_had(before: Viewer, now: Viewer | None) -> bool:
    return now is not None and now.session_hash == before.session_hash and now.roles >= before.roles
