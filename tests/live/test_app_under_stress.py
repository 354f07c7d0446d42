"""What browsers take from a page: its database, its microphone, its sound, its clock, its notices.
The alarm goes out all the same, and what was taken comes back without a button to find."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, Request, Route, expect

from incidents.models import Incident, LocationFix, Tap
from notifications.models import PushSubscription
from people.models import Device, Employee
from recordings.models import Unit
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live, Server, new_live
from tests.live.media_client import Watch, leave_set_up
from tests.support.connections import COLLEAGUE
from tests.support.waiting import until

pytestmark = pytest.mark.browser

PATIENCE = 20_000
STATE = """async () => {
  const { src } = document.querySelector('script[type=module]');
  const { deviceState } = await import(src.replace('main.js', 'device_state.js'));
  return deviceState();
}"""
"""The app's own word on what this device knows."""


@pytest.fixture(scope="module")
def shop(server: Server, django_db_blocker: Any) -> Iterator[Live]:
    """One company for all of it: nothing here counts its alarms."""
    with django_db_blocker.unblock():
        yield new_live(server)
        connection.close()


def body_of(request: Request) -> Any:
    body = request.post_data_json
    assert body is not None
    return body


@pytest.fixture
def browser(tones: Path) -> Iterator[Browser]:
    with chromium(sound=tones) as running:
        yield running


@dataclass
class Phone:
    """Anna's, with whatever a browser did to it before the page was opened."""

    shop: Live
    context: BrowserContext
    page: Page

    def press(self) -> str:
        """The alarm reaches the server; returns its tap."""
        with self.page.expect_response(is_good_press, timeout=PATIENCE) as answer:
            self.page.locator("[data-press]").click()
        return str(body_of(answer.value.request)["tap_id"])

    def is_heard(self, *, after: int = -1) -> int:
        """Sound arrives, of a later number than that one."""
        with self.page.expect_response(
            lambda one: one.ok and "/units/" in one.url and number(one.url) > after,
            timeout=PATIENCE,
        ) as answer:
            pass
        return number(answer.value.url)

    def goes_on(self) -> None:
        """More than what had been recorded when it was asked arrives."""
        self.is_heard(after=self.is_heard() + 2)

    def knows(self) -> Any:
        return self.page.evaluate(STATE)

    def said(self) -> list[str]:
        """Each state of its sound, one after the other, since it was asked to remember."""
        return list(self.page.evaluate("window.said"))

    def until(self, holds: str) -> None:
        latest = time.monotonic() + PATIENCE / 1000
        while not self.page.evaluate(f"async () => (await ({STATE})()).{holds}"):
            assert time.monotonic() < latest, f"not {holds}: {self.knows()}"
            self.page.wait_for_timeout(100)

    def objects(self, kind: str, deed: str) -> None:
        """Do something to what the page's scripts have made, behind their back."""
        watch = Watch(self.page)
        watch.call(
            watch.objects(kind), f"function () {{ for (const one of this) {deed}; return true; }}"
        )


def is_good_press(answer: Any) -> bool:
    return answer.ok and answer.request.method == "POST" and answer.url.endswith("/v1/incidents")


def number(url: str) -> int:
    return int(url.rsplit("/", 1)[1])


def phone_of(
    shop: Live, browser: Browser, *, script: str = "", more: tuple[str, ...] = ()
) -> Phone:
    context = browser.new_context(
        locale="ja",
        viewport={"width": 375, "height": 812},
        permissions=["microphone", "geolocation", *more],
        geolocation={"latitude": 35.6846, "longitude": 139.7741},
    )
    if script:
        context.add_init_script(script)
    page = context.new_page()
    page.goto(shop.page(f"/app/#code={shop.code()}"))
    page.locator("[data-enrol-form] button[type=submit]").click()
    leave_set_up(page)
    expect(page.locator("[data-holder]").first).to_have_text("髙橋 美咲")
    return Phone(shop, context, page)


def of_tap(shop: Live, tap_id: str) -> Any:
    return run_in(shop.company, lambda: Tap.objects.select_related("incident").get(tap_id=tap_id))


# The database


def test_a_database_that_was_closed_costs_nothing(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser)
    phone.objects("IDBDatabase", "one.close()")
    tap_id = phone.press()
    phone.is_heard()
    phone.objects("IDBDatabase", "one.close()")
    phone.goes_on()

    # And it is on the disk again: the next page goes on with the same alarm.
    phone.page.reload()
    expect(phone.page.locator("[data-veil]")).to_be_visible()
    phone.goes_on()
    incident = of_tap(shop, tap_id).incident
    assert run_in(shop.company, lambda: LocationFix.objects.filter(incident=incident).exists())


DISKS = {
    "refuses": "IDBFactory.prototype.open = () => {"
    " throw new DOMException('', 'SecurityError'); };",
    "hangs": "IDBFactory.prototype.open = () => ({});",
    "is full": "IDBObjectStore.prototype.put = () => {"
    " throw new DOMException('', 'QuotaExceededError'); };",
}


