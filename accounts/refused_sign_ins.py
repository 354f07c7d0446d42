"""Noting why somebody could not sign in, so that HR or the IT department can help.

Not in the audit: strangers must not be able to make that grow. One statement of the same cost for
everybody, so that the time it takes reveals nothing; the visitor reads what they always did.
"""

import ipaddress
from datetime import timedelta

from allauth.account.adapter import get_adapter
from allauth.account.utils import filter_users_by_email, filter_users_by_username
from django.db import connection
from django.db.models.functions import Now
from django.http import HttpRequest

from accounts.models import RefusedSignIn, User
from tenants.context import current_company

Method, Reason = RefusedSignIn.Method, RefusedSignIn.Reason
KEPT = timedelta(days=90)
MOST_NETWORKS, MOST_PEOPLE = 100, 500
"""Rows of an hour: above the first it is no longer noted from where, above the second of whom."""

_NOTE = """
INSERT INTO accounts_refusedsignin (hour, last_at, method, reason, user_id, network, times)
SELECT date_trunc('hour', now()), now(), %(method)s, %(reason)s,
  CASE WHEN count(*) < %(most_people)s THEN %(user)s::bigint END,
  CASE WHEN count(*) < %(most_networks)s THEN %(network)s ELSE '' END, 1
FROM accounts_refusedsignin WHERE hour = date_trunc('hour', now())
ON CONFLICT (hour, method, reason, user_id, network)
DO UPDATE SET times = accounts_refusedsignin.times + 1, last_at = now()"""


def note_refusal(
    request: HttpRequest,
    reason: RefusedSignIn.Reason,
    *,
    method: RefusedSignIn.Method | None = None,
    user: User | None = None,
) -> None:
    """Note it, at companies only: the desk and the platform have no such list."""
    if current_company().kind != "company":
        return
    row = {
        "method": method or method_of(request),
        "reason": reason,
        "user": user.pk if user else None,
        "network": network_of(get_adapter().get_client_ip(request)),
        "most_people": MOST_PEOPLE,
        "most_networks": MOST_NETWORKS,
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, row)


def forget_old_refusals() -> None:
    RefusedSignIn.objects.filter(hour__lt=Now() - KEPT).delete()


def method_of(request: HttpRequest) -> RefusedSignIn.Method:
    """Sign-in method, derived from the request path."""
    for start, method in (
        ("/accounts/sso/", Method.SINGLE_SIGN_ON),
        ("/accounts/2fa/webauthn/", Method.PASSKEY),
        ("/accounts/2fa/", Method.CODE),
    ):
        if request.path.startswith(start):
            return method
    return Method.PASSWORD


def network_of(address: str) -> str:
    """The network of an address, without the very machine."""
    ip = ipaddress.ip_address(address)
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 48), strict=False))


def find_user(*, username: str = "", email: str = "") -> User | None:
    """The user of a typed name or address; the same queries run whether there is one or not."""
    named = [*filter_users_by_username(username)] if username else []
    users: list[User] = named or (filter_users_by_email(email) if email else [])
    return users[0] if len(users) == 1 else None


def reason_for(user: User | None) -> RefusedSignIn.Reason:
    """Why a password was refused."""
    if user is None:
        return Reason.UNKNOWN
    if not user.is_active:
        return Reason.SWITCHED_OFF
    return Reason.PASSWORD if user.has_usable_password() else Reason.NO_PASSWORD
