"""What browsers take from a page: its database, its microphone, its sound. The alarm goes out all
the same, and what was taken comes back without a button to find."""

import pytest
from playwright.sync_api import Browser, Request, expect

from incidents.models import Incident, LocationFix
from tenants.context import run_in
from tests.live.browsers import SILENT, chromium
from tests.live.conftest import Live
from tests.live.stress.conftest import PATIENCE, Phone, body_of, of_tap, phone_of

pytestmark = pytest.mark.browser

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
FORBIDDEN = FAILS_TWICE.replace("NotReadable", "NotAllowed").replace("s = 0", "s = 1e9")
"""Only what she does may ask her again: neither a clock nor any other touch."""
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
    phone = phone_of(shop, browser, script=FORBIDDEN)
    phone.press()
    phone.page.locator("[data-veil]").click()
    again = phone.page.get_by_role("button", name="録音を再開")
    expect(again).to_be_visible()
    phone.page.evaluate("window.refusals = 0")
    again.click()
    phone.is_heard()
    expect(again).to_be_hidden()


def says_that_it_may_not(told: Request) -> bool:
    return told.url.endswith("/device/state") and body_of(told)["sound"] == "no_permission"


def test_a_permission_that_is_withdrawn_is_said_and_given_again_it_records(shop: Live) -> None:
    with chromium(sound=SILENT) as asking:
        phone = phone_of(shop, asking)
        phone.press()
        phone.is_heard()
        phone.page.locator("[data-veil]").click()
        phone.page.evaluate(REMEMBER)
        with phone.page.expect_request(says_that_it_may_not, timeout=PATIENCE):
            phone.may("geolocation")
        truth = phone.page.locator("[data-truth=sound]")
        expect(truth).to_contain_text("録音していません（マイク未許可）")
        # Her clock goes on, and nothing asks her again or says something else.
        phone.sees_seconds_go_by(3)
        assert (phone.said()[-1], phone.said().count("denied")) == ("denied", 1)
        phone.may("geolocation", "microphone")
        phone.page.get_by_role("button", name="録音を再開").click()
        phone.goes_on()
        expect(truth).to_contain_text("録音中")


# The screen

LOCKS = """
window.locks = [];
window.refused = 0;
window.isSaving = false;
const request = async () => {
  if (window.isSaving) {
    window.refused += 1;
    throw new DOMException('little battery', 'NotAllowedError');
  }
  const lock = new EventTarget();
  lock.release = async () => {
    lock.isReleased = true;
    lock.dispatchEvent(new Event('release'));
  };
  window.locks.push(lock);
  return lock;
};
Object.defineProperty(navigator, 'wakeLock', { value: { request } });"""


def test_the_screen_stays_on_however_often_the_system_takes_the_lock(
    shop: Live, browser: Browser
) -> None:
    phone = phone_of(shop, browser, script=LOCKS)
    page = phone.page
    phone.press()
    page.wait_for_function("() => locks.length === 1")
    page.evaluate("locks[0].release()")
    page.wait_for_function("() => locks.length === 2")
    # Refused for little battery, it is asked for again by a touch.
    page.evaluate("isSaving = true; locks[1].release()")
    page.wait_for_function("() => refused > 0")
    page.evaluate("isSaving = false")
    page.locator("[data-veil]").click()
    page.wait_for_function("() => locks.length === 3")
    assert not page.evaluate("locks[2].isReleased")
    phone.ends_it()
    page.wait_for_function("() => locks[2].isReleased")


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
