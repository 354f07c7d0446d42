"""Where nonsense arrives: somebody has pressed, and what is acknowledged must stay as it is."""

import json
from dataclasses import dataclass
from typing import Any

import requests

from incidents.models import Incident, LocationFix, Message, Tap
from recordings.models import Unit
from tenants.context import run_in
from tests.live.conftest import Live, LivePhone
from tests.live.raw_http import RawReply, send_raw

PROBLEM = "application/problem+json"
DEEP = b"[" * 100_000


@dataclass(frozen=True)
class Scene:
    """Anna has pressed, one unit of hers and one message are acknowledged, boris listens."""

    live: Live
    phone: LivePhone
    incident: str
    tap_id: str
    recording: str
    boris: requests.Session
    session: str

    def fill(self, path: str) -> str:
        names = {"incident": self.incident, "recording": self.recording, "session": self.session}
        return path.format(**names)

    def stored(self) -> Any:
        def read() -> Any:
            units = Unit.objects.filter(recording__public_id=self.recording)
            taps = Tap.objects.values_list("tap_id", "level", "incident_id", "body_sha256")
            return (
                [(u.seq, bytes(u.digest), bytes(u.ciphertext)) for u in units.order_by("seq")],
                sorted((str(a), b, c, bytes(d)) for a, b, c, d in taps),
                list(Incident.objects.values_list("public_id", "state", "level")),
                list(Message.objects.values_list("client_id", "text")),
                LocationFix.objects.filter(device__recordings__public_id=self.recording).count(),
            )

        return run_in(self.live.company, read)

    def head(self, method: str, path: str, *more: str) -> list[str]:
        first = [f"{method} {self.fill(path)} HTTP/1.1", f"Host: {self.live.host}"]
        return [*first, f"Authorization: Bearer {self.phone.token}", *more]

    def json(self, path: str, body: bytes, method: str = "POST") -> RawReply:
        length = f"Content-Length: {len(body)}"
        lines = self.head(method, path, "Content-Type: application/json", length)
        return send_raw(self.live, lines, body)


def is_a_problem(reply: RawReply, status: int) -> None:
    assert (reply.status, reply.content_type) == (status, PROBLEM), reply.body[:300]
    assert json.loads(reply.body)["status"] == status
