"""The supervisor's page loses its line: it says so, and afterwards nothing is missing."""

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live, LivePhone, through
from tests.live.proxy import Proxy
from tests.recordings.sounds import unit
from tests.support.connections import COLLEAGUE, LIVE, LOST, say
from tests.support.outages import boris_at_work
from tests.support.sound import put

pytestmark = pytest.mark.browser

PATIENCE = 15_000


def move(phone: LivePhone, incident: str, latitude: float) -> None:
    at = phone.send("GET", "/api/v1/device").json()["server_time"]
    fix = {"latitude": latitude, "longitude": 139.77, "accuracy_m": 8, "recorded_at": at}
    path = f"/api/v1/incidents/{incident}/locations"
    assert phone.send("POST", path, json={"fixes": [fix]}).status_code == 202


def sound(phone: LivePhone, recording: str, first: int, last: int) -> None:
    for seq in range(first, last + 1):
        loudness = ",".join(["200"] * 10)
        assert put(phone, recording, seq, unit(), Unit_Peak=loudness).status_code == 201


def follow(browser: Browser, live: Live, line: Proxy, incident: str) -> Page:
    """Boris on the incident's page, touched once so that it may sound; marked against reloads."""
    page = boris_at_work(browser, live, line)
    page.goto(through(live, line, f"/portal/incidents/{incident}/"))
    page.locator("h1").first.click()
    expect(page.get_by_text(LIVE)).to_be_visible()
    page.evaluate("window.neverReloaded = true")
    return page


def rings(page: Page) -> int:
    return int(page.evaluate("window.ear.rings"))


def test_what_happened_while_the_page_was_cut_off_is_there_afterwards(
    live: Live, line: Proxy, phone: LivePhone
) -> None:
    tap = phone.tap()
    incident, recording = tap["id"], str(phone.record(tap["tap_id"])["id"])
    colleague = live.enrol("android", COLLEAGUE)
    with chromium() as browser:
        page = follow(browser, live, line, incident)
        say(phone, incident, "いま売場です")
        expect(page.get_by_text("いま売場です", exact=True)).to_be_visible()
        sound(phone, recording, 0, 3)
        wave = page.locator("#wave")
        expect(wave).to_have_attribute("aria-valuemax", "4")
        rung = rings(page)

        line.cut()
        expect(page.get_by_text(LOST)).to_be_visible()
        expect(page.get_by_text(LIVE)).to_have_count(0)
        say(phone, incident, "倉庫へ逃げました")
        move(phone, incident, 35.70001)
        sound(phone, recording, 4, 7)
        other = colleague.tap()["id"]
        assert_not_pretending(page)

        line.restore()
        expect(page.get_by_text(LIVE)).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text("倉庫へ逃げました", exact=True)).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#map-coordinates")).to_contain_text("35.70001")
        expect(wave).to_have_attribute("aria-valuemax", "8")
        expect(page.locator(f"#alarm-{other}")).to_contain_text("小林 誠")
        page.wait_for_function("(before) => window.ear.rings > before", arg=rung)
        assert page.title().startswith("(2)")
        assert page.evaluate("window.neverReloaded")


def assert_not_pretending(page: Page) -> None:
    """Cut off, it shows nothing new, and goes on saying so."""
    assert page.get_by_text("倉庫へ逃げました", exact=True).count() == 0
    expect(page.get_by_text(LOST)).to_be_visible()
    expect(page.locator("body")).to_have_attribute("data-live", "lost")


def test_polling_takes_over_where_websockets_are_refused(
    live: Live, line: Proxy, phone: LivePhone
) -> None:
    incident = phone.tap()["id"]
    colleague = live.enrol("android", COLLEAGUE)
    with chromium() as browser:
        page = follow(browser, live, line, incident)
        line.refuse_websockets()
        expect(page.get_by_text(LOST)).to_be_visible()
        say(phone, incident, "音は消しています")
        move(phone, incident, 35.70002)
        other = colleague.tap()["id"]
        expect(page.get_by_text("音は消しています", exact=True)).to_be_visible(timeout=PATIENCE)
        expect(page.locator("#map-coordinates")).to_contain_text("35.70002", timeout=PATIENCE)
        expect(page.locator(f"#alarm-{other}")).to_be_visible()
        expect(page.get_by_text(LOST)).to_be_visible()
        assert line.counts["websockets refused"]

        line.allow_websockets()
        expect(page.get_by_text(LIVE)).to_be_visible(timeout=PATIENCE)
        assert page.evaluate("window.neverReloaded")


def test_a_line_that_is_silent_but_not_closed_is_found_out(
    live: Live, line: Proxy, phone: LivePhone
) -> None:
    incident = phone.tap()["id"]
    with chromium() as browser:
        page = follow(browser, live, line, incident)
        line.freeze()
        # Boris comes back to the tab; it would be noticed at the next poll otherwise.
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        expect(page.get_by_text(LOST)).to_be_visible(timeout=PATIENCE)
        say(phone, incident, "裏口にいます")
        line.thaw()
        expect(page.get_by_text("裏口にいます", exact=True)).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_text(LIVE)).to_be_visible(timeout=PATIENCE)


def test_a_watching_page_outlives_the_sign_in_and_an_outage_and_still_rings(
    live: Live, line: Proxy, phone: LivePhone
) -> None:
    with chromium() as browser:
        page = boris_at_work(browser, live, line)
        page.goto(through(live, line, "/portal/watching/"))
        page.get_by_role("button", name="この端末を呼出専用にする").click()
        expect(page.get_by_text(LIVE)).to_be_visible()
        page.locator("h1").click()
        page.evaluate("window.neverReloaded = true")

        run_in(live.company, Session.objects.all().delete)
        portal = page.context.new_page()
        portal.goto(through(live, line, "/portal/"))
        assert "/login/" in portal.url, "the sign-in should have ended"
        portal.close()

        line.cut()
        expect(page.get_by_text(LOST)).to_be_visible()
        phone.tap()
        line.restore()
        state = page.locator("#watching-state")
        expect(state).to_have_attribute("data-ringing", "true", timeout=PATIENCE)
        page.wait_for_function("window.ear.rings > 0")
        assert page.evaluate("window.neverReloaded")
        assert "髙橋" not in page.content()
