"""Nobody is shut out: every page, as its rightful actor has it, with what belongs to it on it.

The table of addresses says which pages there are; what only comes after a press stands below.
"""

import json
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.template.loader import render_to_string
from django.utils import translation
from playwright.sync_api import Page, Route, expect

from accounts.models import User
from demo.seed import PASSWORD
from operations.models import AccessGrant, Case, Dispatch, Handover, Shift, StepDone
from people.devices.services import issue_code
from people.models import Employee
from tenants.context import run_in
from tenants.schemas import leave_schema
from tests.isolation.desk import take_case
from tests.isolation.twin_company import Credential, Side, ask
from tests.isolation.world import twins
from tests.live.browsers import KEPT, chromium
from tests.live.conftest import Server
from tests.live.pages import Address, Round, Visitor, addresses
from tests.support.imports import HEAD
from tests.support.passkeys import with_finger
from wellbeing.models import WellbeingSettings

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
PROVE = "PROVE" in os.environ
# The administration's forms, which its pages of one row show as well, and what is Django's own.
ALIKE = ("/add/", "/history/", "/delete/")
CLOSED = {"state": "closed", "closed_at": "2026-01-01T00:00:00Z", "owner_until": None}


@pytest.fixture(scope="module")
def side(server: Server, django_db_blocker: Any) -> Iterator[Side]:
    """Globex, in which one of everything exists."""
    KEPT.end()  # what makes the twins needs this thread's loop
    with django_db_blocker.unblock():
        leave_schema()
        _acme, globex = twins()
        yield globex
        _close_the_desk(globex)
        connection.close()


def _ask_for_help(side: Side) -> None:
    path = f"/api/v1/incidents/{side.names['incident']}/raise"
    phone = side.credentials["anna's phone"]
    assert ask(phone, side.host, "POST", path, {"level": "support"}).status == 200


def _close_the_desk(side: Side) -> None:
    """Nothing of it waits at the desk when other tests look there."""
    cases = Case.objects.filter(company=side.company)
    for model in (AccessGrant, Dispatch, Handover, StepDone):
        model.objects.filter(case__in=cases).delete()
    cases.update(**CLOSED)
    Shift.objects.all().delete()


@pytest.fixture(scope="module")
def tour(side: Side, server: Server) -> Iterator[Round]:
    with chromium() as browser:
        yield Round(browser, side, server.port)


def asked(side: Side) -> list[Address]:
    """Everything in the long form. In the suite's, pages that differ by host alone only once."""
    found = addresses(side)
    if PROVE:
        return found
    return [
        one
        for one in found
        if not (one.path.startswith("/accounts/") and one.kind != "company")
        and not (one.path.startswith("/admin/") and one.path.endswith(ALIKE))
    ]


def test_every_page_of_the_table(side: Side, tour: Round) -> None:
    _ask_for_help(side)
    side.names |= take_case(side, "olga")
    for number, one in enumerate(asked(side)):
        tour.go(one, wide=number % 2 == 0)
    tour.look_after("ops", "olga", "/console/", _search)
    tour.ends()


def _make_a_token(page: Page) -> None:
    page.fill("#id_name", "Entra ID")
    page.click("[name=_save]")
    page.wait_for_selector("#token")


def _search(page: Page) -> None:
    page.locator("#search").fill("世田谷")
    page.locator("#search").press("Enter")
    expect(page.locator(".found-case").first).to_be_visible()


def test_what_comes_after_a_press(side: Side, tour: Round) -> None:
    """Answers to forms: refusals, questions before something is done, sheets, printed lists."""
    tour.look_after("company", "nobody", "/accounts/login/", _sign_in_wrongly)
    sheets = f"/portal/hr/sheets/?employee={side.names['employee 020182_pk']}"
    tour.look_after("company", "hanna", sheets, _press("button.primary"))
    tour.look_after("company", "hanna", "/admin/people/employee/import/", _import_wrong_rows)
    tour.look_after("company", "hanna", "/admin/people/device/", _act("revoke"))
    tokens = "/admin/people/provisioningtoken/"
    tour.look_after("company", "hanna", tokens, _act("revoke"))
    tour.look_after("company", "hanna", f"{tokens}add/", _make_a_token)
    tour.look_after("platform", "platform", "/admin/tenants/company/", _act("suspend"))
    run_in(side.company, _allow_lists, True)
    tour.go(Address("company", "boris", "/portal/conditions/paper/"))
    run_in(side.company, _allow_lists, False)  # as every page is looked at elsewhere
    over = _an_alarm_that_is_over(side)
    tour.go(Address("company", "hanna", f"/portal/incidents/{over}/"))
    tour.go(Address("company", "hanna", "/portal/"), wide=True)
    tour.ends()


def _an_alarm_that_is_over(side: Side) -> str:
    phone, incidents = side.credentials["colleague's phone"], "/api/v1/incidents"
    raised = ask(phone, side.host, "POST", incidents, {"tap_id": str(uuid4())})
    incident: str = json.loads(raised.text)["id"]
    ask(phone, side.host, "POST", f"{incidents}/{incident}/close", {"outcome": "safe"})
    return incident


def _sign_in_wrongly(page: Page) -> None:
    page.locator("[name=login]").fill("boris")
    page.locator("[name=password]").fill("wrong")
    page.locator("[name=password]").press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()


