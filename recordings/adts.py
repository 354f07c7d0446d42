"""ADTS, the framing of AAC in audio units: only as much as storing and playing them needs.

A unit is whole frames of one encoder, so that units joined together are again a valid .aac file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

HEADER_BYTES = 7
SAMPLES_PER_FRAME = 1024
RATES = (
    96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
)  # fmt: skip


class NotAdts(ValueError):
    """The bytes are not whole ADTS frames; the text says where they stop being so."""


@dataclass(frozen=True, slots=True)
class Sound:
    frames: int
    samples: int
    sample_rate: int


@dataclass(frozen=True, slots=True)
class Frame:
    at: int
    length: int
    blocks: int


def parse(data: bytes) -> Sound:
    """What a unit holds. Raises NotAdts unless it is whole frames of one encoder."""
    if not data:
        raise NotAdts("no bytes")
    found = list(frames(data))
    samples = sum(frame.blocks for frame in found) * SAMPLES_PER_FRAME
    return Sound(len(found), samples, RATES[data[2] >> 2 & 0x0F])


def frames(data: bytes) -> Iterator[Frame]:
    """Walk the frames; every one must carry the first one's fixed header. Raises NotAdts."""
    if len(data) < HEADER_BYTES or data[0] != 0xFF or data[1] & 0xF6 != 0xF0:
        raise NotAdts("no ADTS frame at byte 0")
    if data[2] >> 2 & 0x0F >= len(RATES):
        raise NotAdts("reserved sample rate")
    at, fixed, shape = 0, data[:3], data[3]
    while at < len(data):
        head = data[at : at + HEADER_BYTES]
        if len(head) < HEADER_BYTES or head[:3] != fixed or (head[3] ^ shape) & 0xC0:
            raise NotAdts(f"no frame of the same kind at byte {at}")
        length = (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5
        if length <= HEADER_BYTES or at + length > len(data):
            raise NotAdts(f"the frame at byte {at} is cut short")
        yield Frame(at, length, (head[6] & 3) + 1)
        at += length
