"""Waiting for what another process does."""

import time
from collections.abc import Callable

from tenants.context import run_in
from tests.live.conftest import Live

PATIENCE = 20.0


def until(live: Live, holds: Callable[[], bool]) -> None:
    latest = time.monotonic() + PATIENCE
    while not run_in(live.company, holds):
        assert time.monotonic() < latest, "it did not happen"
        time.sleep(0.1)
