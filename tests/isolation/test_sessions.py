"""What proves who somebody is, shown where it was not made for, and after it should have ended."""

import itertools

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from demo.seed import PASSWORD
from people.models import Device, Employee
from tenants.context import run_in
from tenants.hosts import forget_cached_companies
from tenants.models import Company
from tests.isolation.requests import send
from tests.isolation.rows import ROWS, Row
from tests.isolation.twin_company import Side, ask, filled

Pair = tuple[Side, Side]
HOMES = {"ops.localhost": "/console/", "localhost": "/admin/"}


def page(side: Side, who: str, url: str, host: str = "") -> int:
    return ask(side.credentials[who], host or side.host, "GET", url).status


def test_acmes_cookie_is_anonymous_elsewhere_and_is_not_used_up_by_it(db: None, pair: Pair) -> None:
    acme, globex = pair
    for host, home in {globex.host: "/portal/", **HOMES}.items():
        for who in ("boris", "hanna", "watcher"):
            reply = ask(acme.credentials[who], host, "GET", home)
            assert (reply.status, "/login/" in reply.location) == (302, True)
    assert page(acme, "boris", "/portal/") == 200
    assert page(acme, "hanna", "/admin/") == 200


def test_the_desks_cookies_are_anonymous_in_every_company(db: None, pair: Pair) -> None:
    acme, globex = pair
    for who, side in itertools.product(("olga", "platform"), (acme, globex)):
        assert page(acme, who, "/portal/", side.host) == 302
        assert page(acme, who, "/admin/", side.host) == 302
    assert page(acme, "olga", "/console/", "ops.localhost") == 200
    assert page(acme, "platform", "/admin/", "localhost") == 200


def test_cookies_are_for_one_host_and_no_script(db: None, pair: Pair) -> None:
    acme, _globex = pair
    answer = sign_in(acme, "boris")
    assert answer.status_code == 302
    cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["domain"], cookie["httponly"], cookie["samesite"]) == ("", True, "Lax")


def sign_in(
    side: Side,
    username: str,
    password: str = PASSWORD,
    client: Client | None = None,
    address: str = "127.0.0.1",
):
    form = {"login": username, "password": password}
    headers = {"Host": side.host}
    return (client or Client(REMOTE_ADDR=address)).post("/accounts/login/", form, headers=headers)


def test_a_sign_in_begins_a_new_session(db: None, pair: Pair) -> None:
    """A session key that somebody else planted is not the one that is signed in."""
    acme, _globex = pair
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = "planted" * 4
    sign_in(acme, "boris", client=client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != "planted" * 4
    assert client.get("/portal/", headers={"Host": acme.host}).status_code == 200


def test_wrong_passwords_at_acme_lock_nobody_out_at_globex(db: None, pair: Pair) -> None:
    acme, _globex = pair
    shop = "127.0.0.7"  # at the machine itself: from elsewhere the demo's password opens nothing
    for _attempt in range(12):
        sign_in(acme, "second", "wrong", address=shop)
    at_acme, at_globex = (sign_in(side, "second", address=shop) for side in pair)
    assert at_acme.status_code != 302, "the limit must be in force at acme"
    assert at_globex.status_code == 302


# Programs show a token in a header, and no cookie of theirs is read.
FORMS = [
    row for row in ROWS if row.verb == "POST" and not row.address.startswith(("/api/", "/scim/"))
]
FORMS = [row for row in FORMS if not row.by_link]


@pytest.mark.parametrize("row", [r for r in FORMS if r.kind == "company"], ids=str)
def test_no_form_of_a_signed_in_person_is_taken_without_its_token(
    row: Row, db: None, pair: Pair
) -> None:
    _acme, globex = pair
    client = Client(enforce_csrf_checks=True, headers={"Host": globex.host})
    for name, value in globex.credentials[row.who].cookies.items():
        client.cookies[name] = value
    kind = {} if row.form else {"content_type": "application/json"}

    def press(**headers: str) -> int:
        url, body = filled(row.address, globex), filled(row.body or {}, globex)
        return int(client.post(url, body, headers=headers, **kind).status_code)

    assert press() == 403
    client.get("/accounts/login/")
    client.get("/portal/watching/")
    client.cookies[settings.CSRF_COOKIE_NAME] = token = "t" * 32
    assert press() == 403
    foreign = {"Origin": "http://evil.example", "X-CSRFToken": token}
    assert press(**foreign) == 403
    assert press(**{"X-CSRFToken": token}) in {row.status, row.or_status}


def test_a_deactivated_person_does_not_sign_in(db: None, pair: Pair) -> None:
    acme, _globex = pair
    run_in(acme.company, lambda: User.objects.filter(username="boris").update(is_active=False))
    assert sign_in(acme, "boris").headers.get("Location", "").startswith("/accounts/inactive/")


def test_signing_out_ends_the_session_for_every_copy_of_its_cookie(db: None, pair: Pair) -> None:
    acme, _globex = pair
    assert page(acme, "boris", "/portal/") == 200
    ask(acme.credentials["boris"], acme.host, "POST", "/accounts/logout/", form=True)
    assert page(acme, "boris", "/portal/") == 302


API = [row for row in ROWS if row.who == "anna's phone"]
MAY_STILL_REPORT = ("/api/v1/incidents", "/api/v1/device/state")


@pytest.mark.parametrize("row", API, ids=str)
def test_a_revoked_device_may_report_and_nothing_else_from_the_next_request_on(
    row: Row, db: None, pair: Pair
) -> None:
    acme, _globex = pair
    device = Device.objects.filter(pk=acme.keys["anna's phone"])
    run_in(acme.company, lambda: device.update(revoked_at=timezone.now()))
    reply = send(row, acme, acme.credentials["anna's phone"], acme)
    reports = row.address.startswith(MAY_STILL_REPORT) and not row.address.endswith("/locations")
    assert reply.status == (row.status if reports else 403)


def test_a_device_of_somebody_who_left_reports_no_more_revoked_or_not(db: None, pair: Pair) -> None:
    acme, _globex = pair

    def leave() -> None:
        Employee.objects.filter(number="020182").update(ended_on="2026-01-01")

    run_in(acme.company, leave)
    for row, phone in itertools.product(API, ("anna's phone", "revoked phone")):
        assert send(row, acme, acme.credentials[phone], acme).status == 401


def test_a_suspended_company_is_an_unknown_host(db: None, pair: Pair) -> None:
    """After ten seconds at most; the host's answer is kept that long."""
    acme, globex = pair
    try:
        Company.objects.filter(pk=acme.company.pk).update(is_suspended=True)
        forget_cached_companies()
        for row in (row for row in ROWS if row.kind == "company"):
            assert send(row, acme, acme.credentials[row.who], acme).status == 404
        assert page(globex, "boris", "/portal/") == 200
    finally:
        Company.objects.filter(pk=acme.company.pk).update(is_suspended=False)
        forget_cached_companies()
