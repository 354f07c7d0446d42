"""Anna at the counter with her phone, a real browser; what the others do goes through their own
doors. Time does not pass by waiting: every deadline is a column.
"""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import DateTimeField, F
from django.test import Client
from playwright.sync_api import Browser, Locator, expect

from accounts.models import User
from incidents.models import Incident, IncidentEvent, Message
from jobs.models import Job
from jobs.services import CHANNEL
from notifications.models import Notice
from operations.cases import claim, close_case
from operations.models import Case
from tenants.context import run_in
from tests.conftest import signed_in
from tests.live import media_client
from tests.live.browsers import chromium
from tests.live.conftest import Live
from tests.live.desk import desk_actor
from tests.live.person_at_screen import PersonAtScreen

FEELS = """
window.felt = [];
navigator.vibrate = (pattern) => window.felt.push([pattern].flat()[0]);
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { window.tones += 1; start.apply(this, when); };
"""
SHORT, LONG = 80, 500


@dataclass
class Anna(PersonAtScreen):
    """At the counter, with her phone."""

    live: Live = field(kw_only=True)

    @property
    def veil(self) -> Locator:
        return self.page.locator("[data-veil]")

    @property
    def line(self) -> Locator:
        """The one line of the black screen."""
        return self.page.locator("[data-veil-line]")

    @property
    def headline(self) -> Locator:
        return self.page.locator("[data-state-line]")

    @property
    def red(self) -> Locator:
        return self.page.locator("[data-red]")

    @property
    def support(self) -> Locator:
        return self.page.locator("[data-support-state]")

    def taps(self) -> None:
        self.page.locator("[data-press]").click()
        expect(self.veil).to_be_visible()
        expect(self.line).to_contain_text("届きました")

    def looks(self) -> None:
        self.veil.click()
        expect(self.veil).to_be_hidden()

    def asks_for_support(self) -> None:
        self.touch(self.page.locator("[data-support]"))
        self.page.locator("#ask-support button[value=yes]").click()

    def is_safe(self) -> None:
        self.touch(self.page.locator("[data-safe]"))
        self.page.locator("#ask-safe button[value=yes]").click()
        expect(self.headline).to_have_text("「安全です」と伝えました")

    def felt(self) -> list[int]:
        return list(self.page.evaluate("window.felt"))

    def shows(self, name: str) -> None:
        """For those who want to look: on a phone, and on a small one."""
        self.still(f"app-{name}.png")
        self.page.set_viewport_size({"width": 320, "height": 568})
        assert self.page.evaluate("document.scrollingElement.scrollWidth") <= 320
        self.still(f"app-{name}-small.png")
        self.page.set_viewport_size({"width": 375, "height": 812})


@pytest.fixture
def anna(live: Live) -> Iterator[Anna]:
    with chromium() as browser:
        yield anna_in(live, browser)


def anna_in(live: Live, browser: Browser) -> Anna:
    context = browser.new_context(
        locale="ja", timezone_id="Asia/Tokyo", viewport={"width": 375, "height": 812}
    )
    context.add_init_script(FEELS)
    page = context.new_page()
    media_client.enrol(page, live.page(f"/app/#code={live.code()}"))
    expect(page.locator("[data-holder]").first).not_to_be_empty()
    return Anna(page, live=live)


def seconds_pass(live: Live, seconds: int) -> None:
    """Each moment that the alarm knows lies so much further back, and what is due comes due."""
    by = timedelta(seconds=seconds)

    def put_back() -> None:
        for model in (Incident, IncidentEvent, Message):
            moments = [one.name for one in model._meta.fields if isinstance(one, DateTimeField)]
            model.objects.update(**{name: F(name) - by for name in moments})
        waiting = Job.objects.filter(company_id=live.company.pk, state=Job.State.PENDING)
        waiting.update(due_at=F("due_at") - by)
        Case.objects.filter(company=live.company).update(waiting_since=F("waiting_since") - by)

    run_in(live.company, put_back)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def desk_is_silent(anna: Anna) -> None:
    anna.asks_for_support()
    expect(anna.support).to_contain_text(
        re.compile(r"警備会社に要請しました.*応答待ち 00:0\d", re.S)
    )
    seconds_pass(anna.live, 91)


def boris(live: Live, deed: str, **form: str) -> None:
    """At his desk."""
    incident = run_in(live.company, lambda: Incident.objects.latest("opened_at").public_id)
    answer = by_portal(live).post(f"/portal/incidents/{incident}/{deed}/", form)
    assert answer.status_code in {200, 302}, answer.content


def by_portal(live: Live) -> Client:
    host = f"{live.company.schema}.localhost"
    return run_in(live.company, lambda: signed_in(User.objects.get(username="boris"), host))


def boris_writes(live: Live, text: str) -> None:
    boris(live, "message", client_id=str(uuid.uuid4()), text=text)


def calls_of_boris(live: Live) -> int:
    return run_in(
        live.company,
        Notice.objects.filter(kind="alarm", recipient_user__username="boris").count,
    )


def olga_takes_it(live: Live) -> None:
    case = Case.objects.get(company=live.company)
    claim(case_id=case.public_id, operator=desk_actor("olga"))


def olga_closes(live: Live) -> None:
    case = Case.objects.get(company=live.company)
    close_case(case_id=case.public_id, operator=desk_actor("olga"), result="calmed")
