"""Consoles in real browsers: who sits at them, what they sound like, and what waits before them."""

import os
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from audit.actors import Actor
from demo.links import signer
from jobs.models import Job
from jobs.services import CHANNEL
from operations.models import AccessGrant, Case, Centre, Dispatch, Handover, Shift, StepDone
from operations.selectors import operator_actor
from operations.shifts import start_shift
from tenants.context import run_in
from tenants.models import Company
from tests.live.conftest import Live, LivePhone
from tests.live.media_client import Watch

STILLS = os.environ.get("STILLS", "")
LIVE, LOST = "リアルタイム接続中", "再接続中"
BEEPS = 3
LEVEL = """function () {
  return Math.max(0, ...this.map((one) => {
    const samples = new Float32Array(one.fftSize);
    one.getFloatTimeDomainData(samples);
    return samples.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  }));
}"""
RUNNING = "function () { return this.some((one) => one.state === 'running'); }"


def desk_actor(username: str) -> Actor:
    ops = Company.objects.get(schema_name="ops")
    return run_in(ops, lambda: operator_actor(User.objects.get(username=username)))


@pytest.fixture
def on_shift(live: Live) -> Iterator[None]:
    """Olga and otto are on shift, and nothing of other tests waits or comes: their ladders end.
    Afterwards nothing of the desk is left open."""
    ladders = Job.objects.filter(kind="escalation.move", state=Job.State.PENDING)
    ladders.exclude(company=live.company).delete()
    Case.objects.exclude(state="closed").update(
        state="closed", closed_at="2026-01-01T00:00:00Z", owner_until=None
    )
    tokyo = Centre.objects.get(name="東京管制センター")
    for username, console in (("olga", "02"), ("otto", "03")):
        start_shift(operator=desk_actor(username), centre=tokyo, console=console)
    yield
    mine = Case.objects.filter(company=live.company)
    for model in (AccessGrant, Dispatch, Handover, StepDone):
        model.objects.filter(case__in=mine).delete()
    mine.update(state="closed", closed_at="2026-01-01T00:00:00Z", owner_until=None)
    Shift.objects.all().delete()


@dataclass(frozen=True)
class Console:
    page: Page
    watch: Watch

    @property
    def cards(self):
        return self.page.locator(".card-of-queue")

    def unlock(self) -> None:
        self.page.locator("#sound-unlock").click()
        expect(self.page.locator("#sound-unlock")).to_be_hidden()

    def audio_runs(self) -> bool:
        return bool(self.watch.call(self.watch.objects("AudioContext"), RUNNING))

    def level(self) -> float:
        return float(self.watch.call(self.watch.objects("AnalyserNode"), LEVEL))

    def rings_within(self, seconds: float) -> float:
        """When sound left the page, in seconds from now."""
        began = time.monotonic()
        output = self.watch.objects("AnalyserNode")
        while float(self.watch.call(output, LEVEL)) < 0.05:
            assert time.monotonic() - began < seconds, "the console does not ring"
            self.page.wait_for_timeout(20)
        return time.monotonic() - began

    def is_silent_soon(self) -> None:
        """The last tones that were begun have ended."""
        quiet_since = time.monotonic()
        latest = quiet_since + 10
        while time.monotonic() - quiet_since < 2:
            if self.level() > 0.001:
                quiet_since = time.monotonic()
            assert time.monotonic() < latest, "the console goes on ringing"
            self.page.wait_for_timeout(50)

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)


def sign_in_at_desk(page: Page, username: str, port: int) -> None:
    token = quote(signer().sign(f"ops:{username}"))
    page.goto(f"http://ops.localhost:{port}/demo/sign-in/{token}/")


def console_at(live: Live, browser: Browser, username: str, port: int = 0) -> Console:
    context = browser.new_context(
        locale="ja", timezone_id="Asia/Tokyo", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    sign_in_at_desk(page, username, port or live.server.port)
    page.goto(f"http://ops.localhost:{port or live.server.port}/console/")
    expect(page.locator("#connection")).to_contain_text(LIVE)
    return Console(page, Watch(page))


def still(page: Page, name: str) -> None:
    if STILLS:
        page.screenshot(path=Path(STILLS) / name)


def ask(phone: LivePhone, **more: object) -> str:
    """A tap that asks for the security company at once."""
    place = {"latitude": 35.684610, "longitude": 139.774120, "accuracy_m": 12}
    tap = {"tap_id": str(uuid.uuid4()), "level": "support", "location": place}
    answer = phone.send("POST", "/api/v1/incidents", json=tap | more)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def wake() -> None:
    """The timekeepers look at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])
