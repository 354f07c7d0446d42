"""Hanna makes a token for the company's identity provider, and takes it back."""

import re

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from auditlog.models import LogEntry
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from accounts.second_factor import BY_CODE
from audit.models import AuditEvent
from people.models import ProvisioningToken
from tenants.schemas import enter_schema
from tests.conftest import signed_in
from tests.gateways.provider import Provider, refused
from tests.support.second_factor import set_up, with_password

LIST = "/admin/people/provisioningtoken/"


@pytest.fixture
def desk(hanna: User) -> Client:
    return signed_in(hanna)


def made(desk: Client, name: str = "Entra ID") -> str:
    """The token, as the page shows it once."""
    page = desk.post(f"{LIST}add/", {"name": name})
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    found = re.search(r'id="token">(sbs1\.[^<]+)<', page.content.decode())
    assert found
    enter_schema("acme")
    return found[1]


def revoke(desk: Client, *tokens: ProvisioningToken, **more: str) -> str:
    keys = [str(token.pk) for token in tokens]
    form = {"action": "revoke", "_selected_action": keys} | more
    page = desk.post(LIST, form, follow=True).content.decode()
    enter_schema("acme")
    return page


def test_a_token_works_until_it_is_revoked(desk: Client, hanna: User) -> None:
    provider = Provider(made(desk))
    assert provider.get("Users").status_code == 200
    enter_schema("acme")
    token = ProvisioningToken.objects.get()
    assert token.last_seen_at
    assert "これらのトークンでは" in revoke(desk, token)
    assert provider.get("Users").status_code == 200, "it was only asked"
    enter_schema("acme")
    revoke(desk, token, confirmed="yes")
    refused(provider.get("Users"), 401)
    enter_schema("acme")
    verbs = [event.payload["verb"] for event in AuditEvent.objects.of("admin")]
    assert verbs[-2:] == ["provisioning_token.issued", "provisioning_token.revoked"]


def test_the_token_is_shown_once_and_kept_nowhere(desk: Client) -> None:
    text = made(desk)
    pk = ProvisioningToken.objects.get().pk
    paths = ("", f"{pk}/change/", f"{pk}/history/")
    pages = [desk.get(f"{LIST}{path}").content.decode() for path in paths]
    enter_schema("acme")
    log = [str(entry.changes) for entry in LogEntry.objects.all()]
    audit = [str(event.payload) for event in AuditEvent.objects.all()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(t)::text FROM people_provisioningtoken t")
        stored = [row[0] for row in cursor.fetchall()]
    secret = text.rpartition(".")[2]
    for one in (*pages, *log, *audit, *stored):
        assert secret not in one
    assert "http://acme.localhost" in pages[0]


def test_two_are_good_so_that_one_can_replace_the_other(desk: Client) -> None:
    first, second = Provider(made(desk)), Provider(made(desk, "new"))
    page = desk.post(f"{LIST}add/", {"name": "one too many"}, follow=True)
    assert "すでに2つのトークンを使用中です" in page.content.decode()
    enter_schema("acme")
    revoke(desk, ProvisioningToken.objects.get(name="Entra ID"), confirmed="yes")
    refused(first.get("Users"), 401)
    assert second.get("Users").status_code == 200
    enter_schema("acme")
    made(desk, "third")


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.PRIVACY_AUDITOR])
def test_it_is_no_page_for_others(hanna: User, boris: User, role: Role) -> None:
    boris.roles = [role]
    boris.save()
    assert signed_in(boris).get(LIST).status_code in {302, 403}


def test_the_page_asks_once_more_who_it_is(desk: Client) -> None:
    made(desk)
    hanna = with_password("hanna", "acme.localhost")
    set_up(hanna)
    enter_schema("acme")
    session = hanna.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = []
    session.save()
    token = ProvisioningToken.objects.get()
    form = {"action": "revoke", "_selected_action": [token.pk], "confirmed": "yes"}
    for answer in (
        hanna.get(f"{LIST}add/"),
        hanna.post(f"{LIST}add/", {"name": "x"}),
        hanna.post(LIST, form),
    ):
        assert answer.headers["Location"].startswith(BY_CODE)
    enter_schema("acme")
    assert [one.revoked_at for one in ProvisioningToken.objects.all()] == [None]


def test_a_token_of_acme_is_worth_what_an_unknown_one_is_at_globex(desk: Client) -> None:
    text = made(desk)
    unknown = f"sbs1.{'0' * 32}.{'x' * 43}"
    answers = [
        Provider(token, "globex.localhost").get("Users")
        for token in (text, unknown, "", "sb1.x.y", f"{text}\u3042".encode().decode("latin-1"))
    ]
    for answer in answers:
        refused(answer, 401)
    seen = {(answer.content, tuple(sorted(answer.headers.items()))) for answer in answers}
    assert len(seen) == 1
    assert answers[0].headers["WWW-Authenticate"] == 'Bearer realm="SCIM"'
    guessed = f"{text.rpartition('.')[0]}.{'x' * 43}"
    assert Provider(guessed).get("Users").content == answers[0].content
    assert Provider(text).get("Users").status_code == 200
