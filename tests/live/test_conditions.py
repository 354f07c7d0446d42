"""Anna's browser keeps today's answer until there is a network; then it arrives once."""

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from people.models import Employee
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import ANNA, Live
from tests.live.media_client import leave_set_up
from wellbeing.models import CheckIn, CheckInRevision

pytestmark = pytest.mark.browser

WAITS = "つながり次第送ります"
RECORDED = "記録しました"


def opened(context: BrowserContext, live: Live) -> Page:
    """Enrolled, at the question."""
    anna = context.new_page()
    anna.goto(live.page(f"/app/#code={live.code()}"))
    press, register = anna.locator("[data-press]"), anna.locator("[data-enrol-form] [type=submit]")
    expect(press.or_(register).first).to_be_visible()
    if register.is_visible():
        register.click()
        leave_set_up(anna)
    expect(press).to_be_visible()
    anna.locator("[data-tab=condition]").click()
    expect(anna.locator("[data-condition-form]")).to_be_visible()
    return anna


def say(page: Page, face: str, word: str) -> None:
    page.locator(f"label.face:has-text('{face}')").click()
    page.locator("#condition-note").fill(word)
    page.get_by_role("button", name="記録する").click()


def kept(live: Live) -> list[dict[str, Any]]:
    def look() -> list[dict[str, Any]]:
        mine = CheckIn.objects.filter(employee=Employee.objects.get(number=ANNA))
        return list(mine.values("condition", "note"))

    return run_in(live.company, look)


def test_offline_and_then_online_it_arrives_once_and_an_edit_keeps_its_history(live: Live) -> None:
    with chromium() as browser:
        context = browser.new_context(locale="ja")
        anna = opened(context, live)
        context.set_offline(True)
        say(anna, "普通", "午前は忙しかった")
        expect(anna.locator("[data-condition-status]")).to_contain_text(WAITS)
        assert kept(live) == []

        sent: list[str] = []
        anna.on("request", lambda one: sent.append(one.url) if one.method == "PUT" else None)
        context.set_offline(False)
        expect(anna.locator("[data-condition-status]")).to_contain_text(RECORDED)
        assert kept(live) == [{"condition": "normal", "note": "午前は忙しかった"}]
        anna.reload()
        anna.locator("[data-tab=condition]").click()
        expect(anna.locator("[data-month-days] .face.normal")).to_have_count(1)
        assert len([url for url in sent if "/check-ins/" in url]) == 1

        say(anna, "悪い", "午後に怒鳴られた")
        expect(anna.locator("[data-condition-status]")).to_contain_text(RECORDED)
    assert kept(live) == [{"condition": "bad", "note": "午後に怒鳴られた"}]
    old = run_in(live.company, lambda: list(CheckInRevision.objects.values_list("note", flat=True)))
    assert old == ["午前は忙しかった"]
