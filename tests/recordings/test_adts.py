"""What counts as one unit of sound."""

import pytest

from recordings.media.adts import NotAdts, Sound, parse
from tests.recordings.sounds import frame, unit


@pytest.mark.parametrize(
    ("data", "sound"),
    [
        (frame(b"x" * 20), Sound(1, 1024, 48000)),
        (unit(47), Sound(47, 47 * 1024, 48000)),
        (unit(16, rate=16000), Sound(16, 16 * 1024, 16000)),
        (frame(b"x" * 20, blocks=2), Sound(1, 2048, 48000)),
        (frame(b"crc" * 9, crc=True), Sound(1, 1024, 48000)),
        (frame(b"\xff\xf1" * 40), Sound(1, 1024, 48000)),
    ],
)
def test_frames_are_counted_from_their_headers(data: bytes, sound: Sound) -> None:
    assert parse(data) == sound


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"ID3\x04" + unit(2),
        b"\x00" + unit(2),
        unit(2) + b"\x00",
        unit(2)[:-1],
        unit(2) + b"\xff\xf1",
        b"RIFF....WAVEfmt " * 10,
        b"\xff\xf1\x4c\x80\x00\x1f\xfc" * 2,
        frame(b"a" * 9, rate=48000) + frame(b"a" * 9, rate=16000),
        b"\xff" * 400,
    ],
)
def test_anything_but_whole_frames_of_one_rate_is_no_sound(data: bytes) -> None:
    with pytest.raises(NotAdts):
        parse(data)
