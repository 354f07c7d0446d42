"""A clock of another year and positions of another century: no press is lost, late or refused."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Request, Route

from incidents.models import Incident, LocationFix
from tenants.context import run_in
from tests.live.conftest import Live
from tests.live.stress.conftest import PATIENCE, body_of, is_good_press, of_tap, phone_of

pytestmark = pytest.mark.browser

CLOCK = """
window.skew = Number(localStorage.skew ?? 0);
const Real = Date;
globalThis.Date = class extends Real {
  constructor(...parts) {
    if (parts.length) super(...parts);
    else super(Real.now() + window.skew);
  }
  static now() { return Real.now() + window.skew; }
};"""
SAFARI = """
const { watchPosition } = Geolocation.prototype;
Geolocation.prototype.watchPosition = function (found, ...others) {
  const since2001 = ({ coords, timestamp }) =>
    found({ coords, timestamp: timestamp - 978307200000 });
  return watchPosition.call(this, since2001, ...others);
};"""


WATCHES = """
window.watches = [];
const { watchPosition } = Geolocation.prototype;
Geolocation.prototype.watchPosition = function (found, failed, wish) {
  const watch = { isDead: false, failed };
  window.watches.push(watch);
  return watchPosition.call(this, (position) => watch.isDead || found(position), failed, wish);
};"""
DIES = "watches.at(-1).isDead = true;"
"""What iOS does to a watch, without a word."""
WAYS_BACK = {
    "the page returns": "document.dispatchEvent(new Event('visibilitychange'))",
    "it had failed": "watches.at(-1).failed({ code: 2, PERMISSION_DENIED: 1 })",
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_position_counted_from_2001_is_as_fresh_as_it_is(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser, script=SAFARI)
    with phone.page.expect_request("**/locations") as sent:
        phone.press()
    body = body_of(sent.value)
    assert abs(at(body["fixes"][0]["recorded_at"]) - timezone.now()) < timedelta(minutes=1)
    assert abs(at(body["sent_at"]) - timezone.now()) < timedelta(minutes=1)


def test_a_watch_that_died_is_begun_anew(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser, script=WATCHES)
    with phone.page.expect_response("**/locations", timeout=PATIENCE):
        phone.press()
    for further, way in enumerate(WAYS_BACK.values(), 1):
        latitude = 35 + further / 8
        phone.page.evaluate(DIES)
        phone.context.set_geolocation({"latitude": latitude, "longitude": 139.75})
        with phone.page.expect_response("**/locations", timeout=PATIENCE) as taken:
            phone.page.evaluate(way)
        assert taken.value.ok
        assert body_of(taken.value.request)["fixes"][-1]["latitude"] == latitude


@pytest.mark.parametrize("year", [1970, 2100])
def test_a_clock_of_another_century_loses_no_press_and_no_position(
    shop: Live, browser: Browser, year: int
) -> None:
    phone = phone_of(shop, browser, script=CLOCK)
    skew = (datetime(year, 6, 1, tzinfo=UTC) - timezone.now()).total_seconds() * 1000
    phone.page.evaluate("(skew) => { window.skew = skew; localStorage.skew = skew; }", skew)
    with phone.page.expect_response("**/locations", timeout=PATIENCE) as taken:
        tap_id = phone.press()
    assert taken.value.ok
    assert at(body_of(taken.value.request)["fixes"][0]["recorded_at"]).year == year
    phone.goes_on()
    incident = of_tap(shop, tap_id).incident
    assert run_in(shop.company, lambda: LocationFix.objects.filter(incident=incident).exists())


def test_a_clock_that_is_set_while_the_press_waits_makes_it_no_later(
    shop: Live, browser: Browser
) -> None:
    phone = phone_of(shop, browser, script=CLOCK)
    phone.context.set_offline(True)
    phone.page.locator("[data-press]").click()
    phone.page.evaluate("window.skew = 15 * 60_000")
    with phone.page.expect_request("**/v1/incidents") as failed:
        pass
    assert failed.value
    with phone.page.expect_response(is_good_press, timeout=PATIENCE) as answer:
        phone.context.set_offline(False)
    assert lateness(answer.value.request) < timedelta(minutes=1)


def lateness(request: Request) -> timedelta:
    body = body_of(request)
    return at(body["sent_at"]) - at(body["pressed_at"])


def refusing_with(status: int) -> Callable[[Route], None]:
    def refuse(route: Route) -> None:
        is_bare = set(route.request.post_data_json) <= {"tap_id", "level", "drill"}
        route.continue_() if is_bare else route.fulfill(status=status, json={"code": "too-much"})

    return refuse


def test_a_press_that_is_refused_for_what_it_says_goes_without_it(
    shop: Live, browser: Browser
) -> None:
    phone = phone_of(shop, browser)
    for status in (400, 413):
        phone.page.route("**/api/v1/incidents", refusing_with(status))
        assert of_tap(shop, phone.press()).incident.state == Incident.State.OPEN
        phone.page.locator("[data-veil]").click()
        phone.ends_it()
