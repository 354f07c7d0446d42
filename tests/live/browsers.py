"""A real Chromium, where one is found; else a loud line, or a failure with REQUIRE_BROWSER=1.

Browser processes are kept from test to test; each test has contexts of its own in them.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

INSTALL = "install one (apt-get install chromium) or set PLAYWRIGHT_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DEVICE = "--use-fake-device-for-media-stream"
SILENT = Path()
ALLOWED = "--use-fake-ui-for-media-stream"


def found_chromium() -> str | None:
    candidates = [os.environ.get("PLAYWRIGHT_CHROMIUM"), *map(shutil.which, NAMES)]
    return next((path for path in candidates if path and Path(path).exists()), None)


def chromium_path() -> str:
    found = found_chromium()
    if found is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"no Chromium: {INSTALL}")
    if found is None:
        pytest.skip(f"NOT RUN: no Chromium; {INSTALL}")
    return found


def flags_for(sound: Path | None) -> list[str]:
    """``sound``: a WAV file that plays as the microphone, over and over; SILENT: one that is there
    and that the page gets only if it is allowed to."""
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    if sound == SILENT:
        flags += [DEVICE]
    elif sound is not None:
        flags += [DEVICE, ALLOWED, f"--use-file-for-fake-audio-capture={sound}"]
    return flags


@contextmanager
def chromium(*, sound: Path | None = None) -> Iterator[Browser]:
    with chromiums(sound) as (browser,):
        yield browser


@contextmanager
def chromiums(*sounds: Path | None) -> Iterator[list[Browser]]:
    """A browser process for each: people do not share one, and each has a microphone of its own."""
    browsers = [KEPT.browser(number, sound) for number, sound in enumerate(sounds)]
    yield browsers
    for browser in browsers:
        for context in browser.contexts:
            context.close()


class Kept:
    """The browser processes that run. As long as there are any, Playwright's loop is in this
    thread, but nothing of ours runs in it, so that Django need not fear for its connections."""

    def __init__(self) -> None:
        self._playwright: Playwright | None = None
        self._browsers: dict[tuple[int, Path | None], Browser] = {}

    def browser(self, number: int, sound: Path | None) -> Browser:
        kept = self._browsers.get((number, sound))
        if kept is None or not kept.is_connected():
            kept = self._browsers[number, sound] = self._launched(sound)
        return kept

    def _launched(self, sound: Path | None) -> Browser:
        path = chromium_path()
        if self._playwright is None:
            self._playwright = sync_playwright().start()
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
        return self._playwright.chromium.launch(executable_path=path, args=flags_for(sound))

    def end(self) -> None:
        for browser in self._browsers.values():
            browser.close()
        self._browsers.clear()
        if self._playwright is not None:
            self._playwright.stop()
            self._playwright = None
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


KEPT = Kept()
