"""Hanna connects the company's identity provider: who may, what is kept of it, what is said."""

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from auditlog.models import LogEntry
from django.db import connection
from django.test import Client

from accounts.models import SingleSignOn, User
from accounts.roles import Role
from accounts.second_factor import BY_CODE
from audit.models import AuditEvent
from tenants.schemas import enter_schema
from tests.accounts.conftest import browser, come_in, peer
from tests.accounts.oidc_peer import WELL_KNOWN, Peer, as_json
from tests.conftest import signed_in
from tests.support.second_factor import set_up, with_password
from web.sealed_values import CannotOpen

__all__ = ["peer"]
LIST = "/admin/accounts/singlesignon/"
PAGE = f"{LIST}1/change/"


def form(peer: Peer, **other: str) -> dict[str, str]:
    return {
        "is_on": "on",
        "issuer": peer.url,
        "client_id": peer.client_id,
        "secret": peer.secret,
        "email_domains": "acme.example, @ACME.example",
    } | other


def press(client: Client, path: str, **fields: str) -> str:
    return str(client.post(path, fields, follow=True).content.decode())


@pytest.fixture
def desk(hanna: User) -> Client:
    return signed_in(hanna)


@pytest.fixture
def added(desk: Client, peer: Peer) -> Client:
    assert desk.post(f"{LIST}add/", form(peer)).status_code == 302
    enter_schema("acme")
    return desk


def test_what_hanna_enters_lets_boris_in(added: Client, peer: Peer, boris: User) -> None:
    boris.email = "boris@acme.example"
    boris.save()
    assert SingleSignOn.objects.get().email_domains == ["acme.example"]
    assert come_in(browser()).headers["Location"] == "/"