def _press(selector: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        with page.expect_navigation():
            page.locator(selector).click()

    return press


def _import_wrong_rows(page: Page) -> None:
    rows = f"{HEAD}\r\n20301,林,健,ハヤシ,ケン,ZZ,,2026/4/1".encode()
    file = {"name": "社員.csv", "mimeType": "text/csv", "buffer": rows}
    page.locator("[name=import_file]").set_input_files(file)
    _press("button.sobani-button.primary")(page)


def _act(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.locator("[name=_selected_action]").first.check()
        page.locator("select[name=action]").select_option(name)
        with page.expect_navigation():
            page.locator("button[name=index]").click()

    return act


def _allow_lists(allowed: bool) -> None:
    mine = WellbeingSettings.objects.get()
    mine.exports_on, mine.exports_by = allowed, User.objects.get(username="hanna")
    mine.save()


def test_a_second_factor_from_its_set_up_to_its_end(side: Side, tour: Round) -> None:
    second = "company", "second"
    tour.look_after(*second, "/accounts/2fa/totp/activate/", _confirm)
    page = tour.visitor(*second).page
    with_finger(page)
    tour.go(Address(*second, "/accounts/2fa/webauthn/add/"))
    page.locator("[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/")
    key = run_in(side.company, _codes_on_the_phone)
    for path in (
        "",
        "totp/deactivate/",
        "recovery-codes/",
        "recovery-codes/generate/",
        "webauthn/",
        f"webauthn/keys/{key}/edit/",
        f"webauthn/keys/{key}/remove/",
        "reauthenticate/",
        "webauthn/reauthenticate/",
    ):
        tour.go(Address(*second, f"/accounts/2fa/{path}"))
    tour.look_after("company", "nobody", "/accounts/login/", _sign_in_halfway)
    tour.ends()


def _confirm(page: Page) -> None:
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("button.primary").click()
    page.wait_for_url("**/totp/activate/")


def _codes_on_the_phone() -> int:
    user = User.objects.get(username="second")
    TOTP.activate(user, generate_totp_secret())
    return Authenticator.objects.get(user=user, type=Authenticator.Type.WEBAUTHN).pk


def _sign_in_halfway(page: Page) -> None:
    page.locator("[name=login]").fill("second")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/2fa/authenticate/")


def test_an_error_is_said_in_japanese(side: Side, tour: Round) -> None:
    """As the host would send it; the address answers nothing of its own."""
    visitor = tour.visitor("company", "nobody")
    for name in ("400", "403", "403_csrf", "404", "429", "500"):
        with translation.override("ja"):
            body = render_to_string(f"{name}.html", {"brand_name": "そばに"})
        visitor.page.route("**/broken/", partial(_answer, body))
        visitor.page.goto(tour.url("company", "/broken/"))
        tour.look(name, visitor)
    tour.ends()


def _answer(body: str, route: Route) -> None:
    route.fulfill(body=body, content_type="text/html; charset=utf-8")


def test_the_apps_screens(side: Side, tour: Round) -> None:
    """From the enrolment to the screen after an alarm, where she says who may ask how she is."""
    visitor = Visitor.at(tour.browser, Credential(), side.host)
    page = visitor.page
    page.context.grant_permissions(["geolocation"])
    page.set_viewport_size({"width": 375, "height": 1600})  # nothing under the tabs
    page.goto(tour.url("company", f"/app/#code={run_in(side.company, _code_of_a_colleague)}"))
    page.locator("[data-enrol-form] [type=submit]").wait_for()
    _in_the_light_and_in_the_dark(tour, "enrol", visitor)
    page.locator("[data-enrol-form] [type=submit]").click()
    for step in ("microphone", "place", "notices", "exercise", "end"):
        page.locator(f"[data-step={step}]").wait_for()
        tour.look(f"set-up, {step}", visitor)
        if step != "end":
            page.locator("[data-setup-next]").click()
    for screen in ("devices", "help"):
        page.locator("[data-tab=settings]").click()
        page.locator(f"[data-go={screen}]").first.click()
        page.locator(f"[data-screen={screen}]").wait_for()
        tour.look(screen, visitor)
    for screen in ("ready", "condition", "history", "settings", "ready"):
        page.locator(f"[data-tab={screen}]").click()
        page.locator(f"[data-screen={screen}]").wait_for()
        _in_the_light_and_in_the_dark(tour, screen, visitor)
    page.locator("[data-press]").click()
    page.locator("[data-veil-line]").filter(has_text="届きました").wait_for()
    _in_the_light_and_in_the_dark(tour, "discreet", visitor)
    page.locator("[data-veil]").click()
    _in_the_light_and_in_the_dark(tour, "alarm", visitor)
    page.locator("[data-safe]").click()
    page.locator("#ask-safe [value=yes]").click()
    page.locator("[data-care] [type=radio]").first.wait_for()
    _in_the_light_and_in_the_dark(tour, "care", visitor)
    tour.ends()


def _in_the_light_and_in_the_dark(tour: Round, name: str, visitor: Visitor) -> None:
    page = visitor.page
    tour.look(name, visitor)
    page.set_viewport_size({"width": 320, "height": 1600})
    page.emulate_media(color_scheme="dark")
    tour.look(f"{name} in the dark", visitor)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 375, "height": 1600})


def _code_of_a_colleague() -> str:
    return issue_code(holder=Employee.objects.get(number="020198"))
