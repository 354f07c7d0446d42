"""Killed in the middle of work, nothing that was acknowledged is lost."""

import os
import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import requests

from incidents.models import Message, Tap
from recordings.models import Unit
from tenants.context import run_in
from tests.live.conftest import Live, LivePhone
from tests.live.test_sound import put
from tests.recordings.sounds import unit


@dataclass
class Ledger:
    """What a client was promised by a 2xx."""

    taps: set[str] = field(default_factory=set)
    messages: set[str] = field(default_factory=set)
    units: set[tuple[str, int]] = field(default_factory=set)


def work(live: Live, phone: LivePhone, ledger: Ledger, until: float) -> None:
    tap_id = str(uuid.uuid4())
    incident, recording, seq = "", "", 0
    while time.monotonic() < until:
        try:
            if not recording:
                answer = phone.send("POST", "/api/v1/incidents", json={"tap_id": tap_id})
                answer.raise_for_status()
                ledger.taps.add(tap_id)
                incident = answer.json()["id"]
                recording = str(phone.record(tap_id)["id"])
            message = str(uuid.uuid4())
            said = {"client_id": message, "text": "まだ続いています"}
            path = f"/api/v1/incidents/{incident}/messages"
            if phone.send("POST", path, json=said).status_code == 201:
                ledger.messages.add(message)
            if put(phone, recording, seq, unit(fill=bytes([65 + seq % 26]))).ok:
                ledger.units.add((recording, seq))
                seq += 1
        except (requests.RequestException, AssertionError):
            time.sleep(0.05)


def test_web_and_timekeeper_killed_at_random_lose_nothing_acknowledged(live: Live) -> None:
    ledger, chance = Ledger(), random.Random(7)
    kills = int(os.environ.get("PROVE_KILLS", "4"))  # `make prove` kills more often
    until = time.monotonic() + 3 * kills
    phones = [live.enrol(kind) for kind in ("iphone", "watch", "android")]
    workers = [threading.Thread(target=work, args=(live, phone, ledger, until)) for phone in phones]
    for worker in workers:
        worker.start()
    for _kill in range(kills):
        time.sleep(chance.uniform(0.3, 1.2))
        live.server.kill(chance.choice(["web", "web", "timekeeper"]))
        live.server.start()
    for worker in workers:
        worker.join()

    def kept() -> tuple[set[str], set[str], set[tuple[str, int]]]:
        return (
            {str(tap.tap_id) for tap in Tap.objects.all()},
            {str(message.client_id) for message in Message.objects.all()},
            {
                (str(one.recording.public_id), one.seq)
                for one in Unit.objects.select_related("recording")
            },
        )

    taps, messages, units = run_in(live.company, kept)
    assert ledger.units, "nothing was acknowledged, so nothing was tried"
    assert ledger.taps <= taps
    assert ledger.messages <= messages
    assert ledger.units <= units
