"""What boris decodes is what anna's device encoded: every tone, in order, of the same length.

An encoder begins with silence of its own (priming, 1024 samples of ffmpeg's, once a run), which is
part of its frames. A decoder makes 1024 samples of each frame, so that counting needs no allowance:
accepted units x frames x 1024 is the length, give or take 50 ms.
"""

import math
import re
import subprocess
import time
from array import array
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from recordings.media.adts import frames
from tests.live.conftest import Live, LivePhone
from tests.recordings.sounds import needs_ffmpeg
from tests.support.sound import listen, put

RATE = 48000
UNIT = 47 * 1024
TOLERANCE = 0.05
TONES = [400 + 150 * n for n in range(14)]


def encoded(tones: list[int]) -> list[bytes]:
    """One continuous encode in which each unit holds a tone of its own."""
    needs_ffmpeg()
    pcm = array("h")
    for tone in tones:
        step = 2 * math.pi * tone / RATE
        pcm.extend(int(12_000 * math.sin(step * n)) for n in range(UNIT))
    command = ["ffmpeg", "-v", "error", "-f", "s16le", "-ar", str(RATE), "-ac", "1", "-i", "-"]
    made = subprocess.run(
        [*command, "-b:a", "48k", "-f", "adts", "-"],
        input=pcm.tobytes(),
        capture_output=True,
        check=True,
    ).stdout
    cuts = list(frames(made))[::47]
    parts = [made[a:b] for a, b in zip(cuts, [*cuts[1:], len(made)], strict=True)]
    return parts[: len(tones)]


def decoded(source: list[str], data: bytes = b"") -> array:
    command = ["ffmpeg", "-v", "fatal", *source, "-f", "s16le", "-ac", "1", "-ar", str(RATE), "-"]
    made = subprocess.run(command, input=data, capture_output=True, check=True, timeout=60)
    return array("h", made.stdout)


def from_playlist(live: Live, cookie: str, path: str) -> array:
    headers = f"Cookie: {cookie}\r\nHost: {live.host}\r\n"
    reading = ["-headers", headers, "-live_start_index", "0", "-i", live.url + path]
    return decoded(reading)


def tone_at(pcm: array, unit: float) -> int:
    """The loudest of the known tones in the middle of a unit (Goertzel)."""
    middle = int((unit + 0.5) * UNIT)
    window = pcm[middle - 4096 : middle + 4096]

    def power(tone: int) -> float:
        turn = 2 * math.cos(2 * math.pi * tone / RATE)
        one = two = 0.0
        for sample in window:
            one, two = sample + turn * one - two, one
        return one * one + two * two - turn * one * two

    return max(TONES, key=power)


def heard(live: Live, phone: LivePhone, recording: str) -> Iterator[tuple[array, str]]:
    """Both playlists as boris's player gets them: the sound, and the text."""
    boris = live.browser("boris")
    opened = listen(boris, live, recording).json()
    cookie = str(boris.headers["Cookie"])
    for name in ("live_url", "dvr_url"):
        text = boris.get(live.url + opened[name], timeout=10).text
        follows_the_rules(text)
        yield from_playlist(live, cookie, opened[name]), text


def follows_the_rules(text: str) -> None:
    """What Apple's validator would say of one playlist."""
    target = number(text, "TARGETDURATION")
    assert all(round(float(n)) <= target for n in re.findall(r"EXTINF:([\d.]+)", text))
    dates = re.findall(r"PROGRAM-DATE-TIME:(\S+Z)", text)
    assert dates
    assert dates == sorted(dates)


def send(phone: LivePhone, tap: dict[str, Any], units: dict[int, tuple[bytes, str]]) -> str:
    recording = str(phone.record(tap["tap_id"])["id"])
    began = int(time.time() * 1000) - 20_000
    for seq, (data, run) in units.items():
        spoken = began + seq * 1003
        facts = {"Unit_Samples": f"{seq * UNIT}/{UNIT}", "Unit_Time": str(spoken), "Unit_Run": run}
        now = str(int(time.time() * 1000))
        assert put(phone, recording, seq, data, Unit_Sent=now, **facts).status_code == 201
    return recording


def end(phone: LivePhone, recording: str, last: int, gaps: list[list[int]]) -> None:
    body = {"last_seq": last, "gaps": gaps}
    assert phone.send("POST", f"/ingest/{recording}/close", json=body).status_code == 200


def in_order(n: int) -> list[int]:
    return list(range(n))


