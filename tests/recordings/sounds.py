"""Sound for tests: hand-made ADTS frames, and real AAC where ffmpeg is installed."""

import base64
import hashlib
import os
import shutil
import subprocess
from typing import Any

import pytest

from recordings.media.adts import RATES, frames
from recordings.media.batch_format import BatchUnit

UNIT = 47 * 1024  # samples of what unit() makes


def frame(payload: bytes, *, rate: int = 48000, blocks: int = 1, crc: bool = False) -> bytes:
    length = len(payload) + (9 if crc else 7)
    head = bytes(
        [
            0xFF,
            0xF0 if crc else 0xF1,
            1 << 6 | RATES.index(rate) << 2,
            1 << 6 | length >> 11,
            length >> 3 & 0xFF,
            (length & 7) << 5 | 0x1F,
            0xFC | blocks - 1,
        ]
    )
    return head + (b"\x00\x00" if crc else b"") + payload


def unit(count: int = 47, *, rate: int = 48000, fill: bytes = b"s") -> bytes:
    return b"".join(frame((fill * 40)[:40] + bytes([n]), rate=rate) for n in range(count))


def digest_header(data: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(data).digest()).decode()}:"


def in_batch(seq: int, data: bytes, **other: Any) -> BatchUnit:
    """As a phone packs it that is right about itself; ``other`` is what it is wrong about."""
    facts = {
        "digest": hashlib.sha256(data).digest(),
        "first_sample": seq * UNIT,
        "samples": UNIT,
        "time_ms": 1_760_000_000_000,
    }
    return BatchUnit(seq, data=data, **facts | other)


def needs_ffmpeg() -> None:
    if shutil.which("ffmpeg") is None:
        pytest.skip("NOT RUN: ffmpeg is missing (apt-get install ffmpeg)")


def real_units(
    seconds: int, *, rate: int = 48000, per_unit: int = 47, hertz: int = 440
) -> list[bytes]:
    """A tone as one continuous AAC encode, cut on frame boundaries."""
    needs_ffmpeg()
    source = f"sine=frequency={hertz}:sample_rate={rate}:duration={seconds}"
    command = ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-ac", "1", "-b:a", "32k"]
    made = subprocess.run([*command, "-f", "adts", "-"], capture_output=True, check=True).stdout
    cuts = list(frames(made))[::per_unit]
    return [made[a:b] for a, b in zip(cuts, [*cuts[1:], len(made)], strict=True)]


def undecodable(data: bytes) -> bytes:
    """The same frames by their headers, with nothing in them that a decoder could read."""
    cuts = list(frames(data))
    parts = (data[a:b] for a, b in zip(cuts, [*cuts[1:], len(data)], strict=True))
    return b"".join(part[:7] + os.urandom(len(part) - 7) for part in parts)
