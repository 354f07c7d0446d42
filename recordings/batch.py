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


class BadBatch(ValueError):
    """The framing does not hold; nothing of the batch can be trusted."""


@dataclass(frozen=True, slots=True)
class BatchUnit:
    seq: int
    digest: bytes
    first_sample: int
    samples: int
    device_ms: int
    body: bytes


def parse(body: bytes) -> list[BatchUnit]:
    """Raises BadBatch."""
    units = list(_units(body))
    if not units:
        raise BadBatch("no units")
    if len(units) > MOST_UNITS:
        raise BadBatch(f"more than {MOST_UNITS} units")
    return units


def _units(body: bytes) -> Iterator[BatchUnit]:
    at = 0
    while at < len(body):
        if at + HEAD.size > len(body):
            raise BadBatch(f"head cut short at byte {at}")
        seq, length, digest, first_sample, samples, device_ms = HEAD.unpack_from(body, at)
        at += HEAD.size
        if at + length > len(body):
            raise BadBatch(f"unit {seq} cut short")
        yield BatchUnit(seq, digest, first_sample, samples, device_ms, body[at : at + length])
        at += length


def write(units: Iterable[BatchUnit]) -> bytes:
    return b"".join(
        HEAD.pack(u.seq, len(u.body), u.digest, u.first_sample, u.samples, u.device_ms) + u.body
        for u in units
    )
