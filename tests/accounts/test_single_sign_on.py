"""Boris signs in with his company account: hanna has connected acme's identity provider."""

from contextlib import ExitStack
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.test import Client

from accounts.models import SingleSignOn, User
from accounts.sso.discovery import turn
from accounts.step_up import BY_SINGLE_SIGN_ON
from tenants.context import run_in
from tenants.schemas import enter_schema
from tests.accounts.conftest import CALLBACK, at_provider, browser, come_in, connected, is_in, leave
from tests.accounts.oidc_peer import Peer, as_json, signed
from tests.conftest import signed_in
from tests.peers import free_port
from tests.support.second_factor import SET_UP, code_of

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


def test_a_provider_that_is_gone_is_a_kind_sentence(sso: Peer, acme: Any) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    enter_schema("acme")
    row = SingleSignOn.objects.get()
    row.issuer = nowhere
    row.save()
    pressed = browser().post("/accounts/sso/")
    assert pressed.status_code == 401
    assert "情報システムの担当者へ" in pressed.content.decode()


def test_who_stops_on_the_companys_page_reads_so(sso: Peer) -> None:
    client = browser()
    state = at_provider(leave(client)).rpartition("state=")[2]
    came = client.get(f"{CALLBACK}?error=access_denied&state={state}")
    assert "中止されました" in came.content.decode()


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
