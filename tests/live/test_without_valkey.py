"""Valkey goes away: what it carried was a courtesy. Sound, taps and pages go on without it."""

import re
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import requests
from playwright.sync_api import expect

from launcher.valkey import Valkey
from tests.live.browsers import chromium
from tests.live.conftest import Live, LivePhone, Server, free_port
from tests.recordings.sounds import unit
from tests.support.broker import Broker
from tests.support.connections import COLLEAGUE, LIVE, LOST, say
from tests.support.sound import listen, put

PACE = 0.4
UNITS = 6
PATIENCE = 20_000


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    running = Broker(Valkey.in_folder(tmp_path))
    running.start()
    yield running
    running.kill()


@pytest.fixture
def replicas(broker: Broker) -> Iterator[list[Server]]:
    """Two web processes with a broker of their own."""
    environment = {"REDIS_URL": broker.valkey.url}
    running = [Server(free_port(), environment=environment, roles=("web",)) for _ in range(2)]
    for server in running:
        server.start()
    yield running
    for server in running:
        server.stop()


@dataclass
class Listener:
    """Reads live.m3u8 as a player does: each answer is held until there is more."""

    url: str
    headers: dict[str, str]
    heard: dict[int, float] = field(default_factory=dict)
    answers: int = 0

    def follow(self, last: int) -> None:
        while last not in self.heard:
            wanted = max(self.heard, default=-1) + 1
            answer = requests.get(f"{self.url}?_HLS_msn={wanted}", headers=self.headers, timeout=10)
            answer.raise_for_status()
            listed = {int(seq) for seq in re.findall(r"^u/(\d+)-", answer.text, re.M)}
            now = time.monotonic()
            self.heard |= dict.fromkeys(listed - self.heard.keys(), now)
            self.answers += 1


def delays(phone: LivePhone, recording: str, listener: Listener, first: int) -> list[float]:
    """Seconds from each unit's acknowledgement to the answer that lists it."""
    sent: dict[int, float] = {}
    following = threading.Thread(target=listener.follow, args=[first + UNITS - 1])
    following.start()
    for seq in range(first, first + UNITS):
        assert put(phone, recording, seq, unit(fill=bytes([65 + seq]))).status_code == 201
        sent[seq] = time.monotonic()
        time.sleep(PACE)  # the pace at which sound is spoken
    following.join(15)
    assert not following.is_alive(), "not everything was listed"
    return [max(0.0, listener.heard[seq] - at) for seq, at in sent.items()]


def test_a_listener_at_another_process_hears_each_unit_without_the_broker(
    live: Live, replicas: list[Server], broker: Broker, tell: Callable[[str], None]
) -> None:
    here, there = (replace(live, server=server) for server in replicas)
    phone, boris = here.enrol(), there.browser("boris")
    recording = str(phone.record(phone.tap()["tap_id"])["id"])
    session = listen(boris, there, recording)
    assert session.status_code == 201, session.text
    listener = Listener(there.url + session.json()["live_url"], dict(boris.headers))
    with_broker = delays(phone, recording, listener, 0)

    broker.kill()
    listener.answers = 0
    looked = delays(phone, recording, listener, UNITS)
    # As it was spoken, not in heaps when a held answer runs out of time.
    assert listener.answers > UNITS / 2
    for name, found in (("with", with_broker), ("without", looked)):
        median, most = statistics.median(found), max(found)
        tell(f"{name} Valkey: listed {median:.2f} s after the 201 (most {most:.2f} s)")


def handshake(live: Live) -> int:
    wish = {
        "Host": live.host,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    return requests.get(f"{live.url}/ws/portal/", headers=wish, timeout=30).status_code


@pytest.mark.browser
def test_alarms_and_pages_go_on_without_the_broker(
    live: Live, replicas: list[Server], broker: Broker, tell: Callable[[str], None]
) -> None:
    here = replace(live, server=replicas[0])
    phone, colleague = here.enrol(), here.enrol("android", COLLEAGUE)
    incident = phone.tap()["id"]
    with chromium() as browser:
        page = browser.new_page(locale="ja")
        page.goto(here.page(here.sign_in_path("boris")))
        page.goto(here.page(f"/portal/incidents/{incident}/"))
        expect(page.get_by_text(LIVE)).to_be_visible()

        broker.kill()
        expect(page.get_by_text(LOST)).to_be_visible(timeout=PATIENCE)
        say(phone, incident, "誰か来てください")
        assert handshake(here) == 403  # a refusal, no failure of ours
        began = time.monotonic()
        other = colleague.tap()["id"]  # a 201 or it raises
        tell(f"a tap without Valkey: {time.monotonic() - began:.2f} s")
        expect(page.get_by_text("誰か来てください", exact=True)).to_be_visible(timeout=PATIENCE)
        expect(page.locator(f"#alarm-{other}")).to_be_visible(timeout=PATIENCE)

        broker.start()
        expect(page.get_by_text(LIVE)).to_be_visible(timeout=PATIENCE)
        say(phone, incident, "もう大丈夫です")
        expect(page.get_by_text("もう大丈夫です", exact=True)).to_be_visible()
