"""Real sound for the fleet: an ADTS file, cut on frame boundaries into units of about a second."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from recordings.media.adts import RATES, SAMPLES_PER_FRAME, NotAdts, frames

SAMPLE = Path(__file__).with_name("sample.aac")


class BadSound(Exception):
    """The file cannot be used as sound; the text says why."""


@dataclass(frozen=True, slots=True)
class SoundUnit:
    data: bytes
    digest: bytes
    samples: int


@dataclass(frozen=True, slots=True)
class SampleSound:
    units: tuple[SoundUnit, ...]
    sample_rate: int
    frames_per_unit: int

    @property
    def unit_seconds(self) -> float:
        return self.frames_per_unit * SAMPLES_PER_FRAME / self.sample_rate

    def unit(self, seq: int, device: int) -> SoundUnit:
        """The sound repeats, but no two units are equal: one stored in another's place is found."""
        unit = self.units[seq % len(self.units)]
        data = bytearray(unit.data)
        for at, number in zip(list(frames(unit.data)), (seq, device), strict=False):
            _write_fullness(data, at, number)
        stamped = bytes(data)
        return SoundUnit(stamped, hashlib.sha256(stamped).digest(), unit.samples)


def _write_fullness(data: bytearray, at: int, number: int) -> None:
    """The eleven bits of a frame's buffer fullness, which no decoder needs."""
    data[at + 5] = data[at + 5] & 0xE0 | number >> 6 & 0x1F
    data[at + 6] = data[at + 6] & 0x03 | (number & 0x3F) << 2


def read_sound(path: Path) -> SampleSound:
    """Raises BadSound."""
    try:
        return cut(path.read_bytes())
    except OSError as error:
        raise BadSound(f"{path}: {error.strerror}") from error
    except NotAdts as error:
        raise BadSound(f"{path} is not ADTS AAC: {error}") from error


def cut(data: bytes) -> SampleSound:
    """Whole units only: what is left at the end is not sent. Raises NotAdts, BadSound."""
    all_frames = list(frames(data))
    rate = RATES[data[2] >> 2 & 0x0F]
    per_unit = round(rate / SAMPLES_PER_FRAME)
    cuts = all_frames[::per_unit]
    ends = [*cuts[1:], len(data)]
    pieces = [data[a:b] for a, b in zip(cuts, ends, strict=True)][: len(all_frames) // per_unit]
    if not pieces:
        raise BadSound("the sound is shorter than a second")
    samples = per_unit * SAMPLES_PER_FRAME
    units = tuple(SoundUnit(piece, hashlib.sha256(piece).digest(), samples) for piece in pieces)
    return SampleSound(units, rate, per_unit)
