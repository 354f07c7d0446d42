"""A real Chromium, where one is found; else a loud line, or a failure with REQUIRE_BROWSER=1."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

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
    path = chromium_path()
    with sync_playwright() as playwright:
        launch = playwright.chromium.launch
        browsers = [launch(executable_path=path, args=flags_for(sound)) for sound in sounds]
        yield browsers
        for browser in browsers:
            browser.close()
