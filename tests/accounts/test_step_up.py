"""Hanna's session alone exports nobody: the second factor is shown again within ten minutes."""

import html
import re
import threading
import uuid
from collections.abc import Callable, Iterator
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
from demo.seed import PASSWORD, fill
from incidents.models import Category, RetentionSettings
from recordings.models import Purpose
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import enter_schema, leave_schema
from tests.conftest import person, signed_in
from tests.support.passwords import STRONGER
from tests.support.second_factor import browser, code_of, set_up, with_password
from wellbeing.models import WellbeingSettings

HOST = "acme.localhost"
EXPORT, SHEET = "/admin/people/employee/export/", "/portal/conditions/sheet.xlsx"


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


def test_a_password_that_is_hashed_more_strongly_signs_nobody_out(
    company: Company, settings: Any
) -> None:
    boris = with_password("boris", HOST)
    settings.PASSWORD_HASHERS = STRONGER
    answer = boris.post(BY_PASSWORD, {"password": PASSWORD, "next": "/portal/"})
    assert answer.headers["Location"] == "/portal/"
    assert run_in(company, person, "boris").password.split("$")[1] == "2"
    assert boris.get("/portal/").status_code == 200


def test_for_whom_no_code_is_compulsory_the_password_is_asked_for(company: Company) -> None:
    client = with_password("boris", HOST)
    enter_schema("acme")
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = []
    session.save()
    assert client.get(SHEET).headers["Location"].startswith(BY_PASSWORD)


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


def test_the_last_hr_admin_stays_no_matter_who_asks(company: Company) -> None:
    enter_schema("acme")
    hanna = User.objects.get(username="hanna")
    changes: list[dict[str, Any]] = [{"roles": []}, {"is_active": False}, {"roles": ["it_admin"]}]
    for change in changes:
        with pytest.raises(DatabaseError, match="last hr_admin"), transaction.atomic():
            User.objects.filter(pk=hanna.pk).update(**change)
    User.objects.create_user("haruka", None, family_name="後任", roles=["hr_admin"])
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

    threads = [
        threading.Thread(target=run_in, args=(own_company, leave, name))
        for name in ("hanna", "haruka")
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["left", "stays"]
    left = run_in(own_company, lambda: User.objects.filter(roles__contains=["hr_admin"]).count())
    assert left == 1


def add(path: str, **fields: str) -> tuple[str, dict[str, str]]:
    return path, fields


CATEGORY = {
    "taxonomy": "own",
    "name": "つきまとい",
    "name_in_english": "Stalking",
    "order": "99",
    "is_on": "on",
    "keep_days": "30",
}
FORMS = {
    "retention": add(
        "/admin/incidents/retentionsettings/add/", keep_unclassified_days="91", keep_drill_days="7"
    ),
    "category": add("/admin/incidents/category/add/?taxonomy=own", **CATEGORY),
    "purpose": add("/admin/recordings/purpose/add/", text="二行の\r\n目的 <&>"),
}
SAVED: dict[str, Callable[[], bool]] = {
    "retention": lambda: RetentionSettings.current().keep_unclassified_days == 91,
    "category": lambda: Category.objects.filter(name="つきまとい", keep_days=30).exists(),
    "purpose": lambda: Purpose.objects.filter(text="二行の\r\n目的 <&>").exists(),
}


def inputs(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return {name: html.unescape(value) for name, value in found}


@pytest.mark.parametrize("what", FORMS)
def test_what_was_typed_waits_until_the_code_was_shown_and_is_sent_by_a_press(
    what: str, company: Company
) -> None:
    path, form = FORMS[what]
    hanna = with_password("hanna", HOST)
    secret, _codes = set_up(hanna)
    there = hanna.post(path, form).headers["Location"]
    run_in(company, cache.clear)  # half a minute later
    asked = inputs(hanna.get(there).content.decode())
    back = hanna.post(BY_CODE, {"code": code_of(secret), "next": asked["next"]})
    assert back.headers["Location"] == path
    page = hanna.get(path).content.decode()
    assert "まだ保存していません" in page
    assert not run_in(company, SAVED[what]), "coming back saves nothing by itself"
    kept = inputs(page)
    assert {name: kept[name] for name in form} == form
    hanna.handler.enforce_csrf_checks = True
    assert hanna.post(path, form).status_code == 403
    assert hanna.post(path, kept).status_code == 302
    assert run_in(company, SAVED[what])
    assert "まだ保存していません" not in hanna.get(path).content.decode()


def test_an_edited_list_and_a_deletion_ask_too_and_looking_does_not(company: Company) -> None:
    hanna = with_password("hanna", HOST)
    secret, _codes = set_up(hanna)
    listed = "/admin/incidents/category/"
    assert hanna.get(listed).status_code == 200
    edit = {"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0", "_save": "x"}
    one = run_in(company, lambda: Category.objects.order_by("-pk")[0].pk)
    for path, form in (
        (listed, edit),
        (listed, {"action": "delete_selected"}),
        (f"{listed}{one}/delete/", {"post": "yes"}),
    ):
        assert hanna.post(path, form).headers["Location"].startswith(BY_CODE)
    shown_again(hanna, company, secret)
    page = hanna.get(f"{listed}{one}/delete/").content.decode()
    assert "まだ保存していません" in page
    assert hanna.post(f"{listed}{one}/delete/", inputs(page)).status_code == 302
    assert not run_in(company, lambda: Category.objects.filter(pk=one).exists())


def test_what_was_typed_is_for_its_own_page_and_its_own_sender(company: Company) -> None:
    hanna = with_password("hanna", HOST)
    set_up(hanna)
    path, form = FORMS["purpose"]
    hanna.post(path, form)
    hanna.post("/accounts/logout/")
    other = with_password("hanna", HOST)
    elsewhere = run_in(company, lambda: signed_in(person("hanna")))
    for client in (hanna, other, elsewhere):
        assert "目的 &lt;&amp;&gt;" not in client.get(path).content.decode()
        assert (
            "まだ保存していません" not in client.get("/admin/incidents/category/").content.decode()
        )


@pytest.mark.parametrize("path", ["/portal/conditions/sheet.xlsx", "/portal/conditions/paper/"])
def test_named_lists_leave_the_house_only_after_it_was_shown(path: str, company: Company) -> None:
    def allow() -> None:
        by = person("boris")
        WellbeingSettings.objects.create(pk=1, exports_on=True, exports_by=by, exports_reason="x")

    run_in(company, allow)
    boris = with_password("boris", HOST)
    assert boris.get(path).status_code == 200, "the password was given just now"
    enter_schema("acme")
    session = boris.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = []
    session.save()
    assert boris.get(path).headers["Location"].startswith(BY_PASSWORD)
