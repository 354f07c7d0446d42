"""Many units in one body."""

import struct

import pytest

from recordings.media.batch_format import HEAD, BatchUnit, BrokenBatch, pack, unpack


def one(seq: int, data: bytes = b"sound") -> BatchUnit:
    return BatchUnit(seq, b"d" * 32, seq * 48128, 48128, 1_760_000_000_000 + seq, data)


def test_units_come_out_as_they_went_in() -> None:
    units = [one(3), one(2**32 - 1, b""), one(4, b"x" * 300_000)]
    assert unpack(pack(units)) == units


def test_the_head_is_big_endian_and_60_bytes() -> None:
    assert HEAD.size == 60
    assert pack([one(1)])[:8] == struct.pack(">II", 1, 5)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        pack([one(1)])[:-1],
        pack([one(1)]) + b"\x00",
        pack([one(1)])[:59],
        pack([one(n) for n in range(121)]),
    ],
)
def test_a_broken_batch_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(BrokenBatch):
        unpack(body)
