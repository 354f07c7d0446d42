"""Boris signs in with his company account: hanna has connected acme's identity provider."""

import base64
import hmac
import json
import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client

from accounts.identity_provider import turn
from accounts.models import SingleSignOn, User
from accounts.step_up import BY_SINGLE_SIGN_ON
from tenants.context import run_in
from tenants.schemas import enter_schema
from tests.accounts.conftest import at_provider, browser, come_in, connected, is_in, leave
from tests.accounts.oidc_peer import WELL_KNOWN, Answer, Peer, as_json, key, public, signed
from tests.accounts.test_second_factor import SET_UP, code_of
from tests.conftest import signed_in
from tests.notifications.conftest import free_port

LOGIN = "/accounts/login/"
BUTTON = "会社アカウントでサインイン"


def people() -> list[Any]:
    enter_schema("acme")
    return list(User.objects.order_by("pk").values("pk", "username", "roles", "password"))


def test_boris_comes_in_by_the_button(sso: Peer) -> None:
    sso.person |= {"roles": ["hr_admin"], "name": "Boss", "preferred_username": "hanna"}
    before, client = people(), browser()
    assert BUTTON in client.get(LOGIN).content.decode()
    came = come_in(client, next="/portal/watching/")
    assert (came.status_code, came.headers["Location"]) == (302, "/portal/watching/")
    assert client.get("/portal/").status_code == 200
    assert people() == before, "neither roles nor the password of before change"
    account = SocialAccount.objects.get()
    assert (account.user.username, account.uid, account.extra_data) == ("boris", "8a3f", {})
    assert not SocialToken.objects.exists()
    assert not SocialApp.objects.exists()
    (asked,) = sso.asked
    assert (asked["code_challenge_method"], set(asked["scope"].split())) == (
        "S256",
        {"openid", "email"},
    )


def test_the_session_is_listed_and_ends_like_any_other(sso: Peer) -> None:
    here, there = browser(), browser()
    come_in(here)
    come_in(there)
    assert here.get("/accounts/sessions/").content.decode().count("127.0.0.1") == 2
    here.post("/accounts/sessions/")
    assert (is_in(here), is_in(there)) == (True, False)


def test_who_was_ended_is_out_at_the_next_request_and_does_not_come_back(sso: Peer) -> None:
    client = browser()
    come_in(client)
    enter_schema("acme")
    boris = User.objects.get(username="boris")
    boris.is_active = False
    boris.save()
    assert client.get("/portal/").status_code == 302
    assert come_in(browser()).headers["Location"] == "/accounts/inactive/"
    SocialAccount.objects.all().delete()
    assert come_in(browser()).status_code == 403


STRANGERS: dict[str, dict[str, Any]] = {
    "nobody here": {"email": "nobody@acme.example"},
    "a domain it may not speak for": {"email": "hanna@other.example"},
    "a domain below": {"email": "boris@sub.acme.example"},
    "a domain that ends alike": {"email": "boris@notacme.example"},
    "not verified": {"email_verified": False},
    "verified in quotes": {"email_verified": "true"},
    "verified as a number": {"email_verified": 1},
    "no address": {"email": None},
    "an address that is none": {"email": "boris@acme.example\x00"},
    "several": {"email": ["boris@acme.example"]},
}


@pytest.mark.parametrize("about", STRANGERS.values(), ids=STRANGERS)
def test_whom_the_company_does_not_know_is_told_kindly(sso: Peer, about: dict[str, Any]) -> None:
    enter_schema("acme")
    User.objects.filter(username="hanna").update(email="hanna@other.example")
    before, client = people(), browser()
    sso.person |= about
    came = come_in(client)
    assert came.status_code in {401, 403}
    assert "サインインできません" in came.content.decode()
    assert not is_in(client)
    assert people() == before
    assert not SocialAccount.objects.exists()


def test_the_sentence_says_what_to_do(sso: Peer) -> None:
    sso.person["email"] = "nobody@acme.example"
    assert "人事の担当者に登録を依頼してください" in come_in(browser()).content.decode()


def test_what_the_token_leaves_out_is_asked_for_about_the_same_person(sso: Peer) -> None:
    def bare(claims: dict[str, Any]) -> str:
        return signed({name: one for name, one in claims.items() if "email" not in name})

    sso.forge = bare
    assert come_in(browser()).status_code == 302
    sso.lies["/userinfo"] = as_json(sso.person | {"sub": "another"})
    assert come_in(browser()).status_code == 401


def test_once_connected_the_person_counts_and_not_the_address(sso: Peer, hanna: User) -> None:
    come_in(browser())
    sso.person["email"] = "boris.new@elsewhere.example"
    assert come_in(browser()).status_code == 302
    sso.person |= {"sub": "somebody new", "email": "boris@acme.example"}
    newcomer = browser()
    assert "別の会社アカウントと結び付いています" in come_in(newcomer).content.decode()
    assert not is_in(newcomer)
    enter_schema("acme")
    chosen = [User.objects.get(username="boris").pk]
    form = {"action": "release_connection", "_selected_action": chosen}
    signed_in(hanna).post("/admin/accounts/user/", form)
    assert come_in(newcomer).status_code == 302


