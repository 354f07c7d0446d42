"""Hanna's session alone exports nobody: the second factor is shown again within ten minutes."""

import threading
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.core.cache import cache
from django.db import DatabaseError, connection, transaction
from django.test import Client

from accounts.models import User
from accounts.second_factor import BY_CODE
from accounts.step_up import BY_PASSWORD
from demo.data import ACME
from demo.seeding import fill
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import enter_schema, leave_schema
from tests.accounts.test_second_factor import browser, code_of, set_up, with_password
from tests.conftest import signed_in

HOST = "acme.localhost"
EXPORT = "/admin/people/employee/export/"


@pytest.fixture
def company(db: None) -> Iterator[Company]:
    found = Company.objects.get(schema_name="acme")
    run_in(found, cache.clear)
    yield found
    run_in(found, cache.clear)


def shown_again(client: Client, company: Company, secret: str) -> None:
    run_in(company, cache.clear)  # half a minute later
    client.post(BY_CODE, {"code": code_of(secret), "next": EXPORT})


def test_an_export_asks_for_the_code_again_and_then_goes_on(company: Company) -> None:
    hanna = with_password("hanna", HOST)
    secret, _codes = set_up(hanna)
    asked = hanna.get(EXPORT)
    assert (asked.status_code, asked.headers["Location"].split("?")[0]) == (302, BY_CODE)
    pressed = {"export_items": [], "resource": "0", "format": "0"}
    assert hanna.post(EXPORT, pressed).headers["Location"].startswith(BY_CODE)
    shown_again(hanna, company, secret)
    assert hanna.get(EXPORT).status_code == 200
    assert hanna.get("/admin/people/employee/").status_code == 200


def test_ten_minutes_later_it_is_asked_for_again(company: Company) -> None:
    hanna = with_password("hanna", HOST)
    secret, _codes = set_up(hanna)
    shown_again(hanna, company, secret)
    assert hanna.get(EXPORT).status_code == 200
    enter_schema("acme")
    session = hanna.session
    for one in session[AUTHENTICATION_METHODS_SESSION_KEY]:
        one["at"] -= 601
    session.save()
    assert hanna.get(EXPORT).headers["Location"].startswith(BY_CODE)


def test_for_whom_no_code_is_compulsory_the_password_is_asked_for(company: Company) -> None:
    def make_it_admin() -> User:
        second = User.objects.get(username="second")
        second.roles = ["it_admin"]
        second.save()
        return second

    run_in(company, make_it_admin)
    client = with_password("second", HOST)
    enter_schema("acme")
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = []
    session.save()
    category = "/admin/incidents/category/add/"
    assert client.get(category).headers["Location"].startswith(BY_PASSWORD)


def test_who_signs_in_elsewhere_is_seen_and_sent_away(company: Company) -> None:
    here, there = with_password("boris", HOST), with_password("boris", HOST)
    page = here.get("/accounts/sessions/").content.decode()
    assert page.count("127.0.0.1") == 2
    assert there.get("/portal/").status_code == 200
    here.post("/accounts/sessions/")
    assert there.get("/portal/").status_code == 302
    assert here.get("/portal/").status_code == 200
    assert (
        "ほかの場所ではサインインしていません" in here.get("/accounts/sessions/").content.decode()
    )


def test_nobody_sees_or_ends_another_persons_sessions(company: Company) -> None:
    boris, carla = with_password("boris", HOST), with_password("carla", HOST)
    assert carla.get("/accounts/sessions/").content.decode().count("127.0.0.1") == 1
    carla.post("/accounts/sessions/")
    assert boris.get("/portal/").status_code == 200
    assert browser(HOST).get("/accounts/sessions/").status_code == 302


def test_a_wrong_guess_at_one_company_costs_the_other_nothing(company: Company) -> None:
    """One person who works for both, one address: each company counts for itself."""
    form = {"login": "boris", "password": "wrong"}
    for _attempt in range(12):
        browser(HOST).post("/accounts/login/", form)
    right = form | {"password": "demo-sobani-2026"}
    assert browser(HOST).post("/accounts/login/", right).status_code != 302
    other = browser("globex.localhost").post("/accounts/login/", right)
    assert other.status_code == 302


def test_the_last_hr_admin_stays_whoever_asks(company: Company) -> None:
    enter_schema("acme")
    hanna = User.objects.get(username="hanna")
    changes: list[dict[str, Any]] = [{"roles": []}, {"is_active": False}, {"roles": ["it_admin"]}]
    for change in changes:
        with pytest.raises(DatabaseError, match="last hr_admin"), transaction.atomic():
            User.objects.filter(pk=hanna.pk).update(**change)
    User.objects.create_user("haruka", "x", family_name="後任", roles=["hr_admin"])
    assert User.objects.filter(pk=hanna.pk).update(roles=[]) == 1


def test_the_form_says_in_words_why_the_last_one_stays(company: Company) -> None:
    enter_schema("acme")
    hanna = User.objects.get(username="hanna")
    form = {"username": "hanna", "family_name": "人事", "language": "ja", "is_active": "on"}
    page = signed_in(hanna).post(f"/admin/accounts/user/{hanna.pk}/change/", form)
    assert page.status_code == 200
    assert "人事の管理者が1人もいなくなります" in page.content.decode()


@pytest.fixture
def own_company(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    with django_db_blocker.unblock():
        leave_schema()
        schema = f"pair{uuid.uuid4().hex[:8]}"
        made = create_company(name="二人", schema=schema, domain=f"{schema}.localhost")
        run_in(made, fill, ACME)
        run_in(
            made, lambda: User.objects.create_user("haruka", family_name="後", roles=["hr_admin"])
        )
        yield made
        connection.close()


def test_of_two_who_leave_at_once_one_stays(own_company: Company) -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(2)

    def leave(username: str) -> None:
        try:
            with transaction.atomic():
                ready.wait()
                User.objects.filter(username=username).update(roles=[])
            outcomes.append("left")
        except DatabaseError:
            outcomes.append("stays")
        finally:
            connection.close()

    threads = [threading.Thread(target=run_in, args=(own_company, leave, name))
               for name in ("hanna", "haruka")]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["left", "stays"]
    left = run_in(own_company, lambda: User.objects.filter(roles__contains=["hr_admin"]).count())
    assert left == 1