@pytest.mark.parametrize("disk", DISKS)
def test_without_a_disk_the_alarm_and_its_sound_go_out(
    shop: Live, browser: Browser, disk: str
) -> None:
    phone = phone_of(shop, browser, script=DISKS[disk])
    tap_id = phone.press()
    phone.goes_on()
    assert of_tap(shop, tap_id).incident.state == Incident.State.OPEN


def test_another_tab_takes_over_when_the_recording_one_is_closed(
    shop: Live, browser: Browser
) -> None:
    phone = phone_of(shop, browser)
    phone.press()
    last = phone.is_heard()
    other = phone.context.new_page()
    other.goto(shop.page("/app/"))
    expect(other.locator("[data-veil]")).to_be_visible()
    phone.page.close()
    Phone(shop, phone.context, other).is_heard(after=last + 2)


# Sound

FAILS_TWICE = """
window.refusals = 0;
const { getUserMedia } = MediaDevices.prototype;
MediaDevices.prototype.getUserMedia = function (wish) {
  if (window.refusals-- <= 0) return getUserMedia.call(this, wish);
  return Promise.reject(new DOMException('in use', 'NotReadableError'));
};"""
REMEMBER = """async () => {
  const { src } = document.querySelector('script[type=module]');
  const app = await import(src.replace('main.js', 'device_state.js'));
  window.said = [];
  app.onDeviceState(() => {
    const { status } = app.deviceState().sound;
    if (window.said.at(-1) !== status) window.said.push(status);
  });
}"""
STOPS = {
    "suspended": ("AudioContext", "one.suspend()"),
    "closed": ("AudioContext", "one.close()"),
    "ended": ("MediaStreamTrack", "one.stop()"),
    "muted": (
        "MediaStreamTrack",
        "{ Object.defineProperty(one, 'muted', { value: true });"
        " one.dispatchEvent(new Event('mute')); }",
    ),
}


def test_whatever_stops_the_sound_it_comes_back_by_itself(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser, script=FAILS_TWICE)
    phone.press()
    phone.is_heard()
    phone.page.evaluate(REMEMBER)
    for name, (kind, deed) in STOPS.items():
        phone.page.evaluate("window.refusals = 2; window.said = []")
        phone.objects(kind, deed)
        phone.page.wait_for_function("() => window.said.at(-2) && said.at(-1) === 'recording'")
        assert {"suspended": "paused", "closed": "paused"}.get(name, name) in phone.said()
        phone.goes_on()
        assert phone.page.locator("[data-veil]").is_visible(), f"{name}: somebody had to look"


def test_a_microphone_that_is_allowed_later_is_taken_by_the_button(
    shop: Live, browser: Browser
) -> None:
    phone = phone_of(shop, browser, script=FAILS_TWICE.replace("refusals = 0", "refusals = 9"))
    phone.press()
    phone.page.locator("[data-veil]").click()
    again = phone.page.get_by_role("button", name="録音を再開")
    expect(again).to_be_visible()
    phone.page.evaluate("window.refusals = 0")
    again.click()
    phone.is_heard()
    expect(again).to_be_hidden()


# What it knows of what has arrived


def test_it_counts_what_the_server_has_not_acknowledged(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser)
    assert phone.knows()["sound"] == {"status": "off", "heardAt": None, "unsentSeconds": 0}
    with phone.page.expect_request("**/api/v1/device/state") as told:
        phone.press()
    assert body_of(told.value)["position"] in {"shared", "unavailable"}
    phone.is_heard()
    heard = phone.knows()["sound"]["heardAt"]
    phone.context.set_offline(True)
    phone.until("sound.unsentSeconds > 3")
    knows = phone.knows()
    assert (knows["network"], knows["sound"]["status"]) == ("offline", "recording")
    phone.context.set_offline(False)
    phone.until("sound.unsentSeconds < 3")
    assert phone.knows()["sound"]["heardAt"] > heard


# The clock

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


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_a_position_counted_from_2001_is_as_fresh_as_it_is(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser, script=SAFARI)
    with phone.page.expect_request("**/locations") as sent:
        phone.press()
    body = body_of(sent.value)
    assert abs(at(body["fixes"][0]["recorded_at"]) - timezone.now()) < timedelta(minutes=1)
    assert abs(at(body["sent_at"]) - timezone.now()) < timedelta(minutes=1)


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
        phone.page.wait_for_timeout(1500)
    assert failed.value
    with phone.page.expect_response(is_good_press, timeout=PATIENCE) as answer:
        phone.context.set_offline(False)
    assert lateness(answer.value.request) < timedelta(minutes=1)


def lateness(request: Request) -> timedelta:
    body = body_of(request)
    return at(body["sent_at"]) - at(body["pressed_at"])


