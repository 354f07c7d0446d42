"""One address, asked by one after the other: what a request changed is taken back, so that the
next one finds the same."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import connection, transaction

from tests.isolation.row import Row
from tests.isolation.twin_company import (
    Credential,
    Reply,
    Side,
    alike,
    ask,
    filled,
    footprint,
)

HOSTS = {"ops": "ops.localhost", "platform": "localhost"}


def send(row: Row, host_of: Side, credential: Credential, names: Side) -> Reply:
    host = HOSTS.get(row.kind, host_of.host)
    body = filled(row.body, names)
    return ask(credential, host, row.verb, filled(row.address, names), body, row.form)


TALLY: Counter[str] = Counter()

_NUMBERS = """
SELECT count(*) FROM pg_locks WHERE locktype = 'transactionid' AND pid = pg_backend_pid()"""


def numbers_held() -> int:
    """How many of the open savepoints have written: PostgreSQL gives one a number of its own with
    its first write and holds it until the end. Far cheaper than to look at every row."""
    with connection.cursor() as cursor:
        cursor.execute(_NUMBERS)
        return int(cursor.fetchone()[0])


@dataclass(frozen=True)
class Answer:
    reply: Reply
    bare: Reply
    """Without what any two replies differ in."""
    changed: frozenset[str]
    """The schemas in which something is not as it was."""


@dataclass
class Asking:
    row: Row
    acme: Side
    globex: Side
    before: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.before = footprint(self.acme, self.globex)

    def __call__(self, credential: Credential, names: Side) -> Answer:
        """On globex's host, or on the one of its kind."""
        with transaction.atomic():
            numbers = numbers_held()
            reply = send(self.row, self.globex, credential, names)
            wrote = numbers_held() > numbers
            after = footprint(self.acme, self.globex) if wrote else self.before
            transaction.set_rollback(True)
        TALLY["refused" if reply.is_refusal else "answered"] += 1
        changed = frozenset(name for name in after if after[name] != self.before[name])
        bare = alike(reply, filled(self.row.address, names), names)
        return Answer(reply, bare, changed)

    def leaks(self, answer: Answer, names: Side) -> Iterator[str]:
        """What belongs to one of the two alone; the address that was asked for may be repeated."""
        text = answer.reply.text
        for name in names.names.values():
            text = text.replace(f"/{name}", "")
        yield from (word for word in self.acme.secrets() | self.globex.secrets() if word in text)
