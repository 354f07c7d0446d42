"""The desk's part between four people with a browser each: anna asks, the console rings, olga takes
the case, hears, sends a responder, records the police call and closes; boris and anna see each step.
"""

import os

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from demo.links import signer
from operations import dispatching
from operations.models import AccessGrant, Case, Centre, Dispatch, Responder, Shift
from operations.selectors import actor_for
from operations.shifts import start_shift
from accounts.models import User
from tenants.context import run_in
from tenants.models import Company
from tests.live import rig
from tests.live.browsers import chromiums
from tests.live.conftest import Live, LivePhone
from tests.live.rig import Detector, Watch

pytestmark = pytest.mark.browser

STILLS = os.environ.get("STILLS", "")
LEVEL = """function () {
  return Math.max(0, ...this.map((one) => {
    const samples = new Float32Array(one.fftSize);
    one.getFloatTimeDomainData(samples);
    return samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  }));
}"""
STATES = "function () { return this.map((one) => one.state); }"


def desk_user(username: str) -> User:
    ops = Company.objects.get(schema_name="ops")
    return run_in(ops, lambda: User.objects.get(username=username))


def desk_actor(username: str):  # noqa: ANN201
    return actor_for(desk_user(username))


@pytest.fixture
def shifts(live: Live) -> Iterator[None]:
    """Olga and otto are on shift; afterwards nothing of the desk is left open."""
    tokyo = Centre.objects.get(name="東京管制センター")
    for username, console in (("olga", "02"), ("otto", "03")):
        start_shift(operator=desk_actor(username), centre=tokyo, console=console)
    yield
    mine = Case.objects.filter(company=live.company)
    AccessGrant.objects.filter(case__in=mine).delete()
    Dispatch.objects.filter(case__in=mine).delete()
    mine.update(state="closed", closed_at="2026-01-01T00:00:00Z", owner_until=None)
    Shift.objects.all().delete()


def console_of(live: Live, browser: Browser, username: str, path: str = "/console/") -> Page:
    context = browser.new_context(
        locale="ja", timezone_id="Asia/Tokyo", viewport={"width": 1680, "height": 960}
    )
    page = context.new_page()
    token = signer().sign(f"ops:{username}")
    page.goto(f"http://ops.localhost:{live.server.port}/demo/sign-in/{quote(token)}/")
    return page


def card(page: Page, live: Live) -> Any:
    return page.locator(".card-of-queue")


def test_look(live: Live, shifts: None, tmp_path: Path) -> None:
    phone = live.enrol()
    with chromiums(None) as (hers,):
        page = console_of(live, hers, "olga")
        page.on("console", lambda m: print("CONSOLE", m.type, m.text))
        page.on("pageerror", lambda e: print("ERROR", e))
        expect(page.locator("#connection")).to_have_attribute("data-state", "live")
        phone.send("POST", "/api/v1/incidents", json={"tap_id": "7f3c2b9e-5d0a-4d1e-9a51-0c8f4be0a111", "level": "support", "location": {"latitude": 35.684610, "longitude": 139.774120, "accuracy_m": 12}})
        expect(card(page, live)).to_have_count(1)
        page.screenshot(path="/tmp/c1.png")
        page.keyboard.press("a")
        page.wait_for_timeout(1500)
        page.screenshot(path="/tmp/c2.png")
        page.keyboard.press("p")
        page.wait_for_timeout(500)
        page.screenshot(path="/tmp/c3.png")
