"""Anna's phone in a real browser, with whatever the browser does to it."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect

from incidents.models import Tap
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live, Server, new_live
from tests.live.media_client import Watch, leave_set_up

PATIENCE = 20_000
STATE = """async () => {
  const { src } = document.querySelector('script[type=module]');
  const { deviceState } = await import(src.replace('main.js', 'device_state.js'));
  return deviceState();
}"""
"""The app's own word on what this device knows."""


@pytest.fixture(scope="package")
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

    def ends_it(self) -> None:
        """She is safe, and back at the button; the alarm's own screen is open."""
        self.page.locator("[data-safe]").click()
        self.page.locator("#ask-safe [value=yes]").click()
        self.page.locator("[data-leave]").click()

    def sees_seconds_go_by(self, count: int) -> None:
        for _ in range(count):
            shown = self.page.locator("[data-running]").inner_text()
            expect(self.page.locator("[data-running]")).not_to_have_text(shown)

    def may(self, *permissions: str) -> None:
        """These and no others."""
        self.context.clear_permissions()
        self.context.grant_permissions(permissions)

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
