"""One real tap's statements, and how to run them again as if another tap had come.

Ids that the first tap made (uuids, numbers from sequences) are replaced, everywhere they occur,
by those of the replay. The company's sequences are set far apart before, so that a number says
by itself what it is.
"""

import json
import pickle
import re
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

FIRST_NUMBER = 10_000_000
APART = 1_000_000


@dataclass(slots=True)
class Statement:
    sql: str
    values: Any
    """As they were given: in order, or by name."""
    made: list[int]
    """Ids that it returned as the first column, if it inserted or read what the tap inserted."""


@dataclass(slots=True)
class RecordedTap:
    at: float
    statements: list[Statement] = field(default_factory=list)
    fresh: list[str] = field(default_factory=list)
    """uuids that the tap invented."""
    incident: str = ""
    number: int = 0

    def save(self, file: Path) -> None:
        file.write_bytes(pickle.dumps(self))

    @classmethod
    def load(cls, file: Path) -> "RecordedTap":
        tap: RecordedTap = pickle.loads(file.read_bytes())
        return tap


class Recorder:
    """For `connection.execute_wrapper`: keeps what runs until the transaction has committed."""

    def __init__(self, is_in_transaction: Callable[[], bool]) -> None:
        self.is_in_transaction = is_in_transaction
        self.statements: list[Statement] = []
        self.known: set[str] = set()
        self.fresh: list[str] = []
        self.last = 0

    def __call__(
        self, execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        result = execute(sql, params, many, context)
        values = portable(params or [])
        rows = read_again(context["cursor"].cursor)
        is_insert = "INSERT INTO" in sql
        shows_fresh = bool(set(uuids_in(rows)) & set(self.fresh))
        if is_insert:
            seen = self.known | set(self.fresh)
            self.fresh += set(uuids_in(values)) - seen
        else:
            self.known |= set(uuids_in(rows)) - set(self.fresh)
        is_of_tap = is_insert or shows_fresh
        made = [row[0] for row in rows if is_of_tap and isinstance(row[0], int)]
        self.statements.append(Statement(sql, values, made))
        if self.is_in_transaction():
            self.last = len(self.statements)
        return result

    def tap(self, incident: str, number: int) -> RecordedTap:
        """Without what is read for the answer after the commit."""
        kept = self.statements[: self.last]
        return RecordedTap(time.time(), kept, self.fresh, incident, number)


@dataclass(slots=True)
class Document:
    """A JSON value on its way through a file."""

    value: Any


def portable(value: Any) -> Any:
    """Without classes of Django, which the floor does not load."""
    if isinstance(value, Jsonb):
        return Document(value.obj)
    if isinstance(value, dict):
        return {name: portable(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [portable(one) for one in value]
    return str(value) if isinstance(value, str) else value


def read_again(cursor: Any) -> list[Any]:
    """The rows, left in place for the caller's own fetch."""
    if cursor.description is None or not cursor.rowcount:
        return []
    rows: list[Any] = cursor.fetchall()
    cursor.scroll(0, mode="absolute")
    return rows


UUIDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def uuids_in(values: Any) -> Iterator[str]:
    yield from UUIDS.findall(repr(values))


def spread_sequences(owner_url: str, schema: str) -> None:
    """Each table counts from a number that no other table comes near."""
    with psycopg.connect(owner_url, autocommit=True) as owner:
        names = owner.execute(
            "SELECT sequencename FROM pg_sequences WHERE schemaname = %s ORDER BY 1", [schema]
        ).fetchall()
        for index, (name,) in enumerate(names):
            first = FIRST_NUMBER + index * APART
            owner.execute("SELECT setval(%s, %s)", [f'"{schema}"."{name}"', first])


class Replay:
    def __init__(self, tap: RecordedTap) -> None:
        self.tap = tap
        self.turn = 0

    async def run(self, connection: psycopg.AsyncConnection[Any]) -> str:
        """Run the tap once more, in one transaction. The new incident's uuid."""
        self.turn += 1
        new = {old: str(uuid.uuid4()) for old in self.tap.fresh}
        new[str(self.tap.number)] = str(self.tap.number + self.turn)
        later = timedelta(seconds=time.time() - self.tap.at)
        async with connection.transaction():
            for statement in self.tap.statements:
                values = renewed(statement.values, new, later)
                cursor = await connection.execute(statement.sql, values or None)
                rows = await cursor.fetchall() if cursor.description else []
                new |= {
                    str(old): str(row[0]) for old, row in zip(statement.made, rows, strict=False)
                }
        return new[self.tap.incident]


def renewed(value: Any, new: dict[str, str], later: timedelta) -> Any:
    if isinstance(value, str):
        for old, fresh in new.items():
            value = value.replace(old, fresh)
    elif isinstance(value, UUID):
        return UUID(new.get(str(value), str(value)))
    elif isinstance(value, Document):
        return Jsonb(json.loads(renewed(json.dumps(value.value), new, later)))
    elif isinstance(value, dict):
        return {name: renewed(item, new, later) for name, item in value.items()}
    elif isinstance(value, list):
        return [renewed(item, new, later) for item in value]
    elif isinstance(value, datetime):
        return value + later
    elif isinstance(value, int) and str(int(value)) in new:
        return type(value)(new[str(int(value))])
    return value
