"""Boris with a phone in one hand: taps are counted, and what he must press is under his thumb."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from notifications.models import Notice
from tenants.context import run_in
from tests.live import media_client
from tests.live.browsers import chromiums
from tests.live.conftest import Live
from tests.live.media_client import Watch

pytestmark = pytest.mark.browser

SCREEN = {"width": 375, "height": 667}
HEARS = "document.querySelector('#player-delay').textContent.includes('遅延')"


class Boris:
    """Counts what he presses."""

    def __init__(self, live: Live, page: Page) -> None:
        self.live = live
        self.page = page
        self.taps = 0

    def tap(self, what: Locator) -> None:
        box = what.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, f"too small for a thumb: {what}"
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= SCREEN["height"], f"not in sight: {what}"
        self.taps += 1
        what.click()

    @property
    def thumb(self) -> Locator:
        return self.page.locator("#thumb")

    def hears(self) -> None:
        Watch(self.page).until(HEARS)


@pytest.fixture
def boris(live: Live, tones: Path) -> Iterator[Boris]:
    """Anna has pressed, and her sound arrives; his portal is open, untouched."""
    with chromiums(tones, None) as (hers, his):
        phone = his.new_context(locale="ja", viewport=SCREEN, has_touch=True).new_page()
        phone.goto(live.page(live.sign_in_path("boris")))
        anna = hers.new_context(locale="ja", permissions=["microphone"]).new_page()
        media_client.enrol(anna, live.page(f"/app/#code={live.code()}"))
        media_client.tap(anna)
        yield Boris(live, phone)


def test_from_the_open_portal_he_hears_her_with_one_tap(boris: Boris) -> None:
    boris.tap(boris.page.locator("#open-rows").get_by_role("link", name="聞く"))
    boris.hears()
    assert boris.taps == 1
    # Loaded again, the page is silent: nobody has pressed anything there.
    expect(boris.page).to_have_url(re.compile("/portal/incidents/[0-9a-f-]+/$"))
    boris.page.reload()
    expect(boris.thumb.get_by_role("button", name="聞く")).to_be_enabled()
    assert Watch(boris.page).is_silent()


def test_from_a_notice_he_hears_her_with_two(boris: Boris) -> None:
    notice = run_in(boris.live.company, lambda: Notice.objects.filter(kind="alarm").first())
    assert notice is not None
    boris.taps += 1  # on the notice, which opens the alarm
    boris.page.goto(boris.live.page(f"/portal/incidents/{notice.incident_id}/"))
    assert Watch(boris.page).is_silent()
    boris.tap(boris.thumb.get_by_role("button", name="聞く"))
    boris.hears()
    assert boris.taps == 2
    expect(boris.thumb.get_by_role("button", name="音を止める")).to_be_visible()


def test_after_he_has_seen_it_the_choices_are_in_the_lower_half(boris: Boris) -> None:
    boris.page.locator("#open-rows a.row-link").click()
    boris.tap(boris.thumb.get_by_role("button", name="確認しました"))
    sheet = boris.page.locator("#sheet")
    expect(sheet.locator("[data-countdown]").last).to_have_text(re.compile("00:[0-5][0-9]"))
    for choice in (
        sheet.get_by_role("button", name="向かいます"),
        sheet.get_by_role("link", name="警備会社へ要請"),
    ):
        box = choice.bounding_box()
        assert box is not None
        assert box["y"] >= SCREEN["height"] / 2
        assert box["y"] + box["height"] <= SCREEN["height"]
    current = boris.page.locator(".steps .current")
    expect(current).to_be_in_viewport(ratio=1)
    # Half-way through a dialog the page is loaded again: it stands as it was, and nothing was sent.
    boris.tap(sheet.get_by_role("link", name="警備会社へ要請"))
    expect(boris.page.locator("#dialog-support")).to_be_visible()
    boris.page.reload()
    expect(boris.page.locator("dialog[open]")).to_have_count(0)
    boris.tap(boris.page.locator("#sheet").get_by_role("button", name="向かいます"))
    expect(boris.page.locator("#newest")).to_contain_text("あなたが向かっています")
    expect(boris.thumb.get_by_role("button", name="着きました")).to_be_visible()
