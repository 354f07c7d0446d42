"""ADTS, the framing of AAC in audio units: only as much as storing and playing them needs.

A unit is whole frames of one encoder, so that units joined together are again a valid .aac file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

HEADER_BYTES = 7
SAMPLES_PER_FRAME = 1024
RATES = (
    96000,
    88200,
    64000,
    48000,
    44100,
    32000,
    24000,
    22050,
    16000,
    12000,
    11025,
    8000,
    7350,
)


class NotAdts(ValueError):
    """The bytes are not whole ADTS frames; the text says where they stop being so."""


@dataclass(frozen=True, slots=True)
class Sound:
    frames: int
    samples: int
    sample_rate: int


def parse(data: bytes) -> Sound:
    """What a unit holds. Raises NotAdts unless it is whole frames of one encoder."""
    if not data:
        raise NotAdts("no bytes")
    count = blocks = 0
    for at in frames(data):
        count += 1
        blocks += (data[at + 6] & 3) + 1
    return Sound(count, blocks * SAMPLES_PER_FRAME, RATES[data[2] >> 2 & 0x0F])


def frames(data: bytes) -> Iterator[int]:
    """Where each begins; every one must carry the first one's fixed header. Raises NotAdts."""
    if len(data) < HEADER_BYTES or data[0] != 0xFF or data[1] & 0xF6 != 0xF0:
        raise NotAdts("no ADTS frame at byte 0")
    if data[2] >> 2 & 0x0F >= len(RATES):
        raise NotAdts("reserved sample rate")
    at, size, fixed, shape = 0, len(data), data[:3], data[3]
    while at < size:
        if at + HEADER_BYTES > size or data[at : at + 3] != fixed or (data[at + 3] ^ shape) & 0xC0:
            raise NotAdts(f"no frame of the same kind at byte {at}")
        length = (data[at + 3] & 3) << 11 | data[at + 4] << 3 | data[at + 5] >> 5
        if length <= HEADER_BYTES or at + length > size:
            raise NotAdts(f"the frame at byte {at} is cut short")
        yield at
        at += length
