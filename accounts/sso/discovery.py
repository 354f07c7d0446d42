"""What a company's identity provider says of itself: read over the guard, believed only where it
is what the company typed in."""

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import jwt
import requests
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from web import outbound

WELL_KNOWN = "/.well-known/openid-configuration"
NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")
ALGORITHMS = ("RS256", "ES256")
LEEWAY = 60
"""Seconds that two clocks may differ."""
_turns = threading.BoundedSemaphore(3)


class Unusable(OAuth2Error):
    """Why nobody can be signed in by it, in words for the person setting it up."""

    def __init__(self, words: str | Promise) -> None:
        super().__init__(str(words))
        self.words = words


class Busy(Exception):
    """Three others are talking to a provider."""


@contextlib.contextmanager
def turn() -> Iterator[None]:
    """Limit concurrent calls: a silent provider holds a thread for seconds, a process has few,
    and alarms must find one. Raises Busy."""
    if not _turns.acquire(blocking=False):
        raise Busy
    try:
        yield
    finally:
        _turns.release()


def described_by(issuer: str) -> dict[str, Any]:
    """The issuer's discovery document, every address in it fit to be called. Raises Unusable."""
    document = _fetched(issuer.rstrip("/") + WELL_KNOWN)
    if document.get("issuer") != issuer:
        issuer_name = str(document.get("issuer"))[:200]
        raise Unusable(_("It calls itself differently: %(name)s") % {"name": issuer_name})
    addresses = [document.get(name) for name in NEEDED]
    if "userinfo_endpoint" in document:
        addresses.append(document["userinfo_endpoint"])
    for address in addresses:
        _vet(address)
    return document


def keys_of(described: dict[str, Any]) -> list[jwt.PyJWK]:
    """The provider's signing keys. Raises Unusable."""
    try:
        keys = jwt.PyJWKSet.from_dict(_fetched(described["jwks_uri"])).keys
    except jwt.PyJWTError:
        keys = []
    good = [key for key in keys if key.algorithm_name in ALGORITHMS]
    if not good:
        raise Unusable(_("It shows no key that can be used (RS256 or ES256)."))
    return good


def claims_of(
    token: str, *, described: dict[str, Any], client_id: str, nonce: str
) -> dict[str, Any]:
    """What a token says, if this provider signed it for us, now, and for this very sign-in.

    Raises PyJWTError, or whatever a crooked token makes of it.
    """
    name = jwt.get_unverified_header(token).get("kid")
    fitting = [key for key in keys_of(described) if name in (None, key.key_id)]
    if len(fitting) != 1:
        raise jwt.InvalidKeyError("signed with an unknown key")
    claims: dict[str, Any] = jwt.decode(
        token,
        fitting[0],
        algorithms=ALGORITHMS,
        issuer=described["issuer"],
        audience=client_id,
        leeway=LEEWAY,
        options={"require": ["iss", "sub", "aud", "exp", "iat", "nonce"]},
    )
    if claims["nonce"] != nonce or claims.get("azp", client_id) != client_id:
        raise jwt.InvalidTokenError("made for another sign-in")
    return claims


def _vet(address: object) -> None:
    try:
        outbound.vet(address if isinstance(address, str) else "")
    except outbound.OutboundRefused as error:
        raise Unusable(_not_called(address)) from error


def _fetched(address: str) -> dict[str, Any]:
    try:
        outbound.check(address)
        with outbound.session() as session:
            answer = session.get(address)
        if not answer.ok:
            shown = {"address": address, "status": answer.status_code}
            raise Unusable(_("%(address)s answers %(status)s.") % shown)
        document = answer.json()
    except outbound.OutboundRefused as error:
        raise Unusable(_not_called(address)) from error
    except (requests.JSONDecodeError, RecursionError) as error:
        raise Unusable(_unreadable(address)) from error
    except requests.RequestException as error:
        raise Unusable(_("%(address)s does not answer.") % {"address": address}) from error
    if not isinstance(document, dict):
        raise Unusable(_unreadable(address))
    return document


def _not_called(address: object) -> str:
    words = _(
        "%(address)s is not called. It must begin with https:// and be on the internet;"
        " the people who run this service can allow one in your own network."
    )
    return words % {"address": str(address)[:200]}


def _unreadable(address: str) -> str:
    return _("%(address)s does not answer as an identity provider does.") % {"address": address}