@pytest.mark.parametrize("status", [400, 413])
def test_a_press_that_is_refused_for_what_it_says_goes_without_it(
    shop: Live, browser: Browser, status: int
) -> None:
    phone = phone_of(shop, browser)

    def refuse(route: Route) -> None:
        is_bare = set(route.request.post_data_json) <= {"tap_id", "level", "drill"}
        route.continue_() if is_bare else route.fulfill(status=status, json={"code": "too-much"})

    phone.page.route("**/api/v1/incidents", refuse)
    assert of_tap(shop, phone.press()).incident.state == Incident.State.OPEN


# Notices

PUSH = """
const key = new Uint8Array(65).fill(4);
const at = 'https://fcm.googleapis.com/fcm/send/';
const P256 =
  'BIPUL12DLfytvTajnryr2PRdAgXS3HGKiLqndGcJGabyhHheJYlNGCeXl1dn18gSJ1WAkAPIxr4gK0_dQds4yiI';
const AUTH = 'FPssNDTKnInHVndSTdbKFw';
const made = (name, key) => ({
  endpoint: at + name,
  options: { applicationServerKey: key.buffer },
  unsubscribe: async () => { localStorage.gone = name; return true; },
  toJSON: () => ({ endpoint: at + name, keys: { p256dh: P256, auth: AUTH } }),
});
PushManager.prototype.getSubscription = async () =>
  localStorage.gone ? null : made('old', key);
PushManager.prototype.subscribe = async (wish) => made('new', wish.applicationServerKey);
"""


def test_a_subscription_for_an_older_key_is_renewed(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser, script=PUSH, more=("notifications",))
    phone.page.reload()
    until(
        shop,
        PushSubscription.objects.filter(endpoint="https://fcm.googleapis.com/fcm/send/new").exists,
    )
    assert phone.page.evaluate("localStorage.gone") == "old"


def test_a_browser_that_gets_no_subscription_says_so(shop: Live, browser: Browser) -> None:
    script = (
        PUSH + "PushManager.prototype.subscribe = () => Promise.reject(new Error('no service'));"
    )
    phone = phone_of(shop, browser, script=script, more=("notifications",))
    phone.until("notices === 'failing'")


# Whose phone it is


def full_width(text: str) -> str:
    return "".join(chr(ord(one) + 0xFEE0) for one in text)


def test_a_code_in_the_address_asks_before_it_replaces_somebody(
    shop: Live, browser: Browser
) -> None:
    phone = phone_of(shop, browser)
    page = phone.page
    page.evaluate(f"location.hash = 'code={shop.code(COLLEAGUE)}'")
    dialog = page.locator("#ask-reenrol")
    expect(dialog).to_contain_text("この端末を新しい登録コードで登録し直しますか？")
    expect(dialog).to_contain_text("髙橋 美咲")
    dialog.get_by_role("button", name="いまの登録のままにする").click()
    expect(page.locator("[data-holder]").first).to_have_text("髙橋 美咲")

    page.goto("about:blank")
    page.goto(shop.page(f"/app/#code={shop.code(COLLEAGUE)}"))
    dialog.get_by_role("button", name="登録し直す").click()
    leave_set_up(page)
    expect(page.locator("[data-holder]").first).to_have_text("小林 誠")
    tap = of_tap(shop, phone.press())
    assert run_in(shop.company, lambda: tap.device.employee.number) == COLLEAGUE


def test_somebody_elses_link_leaves_the_registration_alone(shop: Live, browser: Browser) -> None:
    phone = phone_of(shop, browser)
    phone.page.evaluate("location.hash = 'code=AAAA-BBBB-CCCC'")
    phone.page.locator("#ask-reenrol button[value=yes]").click()
    form = phone.page.locator("[data-enrol-form]")
    expect(form).to_contain_text("このコードは使えません（無効か、期限切れです）")
    expect(form).to_contain_text("この端末のいまの登録は変わっていません")
    phone.page.get_by_role("button", name="戻る", exact=True).click()
    assert of_tap(shop, phone.press()).incident.state == Incident.State.OPEN


@pytest.mark.parametrize("wrapping", ["full width", "address"])
def test_a_revoked_phone_still_calls_and_takes_a_new_code(
    shop: Live, browser: Browser, wrapping: str
) -> None:
    phone = phone_of(shop, browser)

    def revoke() -> None:
        employee = Employee.objects.get(number="020182")
        Device.objects.filter(employee=employee).update(revoked_at=timezone.now())

    run_in(shop.company, revoke)
    phone.page.reload()
    anew = phone.page.get_by_role("button", name="新しい登録コードを入れる")
    expect(anew).to_be_visible()
    anew.click()
    code = shop.code()
    text = full_width(code) if wrapping == "full width" else f"http://x.example/app/#code={code}"
    phone.page.locator("#code").fill(text)
    phone.page.get_by_role("button", name="登録する").click()
    phone.until("token === 'good'")
    leave_set_up(phone.page)
    expect(anew).to_be_hidden()

    run_in(shop.company, revoke)
    before = run_in(shop.company, Unit.objects.count)
    assert of_tap(shop, phone.press()).report_only
    phone.until("token === 'refused'")
    assert run_in(shop.company, Unit.objects.count) == before
