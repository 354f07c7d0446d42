"""Rosa's phone in the car park, where the network comes and goes."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from accounts.models import User
from audit.actors import Actor
from demo.links import signer
from operations import cases, dispatches, shifts
from operations.company_access import door
from operations.company_access.views import case_view
from operations.models import AccessGrant, Case, Centre, Dispatch, Responder, Shift
from operations.selectors import operator_actor
from tenants.context import run_in
from tenants.models import Company
from tests.live.browsers import chromium
from tests.live.conftest import Live
from tests.live.proxy import Proxy

pytestmark = pytest.mark.browser

ASKED_BACK = re.compile(r"^出発から\d+秒です。もう着きましたか？$")
HERE = {"latitude": 35.687, "longitude": 139.77, "accuracy": 10}


@pytest.fixture
def olga(live: Live) -> Iterator[Actor]:
    ops = Company.objects.get(schema_name="ops")
    actor = run_in(ops, lambda: operator_actor(User.objects.get(username="olga")))
    shifts.start_shift(operator=actor, centre=Centre.objects.first(), console="02")
    yield actor
    Dispatch.objects.filter(case__company=live.company).update(state="cancelled")
    Case.objects.filter(company=live.company).update(
        state="closed", owner_until=None, closed_at="2026-01-01T00:00:00Z"
    )
    AccessGrant.objects.filter(company=live.company).update(closed_at="2026-01-01T00:00:00Z")
    Shift.objects.filter(operator_id=actor.id).delete()


@pytest.fixture
def grant(live: Live, olga: Actor) -> AccessGrant:
    """Anna has asked for the security company and olga has taken it."""
    phone = live.enrol()
    incident = phone.tap()["id"]
    phone.send("POST", f"/api/v1/incidents/{incident}/raise", json={"level": "support"})
    case = Case.objects.get(incident_id=incident)
    return cases.claim(case_id=case.public_id, operator=olga)


def send_rosa(grant: AccessGrant, olga: Actor) -> Dispatch:
    unit = Responder.objects.get(call_sign="M-14")
    return dispatches.send_responder(
        case_id=grant.case.public_id, responder_id=unit.public_id, operator=olga
    )


def step(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def state_of(dispatch: Dispatch) -> str:
    dispatch.refresh_from_db()
    return dispatch.state


def test_rosa_goes_from_the_order_to_leaving_through_a_hole_in_the_network(
    live: Live, line: Proxy, olga: Actor, grant: AccessGrant
) -> None:
    with chromium() as browser:
        context = browser.new_context(
            locale="ja",
            timezone_id="Asia/Tokyo",
            viewport={"width": 375, "height": 812},
            permissions=["geolocation"],
            geolocation=HERE,
        )
        page = context.new_page()
        page.goto(f"http://ops.localhost:{line.port}/demo/sign-in/{signer().sign('ops:rosa')}/")
        expect(page.get_by_text("現在、出動の指示はありません")).to_be_visible()
        dispatch = send_rosa(grant, olga)
        the_order_appears_by_itself(page)
        what_she_presses_in_the_hole_waits(page, line, dispatch)
        line.restore()
        expect(page.locator("#pending")).to_be_hidden(timeout=20_000)
        assert state_of(dispatch) == "en_route"
        she_arrives_and_leaves(page)
    assert state_of(dispatch) == "left"
    view = door.read(grant_id=grant.public_id, operator=olga, verb="case.viewed", query=case_view)
    assert [one.payload["text"] for one in view.notes] == ["入口が閉まっています"]
    unit = Responder.objects.get(call_sign="M-14")
    assert (unit.latitude, unit.longitude) == (HERE["latitude"], HERE["longitude"])


def the_order_appears_by_itself(page: Page) -> None:
    expect(page.get_by_role("button", name="指示受領")).to_be_visible(timeout=15_000)
    assert "青い傘" not in page.content()
    step(page, "指示受領")
    expect(page.get_by_text("売場では名乗らず")).to_be_visible()
    box = page.get_by_text("重要事項").bounding_box()
    assert box is not None
    assert box["y"] < 200
    place = page.locator(".way").first
    expect(place).to_contain_text("南東 約460 m")
    expect(page.locator(".way-arrow:visible")).to_have_count(0)
    she_turns_to_the_east(page)
    expect(place.locator(".way-arrow")).to_have_attribute("style", re.compile(r"rotate\(35\."))
    with page.expect_response("**/field/position"):
        step(page, "現在地の共有を始める")
    expect(page.get_by_text("現在地を共有しています")).to_be_visible()


def what_she_presses_in_the_hole_waits(page: Page, line: Proxy, dispatch: Dispatch) -> None:
    line.cut()
    step(page, "出発")
    expect(page.locator("#pending")).to_contain_text("送信待ち 1件")
    expect(page.locator("#line")).to_have_text("接続なし")
    step(page, "現着")
    expect(page.locator("#sure-words")).to_have_text(ASKED_BACK)
    step(page, "まだ向かっている")
    expect(page.locator("#pending")).to_contain_text("送信待ち 1件")
    page.get_by_label("管制への連絡").fill("入口が閉まっています")
    step(page, "送る")
    expect(page.locator("#pending")).to_contain_text("送信待ち 2件")
    assert state_of(dispatch) == "accepted"


def she_turns_to_the_east(page: Page) -> None:
    page.evaluate(
        "dispatchEvent(new DeviceOrientationEvent('deviceorientationabsolute',"
        " {absolute: true, alpha: 270}))"
    )


def she_arrives_and_leaves(page: Page) -> None:
    she_arrives(page)
    step(page, "まだ着いていない（現着を取り消す）")
    expect(page.locator("[data-step='arrive']")).to_contain_text("—")
    she_arrives(page)
    expect(page.get_by_text("結果を選んでください")).to_be_visible()
    expect(page.locator("#share")).to_have_count(0)
    page.get_by_text("沈静化").first.click()
    step(page, "離脱")
    expect(page.get_by_text("現在、出動の指示はありません")).to_be_visible()
    assert "青い傘" not in page.content()


def she_arrives(page: Page) -> None:
    step(page, "現着")
    expect(page.locator("#sure-words")).to_have_text(ASKED_BACK)
    step(page, "着いた（現着を報告する）")