def test_the_secret_is_nowhere_to_be_read(added: Client, peer: Peer) -> None:
    added.post(PAGE, form(peer, secret="", email_domains="acme.example"))
    added.post(PAGE, form(peer, secret="another s3cret"))
    pages = [added.get(path).content.decode() for path in (PAGE, LIST, f"{PAGE[:-7]}history/")]
    enter_schema("acme")
    log = [str(entry.changes) for entry in LogEntry.objects.all()]
    audit = [str(event.payload) for event in AuditEvent.objects.all()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(sealed_secret, 'escape') FROM accounts_singlesignon")
        stored = [row[0] for row in cursor.fetchall()]
    for text in (*pages, *log, *audit, *stored):
        assert "s3cret" not in text
    assert SingleSignOn.objects.get().secret == "another s3cret"
    assert peer.url in "".join(log)


def test_a_secret_opens_in_its_own_company_alone(added: Client, globex: Any) -> None:
    row = SingleSignOn.objects.get()
    enter_schema("globex")
    with pytest.raises(CannotOpen):
        str(row.secret)


def test_each_change_is_in_the_companys_audit(added: Client, peer: Peer, hanna: User) -> None:
    added.post(PAGE, form(peer, secret="", email_domains="acme.example"))
    off = form(peer, secret="")
    del off["is_on"]
    added.post(PAGE, off)
    enter_schema("acme")
    found = [event.payload for event in AuditEvent.objects.of("admin")]
    mine = [one for one in found if one["verb"] == "single_sign_on.changed"]
    assert [one["fields"] for one in mine] == [
        ["client_id", "email_domains", "is_on", "issuer", "secret"],
        ["is_on"],
    ], "a press that changes nothing is no change"
    assert {one["actor"]["id"] for one in mine} == {str(hanna.public_id)}
    assert [one["is_on"] for one in mine] == [True, False]


def test_anyone_who_leads_it_elsewhere_has_to_know_the_secret(added: Client, peer: Peer) -> None:
    """The stored one would otherwise be sent to whatever address is typed in."""
    for moved in ({"issuer": "https://login.other.example"}, {"client_id": "x"}):
        page = press(added, PAGE, **form(peer, secret="") | moved)
        assert "クライアントシークレットを入力してください" in page
    enter_schema("acme")
    assert SingleSignOn.objects.get().issuer == peer.url


def test_another_providers_names_for_people_are_forgotten(
    added: Client, peer: Peer, boris: User
) -> None:
    account = {"user": boris, "provider": "sso", "uid": "8a3f"}
    SocialAccount.objects.create(**account)
    added.post(PAGE, form(peer, secret="new"))
    enter_schema("acme")
    assert SocialAccount.objects.exists()
    added.post(PAGE, form(peer, issuer="https://login.other.example"))
    enter_schema("acme")
    assert not SocialAccount.objects.exists()


WRONG = {
    "no https": ({"issuer": "http://login.example.jp"}, "https://"),
    "a user name": ({"issuer": "https://x@login.example.jp"}, "https://"),
    "a port": ({"issuer": "https://login.example.jp:22"}, "https://"),
    "a question": ({"issuer": "https://login.example.jp/?x"}, "? や # は使えません"),
    "no domain": ({"email_domains": ""}, "この項目は必須です"),
    "no such domain": ({"email_domains": "acme"}, "acme はドメインではありません"),
    "an address": ({"email_domains": "x@acme.jp"}, "はドメインではありません"),
    "no secret": ({"secret": ""}, "クライアントシークレットを入力してください"),
}


@pytest.mark.parametrize(("wrong", "says"), WRONG.values(), ids=WRONG)
def test_what_cannot_be_right_is_said_in_words(
    desk: Client, peer: Peer, wrong: dict[str, str], says: str
) -> None:
    assert says in press(desk, f"{LIST}add/", **form(peer, **wrong))
    enter_schema("acme")
    assert not SingleSignOn.objects.exists()


def test_the_connection_is_tried_as_typed_and_nothing_is_kept(desk: Client, peer: Peer) -> None:
    good = press(desk, f"{LIST}test/", issuer=peer.url)
    assert "認証基盤から応答がありました" in good
    peer.lies[WELL_KNOWN] = as_json(peer.discovery() | {"issuer": "https://x.example"})
    assert "別の名前を名乗っています：https://x.example" in press(
        desk, f"{LIST}test/", issuer=peer.url
    )
    for address in ("https://169.254.169.254", "https://localhost", "x", ""):
        assert "接続しません" in press(desk, f"{LIST}test/", issuer=address)
    enter_schema("acme")
    assert not SingleSignOn.objects.exists()
    assert desk.get(f"{LIST}test/").status_code == 405


def test_there_is_one_of_it(added: Client) -> None:
    assert added.get(f"{LIST}add/").status_code == 403


def test_the_page_asks_once_more_who_it_is(added: Client, peer: Peer) -> None:
    hanna = with_password("hanna", "acme.localhost")
    set_up(hanna)
    enter_schema("acme")
    session = hanna.session
    session["account_authentication_methods"] = []
    session.save()
    for answer in (hanna.get(PAGE), hanna.post(PAGE, form(peer)), hanna.get(f"{LIST}add/")):
        assert answer.headers["Location"].startswith(BY_CODE)
    assert "このページを開き直して" in press(hanna, f"{LIST}test/", issuer=peer.url)
    assert peer.called == []


def test_it_may_connect_it_and_supervisors_may_not(acme: Any, peer: Peer, boris: User) -> None:
    it = User.objects.create_user("it", "x", family_name="情シス", roles=[Role.IT_ADMIN])
    assert signed_in(it).post(f"{LIST}add/", form(peer)).status_code == 302
    assert signed_in(boris).post(f"{LIST}add/", form(peer)).status_code == 302
    assert signed_in(boris).post(f"{LIST}test/", {"issuer": peer.url}).status_code == 302
    assert peer.called == []


def test_who_decides_how_others_sign_in_needs_a_second_factor(acme: Any) -> None:
    User.objects.create_user("it", "demo-sobani-2026", family_name="情シス", roles=[Role.IT_ADMIN])
    page = with_password("it", "acme.localhost").get(LIST)
    assert page.headers["Location"] == "/accounts/2fa/totp/activate/"
