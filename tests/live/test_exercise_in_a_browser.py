"""While an exercise runs the button asks. No answer, and any change of mind, is a real alarm."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from incidents.models import Incident
from tenants.context import run_in
from tests.live.browsers import SILENT, chromium
from tests.live.conftest import Live
from tests.live.media_client import leave_set_up
from tests.support.exercises import announce
from tests.support.waiting import until

pytestmark = pytest.mark.browser


@pytest.fixture
def anna(live: Live) -> Iterator[Page]:
    """Her phone, during an exercise."""
    run_in(live.company, announce)
    with chromium(sound=SILENT) as browser:
        context = browser.new_context(locale="ja", viewport={"width": 375, "height": 812})
        page = context.new_page()
        page.goto(live.page(f"/app/#code={live.code()}"))
        page.get_by_role("button", name="登録する").click()
        leave_set_up(page)
        expect(page.locator("[data-exercise]")).to_be_visible()
        page.locator("[data-press]").click()
        expect(page.locator("#ask-drill")).to_be_visible()
        yield page


def drills(live: Live) -> list[str]:
    return run_in(live.company, lambda: list(Incident.objects.values_list("drill", flat=True)))


def test_no_answer_in_five_seconds_is_a_real_alarm(live: Live, anna: Page) -> None:
    assert drills(live) == []
    expect(anna.locator("#ask-drill")).to_be_hidden(timeout=10_000)
    until(live, lambda: list(Incident.objects.values_list("drill", flat=True)) == ["none"])


def test_real_alarm_is_sent_at_once(live: Live, anna: Page) -> None:
    anna.get_by_role("button", name="本当の通報", exact=True).click()
    until(live, lambda: list(Incident.objects.values_list("drill", flat=True)) == ["none"])


def test_escape_is_no_answer_and_so_a_real_alarm(live: Live, anna: Page) -> None:
    anna.keyboard.press("Escape")
    until(live, lambda: list(Incident.objects.values_list("drill", flat=True)) == ["none"])


def test_a_drill_becomes_real_in_one_tap(live: Live, anna: Page) -> None:
    anna.get_by_role("button", name="訓練", exact=True).click()
    until(live, lambda: list(Incident.objects.values_list("drill", flat=True)) == ["internal"])
    anna.locator("[data-veil]").click()
    anna.get_by_role("button", name="本当の通報に切り替える").click()
    states = {"internal": "closed", "none": "open"}
    until(live, lambda: dict(Incident.objects.values_list("drill", "state")) == states)
    expect(anna.locator("[data-drill]")).to_be_hidden()
