"""Loudness for drawing: what the device measured, 0-255, ten values for a second or so.

A unit without them leaves a hole. Nothing is guessed: the waveform is part of the evidence.
"""

import base64
import binascii
from collections.abc import Iterable

PER_UNIT = 10
MOST_VALUES = 50


def parse(header: str) -> bytes | None:
    """`Unit-Peak`: `3,17,255` or a byte sequence `:Axf/:`. Unreadable peaks are no peaks: a unit
    of evidence is not refused for its picture."""
    text = header.strip()
    try:
        if text.startswith(":") and text.endswith(":") and len(text) > 1:
            values = base64.b64decode(text[1:-1], validate=True)
        else:
            values = bytes(int(part) for part in text.split(",")) if text else b""
    except (ValueError, binascii.Error):
        return None
    return values if 0 < len(values) <= MOST_VALUES else None


def fractions(values: bytes) -> list[float]:
    """0..1, as screens draw them."""
    return [round(value / 255, 3) for value in values]


def fitted(values: bytes) -> list[float | None]:
    """Exactly PER_UNIT values, so that a position in the drawing is a position in time."""
    if len(values) == PER_UNIT:
        return list(fractions(values))
    picked = [values[i * len(values) // PER_UNIT] for i in range(PER_UNIT)]
    return list(fractions(bytes(picked)))


def by_unit(units: Iterable[tuple[int, bytes | None]]) -> list[list[int] | None]:
    """One entry for each sequence number from 0; None where nothing is known."""
    found: list[list[int] | None] = []
    for seq, values in units:
        found.extend([None] * (seq - len(found)))
        found.append(list(values) if values else None)
    return found


def flat(units: Iterable[tuple[int, bytes | None]]) -> list[float | None]:
    """PER_UNIT values for each sequence number from 0; None where nothing is known."""
    found: list[float | None] = []
    for seq, values in units:
        found.extend([None] * (seq * PER_UNIT - len(found)))
        found.extend(fitted(values) if values else [None] * PER_UNIT)
    return found