def test_hanna_still_needs_the_second_factor_of_her_own(sso: Peer) -> None:
    """Whatever the provider says it has seen."""
    enter_schema("acme")
    User.objects.filter(username="hanna").update(email="hanna@acme.example")
    sso.person |= {"sub": "h", "email": "hanna@acme.example", "amr": ["mfa", "hwk"]}
    first = browser()
    come_in(first)
    assert first.get("/admin/").headers["Location"] == SET_UP


def without_password() -> Client:
    """Boris, who knows no way but this one."""
    enter_schema("acme")
    boris = User.objects.get(username="boris")
    boris.set_unusable_password()
    boris.save()
    client = browser()
    come_in(client)
    return client


def test_who_has_a_second_factor_is_asked_for_it_by_this_way_too(sso: Peer) -> None:
    client = without_password()
    secret = client.get(SET_UP).content.decode().split('class="secret">')[1].split("<")[0]
    client.post(SET_UP, {"code": code_of(secret)})
    again = browser()
    assert come_in(again).headers["Location"] == "/accounts/2fa/authenticate/"
    assert again.get("/portal/").status_code == 302


def test_who_has_no_password_shows_it_once_more_at_the_provider(sso: Peer) -> None:
    export = "/portal/conditions/sheet.xlsx"
    client = without_password()
    enter_schema("acme")
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 601
    session.save()
    asked = client.get(export)
    assert asked.headers["Location"].startswith(BY_SINGLE_SIGN_ON), asked
    assert BUTTON in client.get(asked.headers["Location"]).content.decode()
    assert come_in(client, next=export).headers["Location"] == export
    assert sso.asked[-1]["prompt"] == "login"
    assert BY_SINGLE_SIGN_ON not in client.get(export).headers.get("Location", "")


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
    return lambda claims: signed({one: said for one, said in claims.items() if one != name})


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
    "for ever": without("exp"),
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


def test_a_provider_that_is_gone_is_a_kind_sentence(sso: Peer, acme: Any) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    enter_schema("acme")
    row = SingleSignOn.objects.get()
    row.issuer = nowhere
    row.save()
    pressed = browser().post("/accounts/sso/")
    assert pressed.status_code == 401
    assert "情報システムの担当者へ" in pressed.content.decode()


CALLBACK = "/accounts/sso/callback/"


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
    "query", ["", "?state=x", "?code=x", "?code=x&state=y", "?error=access_denied",
              "?code=x&state=%00", "?code[]=x&state=" + "s" * 3000],
)  # fmt: skip
def test_a_made_up_answer_opens_nothing(sso: Peer, query: str) -> None:
    client = browser()
    leave(client)
    assert client.get(CALLBACK + query).status_code == 401
    assert not is_in(client)
    assert "/token" not in sso.called


def test_who_stops_on_the_companys_page_reads_so(sso: Peer) -> None:
    client = browser()
    state = at_provider(leave(client)).rpartition("state=")[2]
    came = client.get(f"{CALLBACK}?error=access_denied&state={state}")
    assert "中止されました" in came.content.decode()


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


def test_many_presses_at_acme_cost_globex_nothing(sso: Peer, globex: Any) -> None:
    run_in(globex, connected, sso)
    shop = {"REMOTE_ADDR": "198.51.100.9"}
    acme = [browser().post("/accounts/sso/", **shop).status_code for _press in range(31)]
    assert (acme[0], acme[-1]) == (200, 429)
    assert browser("globex.localhost").post("/accounts/sso/", **shop).status_code == 200


def test_slow_providers_hold_no_more_than_three_requests(sso: Peer) -> None:
    with ExitStack() as others:
        for _request in range(3):
            others.enter_context(turn())
        pressed = browser().post("/accounts/sso/")
        assert pressed.status_code == 429
        assert "混み合っています" in pressed.content.decode()
    assert leave(browser())


def test_switched_off_there_is_no_button_and_no_way(sso: Peer) -> None:
    client = browser()
    back = at_provider(leave(client))
    enter_schema("acme")
    row = SingleSignOn.objects.get()
    row.is_on = False
    row.save()
    assert BUTTON not in client.get(LOGIN).content.decode()
    for answer in (client.get(back), client.get("/accounts/sso/"), client.post("/accounts/sso/")):
        assert answer.status_code == 404
    assert not is_in(client)


def test_an_address_that_leads_away_is_not_followed_afterwards(sso: Peer) -> None:
    for there in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert come_in(browser(), next=there).headers["Location"] == "/"
