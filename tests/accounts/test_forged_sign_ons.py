"""What is not from the company's identity provider, or not for this browser, opens nothing."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from accounts.models import User
from tenants.context import run_in
from tenants.schemas import enter_schema
from tests.accounts.conftest import CALLBACK, at_provider, browser, come_in, connected, is_in, leave
from tests.accounts.oidc_peer import WELL_KNOWN, Answer, Peer, as_json, key, public, signed


def none(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, None, algorithm="none", headers={"kid": "one"})


def by_public_key(claims: dict[str, Any]) -> str:
    """HS256, with what everybody can read as the secret."""
    head, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
        for part in ({"alg": "HS256", "kid": "one"}, claims)
    )
    tag = hmac.digest(json.dumps(public("one")).encode(), head + b"." + body, "sha256")
    return b".".join((head, body, base64.urlsafe_b64encode(tag).rstrip(b"="))).decode()


def by(name: str, kid: str = "one") -> Callable[[dict[str, Any]], str]:
    return lambda claims: jwt.encode(claims, key(name), algorithm="RS256", headers={"kid": kid})


def told(**other: Any) -> Callable[[dict[str, Any]], str]:
    return lambda claims: signed(claims | other)


def without(name: str) -> Callable[[dict[str, Any]], str]:
    return lambda claims: signed({claim: value for claim, value in claims.items() if claim != name})


def cut(claims: dict[str, Any]) -> str:
    return signed(claims).rpartition(".")[0] + "."


def changed(claims: dict[str, Any]) -> str:
    head, _body, tag = signed(claims).split(".")
    other = base64.urlsafe_b64encode(json.dumps(claims | {"sub": "x"}).encode()).rstrip(b"=")
    return f"{head}.{other.decode()}.{tag}"


LONG_AGO = int(time.time()) - 3600
FORGED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "another issuer": told(iss="https://login.other.example"),
    "an issuer with a slash more": lambda claims: signed(claims | {"iss": claims["iss"] + "/"}),
    "for another client": told(aud="somebody else"),
    "for several, handed to another": lambda claims: signed(
        claims | {"aud": [claims["aud"], "x"], "azp": "x"}
    ),
    "another sign-in's": told(nonce="another"),
    "for no sign-in": without("nonce"),
    "unsigned": none,
    "signature cut off": cut,
    "changed after signing": changed,
    "signed with the public key": by_public_key,
    "signed by another": by("two"),
    "signed by another who says so": by("two", "two"),
    "expired": told(iat=LONG_AGO - 300, exp=LONG_AGO),
    "not yet": told(nbf=int(time.time()) + 3600),
    "from the future": told(iat=int(time.time()) + 3600),
    "forever": without("exp"),
    "expires at infinity": told(exp=float("inf")),
    "about nobody": without("sub"),
    "about an empty name": told(sub=""),
    "about a number": told(sub=7),
    "about a name too long": told(sub="x" * 300),
    "about a name with a zero": told(sub="8a3f\x00"),
    "no token": lambda _claims: "x",
    "a list": lambda claims: [signed(claims)],
    "nothing": lambda _claims: None,
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_a_forged_token_opens_nothing(sso: Peer, forge: Callable[[dict[str, Any]], Any]) -> None:
    client = browser()
    sso.forge = forge
    came = come_in(client)
    assert came.status_code == 401
    assert "もう一度お試しください" in came.content.decode()
    assert not is_in(client)
    enter_schema("acme")
    assert not SocialAccount.objects.exists()
    sso.forge = signed
    assert come_in(client).status_code == 302, "the same browser, without the forgery"


def nested() -> Answer:
    return 200, {"Content-Type": "application/json"}, b"[" * 60_000


CROOKED: dict[str, tuple[str, Answer | Callable[[], Answer]]] = {
    "discovery in HTML": (WELL_KNOWN, (200, {}, b"<html>")),
    "discovery is a list": (WELL_KNOWN, as_json([1])),
    "discovery nested": (WELL_KNOWN, nested),
    "discovery fails": (WELL_KNOWN, (500, {}, b"")),
    "keys empty": ("/keys", as_json({"keys": []})),
    "keys a list": ("/keys", as_json([])),
    "keys of a kind": ("/keys", as_json({"keys": [{"kty": "oct", "k": "eA", "kid": "one"}]})),
    "token refused": ("/token", as_json({"error": "invalid_client"}, 401)),
    "token in HTML": ("/token", (200, {"Content-Type": "text/html"}, b"<html>")),
    "token without a kind": ("/token", (200, {}, b"<html>")),
    "token a list": ("/token", as_json(["access_token"])),
    "token without id_token": ("/token", as_json({"access_token": "x"})),
    "token nested": ("/token", nested),
    "token elsewhere": ("/token", (307, {"Location": "http://127.0.0.1:9/"}, b"")),
}


@pytest.mark.parametrize(("path", "answer"), CROOKED.values(), ids=CROOKED)
def test_a_crooked_answer_is_a_refused_sign_in(sso: Peer, path: str, answer: Answer) -> None:
    client = browser()
    back = at_provider(leave(client))
    sso.lies[path] = answer
    came = client.get(back)
    assert came.status_code == 401
    assert "もう一度お試しください" in came.content.decode()
    pressed = client.post("/accounts/sso/")
    assert pressed.status_code == (401 if path == WELL_KNOWN else 200)
    assert not is_in(client)


LIES: dict[str, dict[str, Any]] = {
    "another issuer": {"issuer": "https://login.other.example"},
    "no token endpoint": {"token_endpoint": None},
    "keys at the machine itself": {"jwks_uri": "https://localhost/keys"},
    "metadata of the cloud": {"token_endpoint": "https://169.254.169.254/token"},
    "a script": {"authorization_endpoint": "javascript:alert(1)"},
    "sign-in page inside": {"authorization_endpoint": "https://10.0.0.1/"},
    "a file": {"userinfo_endpoint": "file:///etc/passwd"},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_every_address_of_its_discovery_is_looked_at(sso: Peer, lie: dict[str, Any]) -> None:
    sso.lies[WELL_KNOWN] = as_json(sso.discovery() | lie)
    assert browser().post("/accounts/sso/").status_code == 401
    assert set(sso.called) == {WELL_KNOWN}


def test_a_code_is_good_once_in_one_browser(sso: Peer) -> None:
    client, thief = browser(), browser()
    back = at_provider(leave(client))
    assert thief.get(back).status_code == 401
    assert "/token" not in sso.called, "without its state no code is looked at"
    assert client.get(back).status_code == 302
    for again in (client.get(back), thief.get(back)):
        assert again.status_code == 401
    assert not is_in(thief)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?state=x",
        "?code=x",
        "?code=x&state=y",
        "?error=access_denied",
        "?code=x&state=%00",
        "?code[]=x&state=" + "s" * 3000,
    ],
)
def test_a_made_up_answer_opens_nothing(sso: Peer, query: str) -> None:
    client = browser()
    leave(client)
    assert client.get(CALLBACK + query).status_code == 401
    assert not is_in(client)
    assert "/token" not in sso.called


def test_what_acme_was_answered_is_worth_nothing_at_globex(sso: Peer, globex: Any) -> None:
    """Same provider, same client, same addresses in both: the nearest that two can come."""
    run_in(globex, connected, sso)
    run_in(globex, lambda: User.objects.filter(username="boris").update(email="boris@acme.example"))
    client = browser()
    back = at_provider(leave(client))
    for is_same_browser in (True, False):
        other = browser("globex.localhost")
        if is_same_browser:
            other.cookies.update(client.cookies)
        assert other.get(back).status_code == 401
        assert not is_in(other)
    assert "/token" not in sso.called
    assert client.get(back).status_code == 302
    as_at_acme = Client(headers={"Host": "globex.localhost"})
    as_at_acme.cookies.update(client.cookies)
    assert not is_in(as_at_acme)
