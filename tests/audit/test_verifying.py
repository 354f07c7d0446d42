"""A broken chain is found, no matter who broke it: the check needs no database."""

import hashlib
import json
import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from audit.verify import GENESIS, verify_stream

START = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Entry:
    stream: str
    seq: int
    at: datetime
    payload: dict
    canon: str
    prev_hash: bytes
    hash: bytes


@dataclass(frozen=True)
class Head:
    seq: int
    hash: bytes


def entry(seq: int, prev: bytes, stream: str = "s") -> Entry:
    at, payload = START + timedelta(seconds=seq), {"verb": "played", "number": seq}
    moment = at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    content = {"v": 1, "stream": stream, "seq": seq, "at": moment, "p": payload}
    canon = json.dumps(content)
    return Entry(
        stream, seq, at, payload, canon, prev, hashlib.sha256(prev + canon.encode()).digest()
    )


def chain(length: int, stream: str = "s") -> list[Entry]:
    entries: list[Entry] = []
    for seq in range(1, length + 1):
        entries.append(entry(seq, entries[-1].hash if entries else GENESIS, stream))
    return entries


def head_of(entries: list[Entry]) -> Head:
    return Head(entries[-1].seq, entries[-1].hash)


def codes(entries: list[Entry], head: Head | None) -> set[str]:
    return {problem.code for problem in verify_stream(entries, head)}


def test_a_whole_chain_has_no_problems():
    assert verify_stream(chain(5), head_of(chain(5))) == []


CHANGES = [
    ("payload", {"verb": "played", "number": 99}, "other-payload"),
    ("at", START, "other-time"),
    ("stream", "t", "other-place"),
    ("canon", "{}", "wrong-hash"),
    ("canon", "not json", "unreadable"),
    ("hash", bytes(32), "wrong-hash"),
    ("prev_hash", bytes(32), "broken-link"),
    ("seq", 9, "gap"),
]


@pytest.mark.parametrize(("field", "value", "code"), CHANGES)
def test_a_changed_column_is_found(field, value, code):
    entries = chain(5)
    entries[2] = replace(entries[2], **{field: value})
    assert code in codes(entries, head_of(chain(5)))


def test_a_missing_entry_is_found():
    entries = chain(5)
    assert codes(entries[:2] + entries[3:], head_of(entries)) >= {"gap", "broken-link"}


def test_a_missing_end_is_found_by_the_head():
    entries = chain(5)
    assert codes(entries[:3], head_of(entries)) == {"cut-short"}
    assert codes([], head_of(entries)) == {"cut-short"}


def test_a_missing_head_is_found():
    assert codes(chain(2), None) == {"no-head"}


def test_exchanged_entries_are_found():
    entries = chain(5)
    entries[1], entries[2] = entries[2], entries[1]
    assert "gap" in codes(entries, head_of(chain(5)))


def test_an_entry_of_another_stream_is_found():
    entries = chain(3)
    strange = entry(4, entries[-1].hash, stream="t")
    assert codes([*entries, strange], head_of([*entries, strange])) == {"foreign-entry"}


def test_a_chain_made_anew_does_not_fit_its_head():
    entries = chain(2)
    other = chain(2, stream="t")
    assert codes(other, head_of(entries)) == {"other-head"}


def test_every_one_of_many_random_changes_is_found():
    dice = random.Random(26)
    for _ in range(300):
        entries = chain(8)
        place = dice.randrange(8)
        victim = entries[place]
        text = list(victim.canon)
        text[dice.randrange(len(text))] = dice.choice("0123456789abcdef")
        changed = replace(victim, canon="".join(text))
        entries[place] = changed
        assert (changed == victim) == (verify_stream(entries, head_of(chain(8))) == [])
