"""A supervisor at work while something is away."""

from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.live.conftest import Live, through
from tests.live.proxy import Proxy

EAR = Path(__file__).parent.parent / "live" / "sound_meter.js"


def boris_at_work(browser: Browser, live: Live, line: Proxy) -> Page:
    context = browser.new_context(locale="ja")
    context.add_init_script(path=EAR)
    page = context.new_page()
    page.goto(through(live, line, live.sign_in_path("boris")))
    return page
