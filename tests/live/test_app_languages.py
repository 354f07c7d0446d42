"""Anna chooses Vietnamese on her phone: every screen follows, and goes on following."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from config.translations import app_texts
from incidents.models import Message
from tenants.context import run_in
from tests.live.browsers import chromium
from tests.live.conftest import Live
from tests.live.media_client import leave_set_up
from tests.support.waiting import until

pytestmark = pytest.mark.browser

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龯]")
CALL = "Gọi giúp đỡ"
SITE = "日本橋本店"
KEPT = f"""async () => {{
  const page = await caches.match('/app/');
  return Boolean(page) && (await page.text()).includes('<strong>{CALL}</strong>');
}}"""
# All words but those of people (names, places, the company's texts) and the choice of languages.
SEEN = """() => {
  const others = '.app-name, .language, [data-reach], [data-holder], [data-site], [data-purpose]';
  const seen = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { parentElement: around, data } = walk.currentNode;
    if (around.checkVisibility() && !around.closest(others)) seen.push(data.trim());
  }
  for (const name of ['aria-label', 'placeholder'])
    for (const one of document.querySelectorAll(`[${name}]`))
      if (one.checkVisibility()) seen.push(one.getAttribute(name));
  return seen.filter(Boolean);
}"""


@pytest.fixture
def phone(live: Live) -> Iterator[BrowserContext]:
    with chromium() as browser:
        yield browser.new_context(locale="ja", viewport={"width": 320, "height": 568})


@pytest.fixture
def anna(live: Live, phone: BrowserContext) -> Page:
    """She has opened the link of her sheet, and then chosen her language."""
    page = phone.new_page()
    page.goto(live.page(f"/app/#code={live.code()}"))
    enrolment = page.locator("[data-screen=enrol]")
    enrolment.locator(".language summary").click()
    enrolment.get_by_role("button", name="Tiếng Việt").click()
    expect(page.locator("html")).to_have_attribute("lang", "vi")
    page.get_by_role("button", name="Đăng ký", exact=True).click()
    leave_set_up(page)
    return page


def leftovers(page: Page) -> list[str]:
    """What is in Japanese or in English."""
    seen: list[str] = [text.replace(SITE, "") for text in page.evaluate(SEEN)]
    assert len(seen) > 5
    return [text for text in seen if JAPANESE.search(text) or text in app_texts()]


def test_standby_alarm_and_settings_are_in_vietnamese(live: Live, anna: Page) -> None:
    expect(anna.locator("[data-press]")).to_contain_text(CALL)
    assert leftovers(anna) == []
    anna.locator("[data-tab=settings]").click()
    assert leftovers(anna) == []
    anna.locator("[data-tab=ready]").click()
    anna.locator("[data-press]").click()
    anna.locator("[data-veil]").click()
    expect(anna.locator("[data-state-line]")).to_have_text("Đã báo cho cấp trên")
    assert leftovers(anna) == []


def test_what_she_says_by_a_button_her_supervisor_can_read(live: Live, anna: Page) -> None:
    anna.locator("[data-press]").click()
    anna.locator("[data-veil]").click()
    anna.locator("[data-reply]").click()
    said = "場所を離れます (Tôi đang rời khỏi đây)"
    until(live, Message.objects.filter(text=said).exists)
    assert run_in(live.company, Message.objects.count) == 1


def test_it_stays_so_after_a_reload_and_without_a_network(live: Live, anna: Page) -> None:
    anna.reload()
    expect(anna.locator("[data-press]")).to_contain_text(CALL)
    until(live, lambda: bool(anna.evaluate(KEPT)))
    anna.context.set_offline(True)
    anna.reload()
    expect(anna.locator("[data-press]")).to_contain_text(CALL)
    expect(anna.locator("[data-state-word]")).to_have_text("Không có mạng")
