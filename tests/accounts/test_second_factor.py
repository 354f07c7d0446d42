"""Olga signs in: password, then the code of her phone; a password alone gets nowhere."""

import re
from collections.abc import Iterator

import pytest
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.core.management import call_command

from accounts.models import User
from audit.models import AuditEvent
from demo.seed import PASSWORD
from tenants.context import run_in
from tenants.models import Company
from tests.conftest import signed_in
from tests.support.second_factor import HOST, SET_UP, SHOW, browser, code_of, set_up, with_password


@pytest.fixture
def ops(db: None) -> Iterator[Company]:
    company = Company.objects.get(schema_name="ops")
    run_in(company, cache.clear)
    yield company
    run_in(company, cache.clear)


@pytest.mark.parametrize("path", ["/console/", "/console/rows/", "/field/", "/desk/"])
@pytest.mark.parametrize("username", ["olga", "lena", "rosa"])
def test_a_password_alone_leads_to_the_set_up(ops: Company, username: str, path: str) -> None:
    answer = with_password(username).get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, SET_UP)


def test_the_personnel_department_needs_one_for_the_administration(ops: Company) -> None:
    host = "acme.localhost"
    hanna = with_password("hanna", host).get("/admin/")
    assert (hanna.status_code, hanna.headers["Location"]) == (302, SET_UP)
    boris = with_password("boris", host).get("/portal/")
    assert boris.status_code == 200


def test_a_list_that_refreshes_itself_sends_the_whole_page_there(ops: Company) -> None:
    answer = with_password().get("/console/rows/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, SET_UP)


def test_olga_sets_up_her_phone_and_signs_in_with_it(ops: Company) -> None:
    first = with_password()
    secret, _codes = set_up(first)
    assert first.get("/console/").status_code == 200
    stored = run_in(ops, lambda: Authenticator.objects.get(type="totp").data["secret"])
    assert secret not in stored

    run_in(ops, cache.clear)  # half a minute later
    later = browser()
    asked = later.post("/accounts/login/", {"login": "olga", "password": PASSWORD})
    assert asked.headers["Location"] == "/accounts/2fa/authenticate/"
    assert later.get("/console/").status_code == 302
    later.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert later.get("/console/").status_code == 200


def test_a_code_is_good_once(ops: Company) -> None:
    secret, _codes = set_up(with_password())
    code = code_of(secret)
    answers = []
    for client in (browser(), browser()):
        client.post("/accounts/login/", {"login": "olga", "password": PASSWORD})
        client.post("/accounts/2fa/authenticate/", {"code": code})
        answers.append(client.get("/console/").status_code)
    assert answers == [200, 302]


def test_a_recovery_code_is_good_once(ops: Company) -> None:
    _secret, codes = set_up(with_password())
    answers = []
    for client in (browser(), browser()):
        client.post("/accounts/login/", {"login": "olga", "password": PASSWORD})
        client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
        answers.append(client.get("/console/").status_code)
    assert answers == [200, 302]


def test_an_older_session_shows_the_code_and_goes_on(ops: Company) -> None:
    older = with_password()
    secret, _codes = set_up(with_password())
    asked = older.get("/console/")
    assert asked.headers["Location"] == f"{SHOW}?next=%2Fconsole%2F"
    answer = older.post(SHOW, {"code": code_of(secret), "next": "/console/"})
    assert answer.headers["Location"] == "/console/"
    assert older.get("/console/").status_code == 200


def test_a_session_from_before_the_set_up_cannot_take_the_factor_away(ops: Company) -> None:
    thief = with_password()
    set_up(with_password())
    for path in ("/console/", "/accounts/2fa/totp/deactivate/", "/accounts/2fa/recovery-codes/"):
        assert thief.get(path).headers["Location"].startswith(SHOW)
    thief.post("/accounts/2fa/totp/deactivate/")
    thief.post(SHOW, {"code": "000000", "next": "/console/"})
    assert thief.get("/console/").status_code == 302
    assert run_in(ops, lambda: Authenticator.objects.filter(type="totp").count()) == 1


def test_who_takes_the_app_away_sets_up_another_one_at_once(ops: Company) -> None:
    olga = with_password()
    set_up(olga)
    assert olga.get("/console/").status_code == 200
    olga.post("/accounts/2fa/totp/deactivate/")
    assert olga.get("/console/").headers["Location"] == SET_UP


def test_the_demos_link_counts_as_verified(ops: Company) -> None:
    olga = run_in(ops, lambda: User.objects.get(username="olga"))
    client = run_in(ops, signed_in, olga, HOST)
    assert client.get("/console/").status_code == 200


PAGES = (
    "/accounts/2fa/",
    "/accounts/reauthenticate/",
    "/accounts/email/",
    "/accounts/password/change/",
    SET_UP,
)


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_ones_account_are_in_japanese_and_in_our_dress(
    ops: Company, path: str
) -> None:
    text = with_password().get(path, follow=True).content.decode()
    assert "account.css" in text
    assert '<html lang="ja"' in text
    heading = re.search(r"<h1>(.*?)</h1>", text, re.DOTALL)
    assert heading
    assert re.search(r"[ぁ-んァ-ヶ一-龥]", heading[1])


def test_anyone_who_runs_the_servers_can_take_it_away_and_the_audit_says_so(ops: Company) -> None:
    lost = with_password()
    set_up(lost)
    assert lost.get("/console/").status_code == 200
    call_command("reset_second_factor", schema="ops", username="olga")
    assert "/login/" in lost.get("/console/").headers["Location"]
    assert with_password().get("/console/").headers["Location"] == SET_UP
    last = run_in(ops, lambda: AuditEvent.objects.of("admin").last())
    assert last.payload["verb"] == "user.second_factor_reset"
