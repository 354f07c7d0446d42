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
MICROPHONE = ["--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream"]


def chromium_path() -> str:
    candidates = [os.environ.get("PLAYWRIGHT_CHROMIUM"), *map(shutil.which, NAMES)]
    found = next((path for path in candidates if path and Path(path).exists()), None)
    if found is None and os.environ.get("REQUIRE_BROWSER") == "1":
        pytest.fail(f"no Chromium: {INSTALL}")
    if found is None:
        pytest.skip(f"NOT RUN: no Chromium; {INSTALL}")
    return found


@contextmanager
def chromium(*, sound: Path | None = None) -> Iterator[Browser]:
    """``sound``: a WAV file that plays as the microphone, over and over."""
    flags = [*FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    if sound is not None:
        flags += [*MICROPHONE, f"--use-file-for-fake-audio-capture={sound}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=flags)
        yield browser
        browser.close()
