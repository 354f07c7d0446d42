"""Many units in one body, for catching up after an outage (application/vnd.app.units).

Repeated, integers in network order:

    u32 seq | u32 length | 32 bytes SHA-256 | u64 first sample | u32 samples | i64 Unix ms | bytes
"""

import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

CONTENT_TYPE = "application/vnd.app.units"
MOST_UNITS = 120
MOST_BYTES = 1_048_576

HEAD = struct.Struct(">II32sQIq")


class BrokenBatch(ValueError):
    """The framing does not hold; nothing of the batch can be trusted."""


@dataclass(frozen=True, slots=True)
class BatchUnit:
    seq: int
    digest: bytes
    first_sample: int
    samples: int
    time_ms: int
    data: bytes


def unpack(body: bytes) -> list[BatchUnit]:
    """Unpack a batch into its units. Raises BrokenBatch."""
    units = list(_units(body))
    if not units:
        raise BrokenBatch("no units")
    if len(units) > MOST_UNITS:
        raise BrokenBatch(f"more than {MOST_UNITS} units")
    return units


def _units(body: bytes) -> Iterator[BatchUnit]:
    at = 0
    while at < len(body):
        if at + HEAD.size > len(body):
            raise BrokenBatch(f"head cut short at byte {at}")
        seq, length, digest, first_sample, samples, time_ms = HEAD.unpack_from(body, at)
        at += HEAD.size
        if at + length > len(body):
            raise BrokenBatch(f"unit {seq} cut short")
        yield BatchUnit(seq, digest, first_sample, samples, time_ms, body[at : at + length])
        at += length


def pack(units: Iterable[BatchUnit]) -> bytes:
    return b"".join(
        HEAD.pack(u.seq, len(u.data), u.digest, u.first_sample, u.samples, u.time_ms) + u.data
        for u in units
    )
