"""ADTS, the framing of AAC in audio units: only as much as storing and playing them needs.

A unit is whole frames of one encoder, so that units joined together are again a valid .aac file.
"""

from dataclasses import dataclass

HEADER_BYTES = 7
SAMPLES_PER_BLOCK = 1024
SAMPLE_RATES = (
    96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
)  # fmt: skip


class NotAdts(ValueError):
    """The bytes are not whole ADTS frames; the text says where they stop being so."""


@dataclass(frozen=True, slots=True)
class Unit:
    frames: int
    samples: int
    sample_rate: int
    channels: int

    @property
    def seconds(self) -> float:
        return self.samples / self.sample_rate


def parse(body: bytes) -> Unit:
    """Walk the frames of a unit. Raises NotAdts."""
    if not body:
        raise NotAdts("no bytes")
    if len(body) < HEADER_BYTES:
        raise NotAdts("shorter than one frame header")
    fixed, shape = body[:3], body[3] & 0xC0
    rate_index = body[2] >> 2 & 0x0F
    if body[0] != 0xFF or body[1] & 0xF6 != 0xF0:
        raise NotAdts("no ADTS sync word at byte 0")
    if rate_index >= len(SAMPLE_RATES):
        raise NotAdts("reserved sample rate")
    frames, blocks = _walk(body, fixed, shape)
    return Unit(
        frames=frames,
        samples=blocks * SAMPLES_PER_BLOCK,
        sample_rate=SAMPLE_RATES[rate_index],
        channels=(body[2] & 1) << 2 | shape >> 6,
    )


def _walk(body: bytes, fixed: bytes, shape: int) -> tuple[int, int]:
    """Frames and raw data blocks; every frame must carry the same fixed header."""
    at, size, frames, blocks = 0, len(body), 0, 0
    while at < size:
        if at + HEADER_BYTES > size:
            raise NotAdts(f"frame {frames} is cut short")
        if body[at : at + 3] != fixed or body[at + 3] & 0xC0 != shape:
            raise NotAdts(f"frame {frames} at byte {at} does not continue the first")
        length = (body[at + 3] & 3) << 11 | body[at + 4] << 3 | body[at + 5] >> 5
        if length < HEADER_BYTES:
            raise NotAdts(f"frame {frames} says it has {length} bytes")
        frames += 1
        blocks += (body[at + 6] & 3) + 1
        at += length
    if at != size:
        raise NotAdts(f"frame {frames - 1} is cut short")
    return frames, blocks