@pytest.mark.parametrize("order", [in_order(12), [2, 0, 1, 5, 4, 3, 8, 6, 7, 11, 10, 9]])
def test_the_tones_are_heard_in_order_whatever_the_order_of_arrival(
    live: Live, phone: LivePhone, order: list[int]
) -> None:
    units = encoded(TONES[:12])
    recording = send(phone, phone.tap(), {seq: (units[seq], "a") for seq in order})
    end(phone, recording, 11, [])
    reference = decoded(["-f", "aac", "-i", "-"], b"".join(units))
    assert len(reference) == 12 * UNIT
    for pcm, _text in heard(live, phone, recording):
        assert len(pcm) / RATE == pytest.approx(12 * UNIT / RATE, abs=TOLERANCE)
        assert len(pcm) / RATE == pytest.approx(len(reference) / RATE, abs=TOLERANCE)
        assert [tone_at(pcm, n) for n in range(12)] == TONES[:12]


def test_an_encoder_that_was_restarted_is_a_discontinuity_and_loses_nothing(
    live: Live, phone: LivePhone
) -> None:
    first, second = encoded(TONES[:6]), encoded(TONES[6:12])
    units = {n: (data, "a") for n, data in enumerate(first)}
    units |= {n + 6: (data, "b") for n, data in enumerate(second)}
    recording = send(phone, phone.tap(), units)
    end(phone, recording, 11, [])
    for pcm, text in heard(live, phone, recording):
        assert text.count("#EXT-X-DISCONTINUITY\n") == 1
        assert len(pcm) / RATE == pytest.approx(12 * UNIT / RATE, abs=TOLERANCE)
        assert [tone_at(pcm, n) for n in range(12)] == TONES[:12]


def test_a_declared_gap_is_shown_and_the_rest_is_heard(live: Live, phone: LivePhone) -> None:
    units = encoded(TONES[:12])
    there = [n for n in range(12) if n not in {4, 5}]
    recording = send(phone, phone.tap(), {n: (units[n], "a") for n in there})
    end(phone, recording, 11, [[4, 5]])
    for pcm, text in heard(live, phone, recording):
        assert "#EXT-X-GAP" in text
        # ffmpeg skips a gap; what it decodes is the accepted units.
        assert len(pcm) / RATE == pytest.approx(10 * UNIT / RATE, abs=TOLERANCE)
        assert [tone_at(pcm, n) for n in range(10)] == [TONES[n] for n in there]


def test_playlists_read_again_and_again_only_ever_grow(live: Live, phone: LivePhone) -> None:
    """MEDIA-SEQUENCE and DISCONTINUITY-SEQUENCE never fall, EVENT only appends, ID3 goes on."""
    tap = phone.tap()
    recording = str(phone.record(tap["tap_id"])["id"])
    boris = live.browser("boris")
    data = encoded(TONES[:1])[0]
    opened: dict[str, str] = {}
    known, sequences = "", (0, 0)
    began = int(time.time() * 1000) - 90_000
    for seq in range(82):
        facts = {"Unit_Samples": f"{seq * UNIT}/{UNIT}", "Unit_Time": str(began + seq * 1003)}
        facts |= {"Unit_Sent": str(int(time.time() * 1000)), "Unit_Run": "a" if seq < 8 else "b"}
        assert put(phone, recording, seq, data, **facts).status_code == 201
        if seq % 9:
            continue
        opened = opened or listen(boris, live, recording).json()
        sliding = boris.get(live.url + opened["live_url"], timeout=10).text
        follows_the_rules(sliding)
        now = (number(sliding, "MEDIA-SEQUENCE"), number(sliding, "DISCONTINUITY-SEQUENCE"))
        assert now[0] == max(0, seq - 59)
        assert now >= sequences
        event = boris.get(live.url + opened["dvr_url"], timeout=10).text
        assert event.startswith(known)
        known, sequences = event, now
    assert sequences == (22, 1)
    continuous(boris, live, known, opened["dvr_url"])


def number(text: str, name: str) -> int:
    found = re.search(rf"#EXT-X-{name}:(\d+)", text)
    return int(found[1]) if found else 0


def continuous(boris: requests.Session, live: Live, text: str, path: str) -> None:
    base = live.url + path.rpartition("/")[0]
    expected = 0
    for uri, seconds in zip(
        re.findall(r"^u/.*$", text, re.M), re.findall(r"EXTINF:([\d.]+)", text), strict=True
    ):
        body = boris.get(f"{base}/{uri}", timeout=10).content
        assert abs(int.from_bytes(body[65:73], "big") - expected) <= 2
        expected = int.from_bytes(body[65:73], "big") + round(float(seconds) * 90_000)


def test_the_wrong_order_would_be_noticed(tmp_path: Path) -> None:
    units = encoded(TONES[:4])
    pcm = decoded(["-f", "aac", "-i", "-"], b"".join([units[0], units[2], units[1], units[3]]))
    assert [tone_at(pcm, n) for n in range(4)] != TONES[:4]
