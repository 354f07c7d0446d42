"""From a tone in anna's microphone to the same tone in boris' page, a Chromium for each of them."""

import statistics
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser

from bench.figures import Figure, NotRun, say, sized
from bench.fixtures import company, sign_in_path
from bench.processes import app_processes
from demo.data import ACME
from demo.seed import fill
from people.devices.services import issue_code
from people.models import Employee
from tenants.context import run_in
from tests.live import media_client
from tests.live.browsers import INSTALL, chromiums, found_chromium

ANNA = "020182"
# While a player settles, it is faster than later or slower.
SETTLES_MS = 5_000


def figures() -> Iterator[Figure]:
    if found_chromium() is None:
        raise NotRun(f"no Chromium: {INSTALL}")
    made = company("ear")
    code = run_in(made, _code)
    sign_in = sign_in_path(made.schema, "boris")
    with tempfile.TemporaryDirectory() as folder, app_processes() as ours:
        base = f"http://{made.schema}.localhost:{ours.port}"
        with chromiums(media_client.beep_file(Path(folder) / "beeps.wav"), None) as (hers, his):
            links = (f"{base}/app/#code={code}", base + sign_in)
            beeps, late, puts = measure(hers, his, *links, sized(38, 8))
    note = f"n={len(late)} of {beeps} beeps"
    yield Figure("mouth → ear: median", statistics.median(late), "s", "<= 1.6", note)
    yield Figure("mouth → ear: p95", media_client.p95(late), "s", "<= 2.0")
    yield Figure("floor: a unit's PUT, median", statistics.median(puts) * 1000, "ms")
    yield Figure("floor: a unit's PUT, p95", media_client.p95(puts) * 1000, "ms")


def _code() -> str:
    fill(ACME)
    return issue_code(holder=Employee.objects.get(number=ANNA))


def measure(
    hers: Browser, his: Browser, app: str, sign_in: str, beeps: int
) -> tuple[int, list[float], list[float]]:
    """How many beeps were said while he listened, how late each was heard, and the PUTs."""
    anna = hers.new_context(permissions=["microphone", "geolocation"]).new_page()
    boris = his.new_context().new_page()
    watch = media_client.Watch(boris)
    boris.goto(sign_in)
    media_client.enrol(anna, app)
    mouth = media_client.tap(anna)
    media_client.open_alarm(watch)
    ear = media_client.listen(watch)
    say(f"listening to {beeps} beeps")
    received = ear.until(beeps)
    sent = media_client.since(mouth.heard(), received[0][1] + SETTLES_MS, received[-1][1] - 3_000)
    return (
        len(sent),
        media_client.delays(sent, received),
        media_client.put_times(media_client.Watch(anna)),
    )
