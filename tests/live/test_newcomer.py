"""Somebody tries Sobani for the first time: both demo links in one browser, and no microphone."""

import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from recordings.models import Unit
from tests.live.browsers import SILENT, chromium
from tests.live.conftest import Live
from tests.live.media_client import Detector, Watch, leave_set_up
from tests.support.waiting import until

pytestmark = pytest.mark.browser

QUIET = 0.02


def opened(context: BrowserContext, links: dict[str, str], order: list[str]) -> dict[str, Page]:
    """Each link in a tab of its own, in this order."""
    tabs = {role: context.new_page() for role in order}
    for role in order:
        tabs[role].goto(links[role])
        if role == "supervisor":
            expect(tabs[role].get_by_text("リアルタイム接続中")).to_be_visible()
        else:
            expect(tabs[role].locator("body[data-started]")).to_be_visible()
    return tabs


@pytest.mark.parametrize(
    ("order", "microphone"),
    [(["employee", "supervisor"], SILENT), (["supervisor", "employee"], None)],
    ids=["employee first, microphone blocked", "supervisor first, no microphone"],
)
def test_both_links_work_in_one_browser_and_the_sample_scene_is_heard(
    live: Live, order: list[str], microphone: Path | None
) -> None:
    links = {
        "employee": live.page(f"/app/#code={live.code()}"),
        "supervisor": live.page(live.sign_in_path("boris")),
    }
    with chromium(sound=microphone) as browser:
        context = browser.new_context(locale="ja", permissions=["geolocation"])
        first = opened(context, links, order)
        first["employee"].get_by_role("button", name="登録する").click()
        leave_set_up(first["employee"])

        # The same links once more: she is registered, he is signed in.
        tabs = opened(context, links, order)
        tabs["employee"].locator("#ask-reenrol button[value=no]").click()
        press_without_microphone(tabs["employee"], is_blocked=microphone == SILENT)
        for supervisor in (tabs["supervisor"], first["supervisor"]):
            expect(supervisor.get_by_role("link", name="髙橋 美咲").first).to_be_visible()
        hears_something(tabs["supervisor"])
        until(live, lambda: Unit.objects.count() >= 2)


def press_without_microphone(anna: Page, *, is_blocked: bool) -> None:
    """The alarm itself needs no sound; the scene is offered before it and during it."""
    if is_blocked:
        anna.locator("[data-press]").click()
        anna.locator("[data-veil]").click()
        expect(anna.locator("[data-sound-word]")).to_contain_text("録音していません")
        anna.locator("[data-record-sample]").click()
    else:
        anna.locator("[data-press-sample]").click()
        anna.locator("[data-veil]").click()
    expect(anna.locator("[data-sound-word]")).to_contain_text("サンプル音声を録音中")


def hears_something(boris: Page) -> None:
    boris.get_by_role("link", name="髙橋 美咲").first.click()
    boris.locator("#play").click(timeout=20_000)
    expect(boris.locator("#player-delay")).to_contain_text("遅延", timeout=20_000)
    ear = Detector(Watch(boris), "ear")
    latest = time.monotonic() + 20
    while (level := ear.loudest()) < QUIET:
        assert time.monotonic() < latest, f"he hears silence: {level}"
        boris.wait_for_timeout(200)
