"""The fleet's sound: it repeats and still no unit could stand for another."""

import subprocess

from demo.sound import SAMPLE, read_sound
from recordings.media.adts import parse
from tests.recordings.sounds import needs_ffmpeg

SOUND = read_sound(SAMPLE)
ROUND = len(SOUND.units)


def decoded(data: bytes) -> bytes:
    needs_ffmpeg()
    command = ["ffmpeg", "-v", "error", "-f", "aac", "-i", "-", "-f", "s16le", "-"]
    return subprocess.run(command, input=data, capture_output=True, check=True).stdout


def test_no_two_units_are_equal_by_number_or_by_device() -> None:
    units = [SOUND.unit(seq, device).data for seq in range(2 * ROUND) for device in range(3)]
    assert len(set(units)) == len(units)


def test_what_tells_them_apart_is_not_heard() -> None:
    marked = [SOUND.unit(seq, 7).data for seq in range(ROUND)]
    plain = [unit.data for unit in SOUND.units]
    assert all(parse(one) == parse(other) for one, other in zip(marked, plain, strict=True))
    assert marked != plain
    assert decoded(b"".join(marked)) == decoded(b"".join(plain))
