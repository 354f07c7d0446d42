"""Sound over the wire: what is acknowledged is there, sealed, and comes back as it went in."""

import base64
import hashlib
import subprocess
import uuid
from pathlib import Path

import pytest
import requests

from recordings.models import Unit
from tenants.context import run_in
from tests.live.conftest import Live, LivePhone
from tests.recordings.sounds import digest_header, real_units, unit
from tests.support.sound import listen, put, recording

__all__ = ["recording"]


def test_units_out_of_order_and_twice_are_stored_once(phone: LivePhone, recording: str) -> None:
    units = [unit(fill=bytes([65 + n])) for n in range(4)]
    answers = [put(phone, recording, seq, units[seq]) for seq in (2, 0, 0, 3, 1)]
    assert [answer.status_code for answer in answers] == [201, 201, 200, 201, 201]
    assert answers[-1].headers["Unit-Next"] == "4"
    state = phone.send("GET", f"/ingest/{recording}").json()
    assert (state["next"], state["have"]) == (4, [[0, 3]])


@pytest.mark.parametrize(
    ("seq", "data", "headers", "status"),
    [
        (1, unit(), {"Content_Digest": digest_header(b"other")}, 400),
        (1, unit(), {"Content_Digest": "md5=:abc:"}, 400),
        (1, unit(), {"Unit_Samples": "zero"}, 400),
        (1, b"RIFF" + b"x" * 400, {}, 415),
        (1, b"", {}, 415),
        (1, unit(), {"Content_Type": "text/plain"}, 415),
        (1, b"x" * (256 * 1024 + 1), {}, 413),
        (1, unit(), {"Unit_Samples": "48128/7"}, 422),
        (9_000_000, unit(), {}, 422),
        (0, unit(fill=b"other"), {}, 409),
    ],
)
def test_bad_units_are_refused_and_nothing_stored_is_overwritten(
    phone: LivePhone, recording: str, seq: int, data: bytes, headers: dict[str, str], status: int
) -> None:
    first = unit()
    assert put(phone, recording, 0, first).status_code == 201
    answer = put(phone, recording, seq, data, **headers)
    assert answer.status_code == status, answer.text
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert put(phone, recording, 0, first).status_code == 200
    assert phone.send("GET", f"/ingest/{recording}").json()["next"] == 1


def test_strangers_find_no_recording(live: Live, phone: LivePhone, recording: str) -> None:
    watch = live.enrol("watch")
    assert put(watch, recording, 0, unit()).status_code == 403
    assert put(phone, str(uuid.uuid4()), 0, unit()).status_code == 404
    nobody = LivePhone(live, "sb1." + "0" * 32 + "." + "a" * 43)
    assert put(nobody, recording, 0, unit()).status_code == 401


def decoded(live: Live, cookie: str, path: str, folder: Path) -> float:
    """Seconds of sound that ffmpeg finds in a playlist."""
    target = folder / f"{uuid.uuid4().hex}.wav"
    subprocess.run(
        [
            "ffmpeg",
            "-v",
            "error",
            "-headers",
            f"Cookie: {cookie}\r\nHost: {live.host}\r\n",
            "-live_start_index",
            "0",
            "-i",
            f"{live.url}{path}",
            "-t",
            "9",
            str(target),
        ],
        check=True,
        timeout=60,
    )
    return (target.stat().st_size - 44) / 2 / 48000


def test_what_went_in_is_heard_by_boris_and_by_nobody_else(
    live: Live, phone: LivePhone, tmp_path: Path
) -> None:
    tap = phone.tap()
    recording = phone.record(tap["tap_id"])["id"]
    units = real_units(10)
    for seq, data in enumerate(units[:9]):
        assert put(phone, recording, seq, data).status_code == 201
    close = {"last_seq": 8, "chain": chain_of(units[:9])}
    closed = phone.send("POST", f"/ingest/{recording}/close", json=close)
    assert closed.status_code == 200, closed.text

    boris, carla = live.browser("boris"), live.browser("carla")
    assert listen(carla, live, recording, reason="見たい").status_code == 404
    session = listen(boris, live, recording)
    assert session.status_code == 201, session.text
    cookie = str(boris.headers["Cookie"])
    seconds = decoded(live, cookie, session.json()["dvr_url"], tmp_path)
    # A decoder makes 1024 samples of every frame, the encoder's priming included.
    assert seconds == pytest.approx(9 * 47 * 1024 / 48000, abs=0.05)

    # The address alone opens nothing, and every range was written down.
    bare = requests.get(
        live.url + session.json()["dvr_url"], headers={"Host": live.host}, timeout=10
    )
    assert bare.status_code == 404
    plays = phone.send("GET", f"/api/v1/me/recordings/{recording}/plays").json()
    assert "佐藤" in str(plays)


def chain_of(units: list[bytes]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(data).digest() for data in units)).hexdigest()


def test_no_sound_lies_readable_in_the_database(
    live: Live, phone: LivePhone, recording: str
) -> None:
    sound = unit(fill=b"SECRETSOUND")
    assert put(phone, recording, 0, sound).status_code == 201

    def stored() -> bytes:
        return bytes(Unit.objects.get(recording__public_id=recording).ciphertext)

    kept = run_in(live.company, stored)
    assert b"SECRETSOUND" not in kept
    assert sound[:7] not in kept
    assert base64.b64encode(sound)[:20] not in kept
