"""Playlists and the waveform, as a browser that listens is given them."""

import asyncio
import json
import time
from typing import Any

import pytest

from recordings.media.batch_format import CONTENT_TYPE, pack
from tests.recordings.conftest import Recorder, Reply, browser_of, run
from tests.recordings.listening import after, listening, pressed, recorded, sound
from tests.recordings.sounds import in_batch


def test_a_held_reload_is_answered_when_the_unit_arrives(recorder: Recorder) -> None:
    pressed(recorder)
    ear = listening(recorder)

    async def work() -> tuple[float, Reply]:
        await recorded(recorder, 2)
        await ear.get("live.m3u8")
        held = asyncio.create_task(ear.get("live.m3u8?_HLS_msn=2"))
        await asyncio.sleep(0.3)
        assert not held.done()
        await recorder.put(2, sound(2))
        sent = time.monotonic()
        reply = await held
        return time.monotonic() - sent, reply

    seconds, reply = run(work())
    assert b"u/2-2.aac" in reply.body
    assert seconds < 0.5


def test_a_reload_is_held_no_longer_than_three_target_durations(recorder: Recorder) -> None:
    pressed(recorder)
    ear = listening(recorder)
    began = time.monotonic()
    reply = run(after(recorded(recorder, 1), ear.get("live.m3u8?_HLS_msn=1")))
    assert reply.status == 200
    assert 2.5 < time.monotonic() - began < 4.5


def test_a_reload_is_held_without_valkey_too(recorder: Recorder, settings: Any) -> None:
    pressed(recorder)
    ear = listening(recorder)
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    async def work() -> Reply:
        await recorded(recorder, 1)
        held = asyncio.create_task(ear.get("live.m3u8?_HLS_msn=1"))
        await asyncio.sleep(0.1)
        await recorder.put(1, sound(1))
        async with asyncio.timeout(1.5):
            return await held

    assert b"u/1-1.aac" in run(work()).body


def test_native_players_are_not_told_to_hold(recorder: Recorder) -> None:
    pressed(recorder)
    ear = listening(recorder)
    native = {"User-Agent": "AppleCoreMedia/1.0.0"}
    assert b"CAN-BLOCK-RELOAD" in run(ear.get("live.m3u8")).body
    assert b"CAN-BLOCK-RELOAD" not in run(ear.get("live.m3u8", **native)).body


def test_a_complete_recording_ends_both_playlists(recorder: Recorder) -> None:
    pressed(recorder)
    ear = listening(recorder)

    async def work() -> list[Reply]:
        await recorded(recorder, 3)
        assert (await recorder.close({"last_seq": 2})).status == 200
        return [await ear.get("live.m3u8"), await ear.get("dvr.m3u8")]

    for reply in run(work()):
        assert reply.headers["content-type"] == "application/vnd.apple.mpegurl"
        assert reply.body.endswith(b"#EXT-X-ENDLIST\n")


def test_a_waveform_needs_no_listening(recorder: Recorder) -> None:
    pressed(recorder)
    run(recorded(recorder, 2))
    answer = browser_of(recorder.company, "boris").get(
        f"/portal/recordings/{recorder.recording}/peaks"
    )
    body = json.loads(answer.content)
    assert body["per_second"] == 10
    assert body["peaks"][:3] == [0.039, 0.078, None]
    assert body["peaks"][10:] == [0.039, 0.078]


def test_what_came_in_a_batch_is_unknown_to_the_waveform_not_silent(recorder: Recorder) -> None:
    pressed(recorder)

    async def work() -> None:
        await recorder.put(0, sound(0), Unit_Peak="0," * 9 + "0")
        batch = pack([in_batch(1, sound(1))])
        await recorder.send("PUT", "/units", batch, Content_Type=CONTENT_TYPE)

    run(work())
    answer = browser_of(recorder.company, "boris").get(
        f"/portal/recordings/{recorder.recording}/peaks"
    )
    assert json.loads(answer.content)["peaks"] == [0.0] * 10 + [None] * 10


def test_the_waveform_says_what_is_missing_and_what_the_clock_showed(recorder: Recorder) -> None:
    """The recorder stood still for a minute, and two units have not come; its clock is an hour
    slow, which the quickest unit gives away."""
    pressed(recorder)
    now = round(time.time() * 1000)
    slow, minute = now - 3_600_000, 60_000

    async def work() -> None:
        for seq, spoken in ((0, slow), (1, slow + 1_003), (4, slow + 4_011 + minute)):
            clocks = {"Unit_Time": str(spoken), "Unit_Sent": str(slow + 70_000)}
            await recorder.put(seq, sound(seq), Unit_Peak="10", **clocks)

    run(work())
    answer = browser_of(recorder.company, "boris").get(
        f"/portal/recordings/{recorder.recording}/peaks"
    )
    body = json.loads(answer.content)
    assert body["missing"] == [[20, 40]]
    (_begin, first), (second, later) = body["anchors"]
    assert second == pytest.approx(4 * 47 * 1024 / 48_000, abs=0.01)
    assert later - first == 4_011 + minute
    assert abs(first - (now - 70_000)) < 5_000
