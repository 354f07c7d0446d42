"""Who is behind a socket's cookies. Sockets pass no middleware, so this asks the same questions:
is the session there, is its hash still the user's, may the user still sign in?"""

from dataclasses import dataclass
from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.http import HttpRequest, parse_cookie

from accounts import second_factor
from accounts.models import User
from portal.supervisor.watching import COOKIE, watcher_of
from tenants.context import current_company

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore


@dataclass(frozen=True, slots=True)
class Viewer:
    """A person at the other end of a socket, safe to carry between threads."""

    id: int
    public_id: str
    name: str


def viewer_of_session(cookie_header: str) -> Viewer | None:
    request = HttpRequest()
    request.session = SessionStore(parse_cookie(cookie_header).get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    if not isinstance(user, User) or not user.is_active or _is_desk_without_factor(user, request):
        return None
    return _viewer(user)


def _is_desk_without_factor(user: User, request: HttpRequest) -> bool:
    """The desk's pages are behind the second factor, so its sockets are too."""
    is_desk = current_company().kind == "ops"
    return is_desk and second_factor.missing(user, request.session) is not None


def viewer_of_ticket(cookie_header: str) -> Viewer | None:
    user = watcher_of(parse_cookie(cookie_header).get(COOKIE))
    return _viewer(user) if user else None


def _viewer(user: User) -> Viewer:
    return Viewer(id=user.pk, public_id=str(user.public_id), name=user.polite_name)
