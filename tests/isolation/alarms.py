"""One alarm through the public doors, its sound, and somebody who listens."""

import json
import uuid
from typing import Any

from recordings.media import ingest
from recordings.models import PlaySession
from tenants.context import run_in
from tests.isolation.twin_company import Side, ask
from tests.recordings.conftest import call, run
from tests.recordings.sounds import digest_header, unit


def alarm(side: Side) -> None:
    """Through the public door: a tap with a position, words from her, a recording."""
    phone = side.credentials["anna's phone"]
    side.names["tap"] = str(uuid.uuid4())
    body: dict[str, Any] = {
        "tap_id": side.names["tap"],
        "location": {"latitude": 35.5, "longitude": float(side.names["longitude"])},
    }
    raised = ask(phone, side.host, "POST", "/api/v1/incidents", body)
    assert raised.status == 201, raised
    side.names["incident"] = json.loads(raised.text)["id"]
    said = {"client_id": str(uuid.uuid4()), "text": side.mark}
    path = f"/api/v1/incidents/{side.names['incident']}/messages"
    assert ask(phone, side.host, "POST", path, said).status == 201
    wish = {"client_id": str(uuid.uuid4()), "tap_id": side.names["tap"], "sample_rate": 48000}
    wish |= {"frames_per_unit": 47}
    recorded = ask(phone, side.host, "POST", "/api/v1/recordings", wish)
    assert recorded.status == 201, recorded
    side.names["recording"] = json.loads(recorded.text)["id"]


def record(side: Side, listener: str = "boris") -> None:
    """One second of sound, and somebody listens."""
    sound = unit(fill=side.mark.encode()[:4])
    headers = {
        "Host": side.host,
        "Content-Type": "audio/aac",
        "Content-Digest": digest_header(sound),
        "Unit-Peak": "10,20" if side.mark[0] == "a" else "30,40",
        **side.credentials["anna's phone"].headers,
    }
    path = f"/ingest/{side.names['recording']}/units/0"
    assert run(call(ingest.application, "PUT", path, headers, sound)).status == 201
    listen = f"/portal/recordings/{side.names['recording']}/listen"
    wish = {"mode": "live", "reason": side.mark}
    opened = ask(side.credentials[listener], side.host, "POST", listen, wish)
    assert opened.status == 201, opened
    heard = PlaySession.objects.filter(recording__public_id=side.names["recording"])
    session = run_in(side.company, heard.get)
    side.names["session"] = str(session.public_id)
    side.keys["session"] = session.pk
    side.names["session_pk"] = str(session.pk)
    flag = {"session": str(session.public_id), "client_id": str(uuid.uuid4()), "at_ms": 100}
    marks = f"/portal/recordings/{side.names['recording']}/mark"
    made = ask(side.credentials[listener], side.host, "POST", marks, flag)
    assert made.status == 201, made
    side.names["flag"] = json.loads(made.text)["id"]
