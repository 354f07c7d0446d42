"""What work uses of the machine and of PostgreSQL, less what the same processes use meanwhile when
nobody presses.

The embedded PostgreSQL has no pg_stat_statements, so statements are counted in its log, in a round
of their own: writing them down costs time. Several in one message count as one, and those inside
of functions not at all.
"""

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from bench.figures import NotRun
from bench.processes import AppProcesses
from launcher.postgres import SUPERUSER

Reading = dict[str, float]

FLUSHED = 11.0
"""Seconds after which an idle server process has told its statistics (PostgreSQL: at most 10)."""
IDLE_SECONDS = 10.0
_STANDING = """
SELECT pg_current_wal_insert_lsn() - '0/0', sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'
"""
_SENT = re.compile(r"^sobani (web|timekeeper|worker)[^>]*>LOG:  (?:statement|execute [^:]+): ")
OLDEST = 180_000
"""PostgreSQL 18: since then pg_stat_io knows of the WAL."""


class Meter:
    def __init__(self, read: Callable[[], Reading]) -> None:
        self._read = read
        self._idle: Reading = {}
        nothing = self.used(lambda: time.sleep(IDLE_SECONDS), 1)
        self._idle = {name: value / self._took for name, value in nothing.items()}

    def used(self, work: Callable[[], None], count: int) -> Reading:
        """By each of ``count`` that the work is."""
        before, start = self._read(), time.monotonic()
        work()
        after = self._read()
        self._took = time.monotonic() - start
        return {
            name: (value - before.get(name, 0.0) - self._idle.get(name, 0.0) * self._took) / count
            for name, value in after.items()
        }


def costs(ours: AppProcesses) -> Reading:
    """Seconds of CPU by part of the app, bytes of WAL and fsyncs of it."""
    time.sleep(FLUSHED)
    with _superuser() as server:
        wal, fsyncs = server.execute(_STANDING).fetchone() or (0, 0)
    return ours.cpu_seconds() | {"wal": float(wal), "fsyncs": float(fsyncs)}


def statements() -> Reading:
    """How many each part of the app has sent, while they are logged."""
    log = Path(os.environ["DATA_DIR"]) / "log" / "postgres.log"
    with log.open(errors="replace") as lines:
        return dict(Counter(sent[1] for line in lines if (sent := _SENT.match(line))))


@contextmanager
def statements_logged() -> Iterator[None]:
    try:
        _configure("SET log_line_prefix = '%a>'", "SET log_statement = 'all'")
        yield
    finally:
        _configure("RESET log_line_prefix", "RESET log_statement")


def _configure(*changes: str) -> None:
    with _superuser() as server:
        for change in changes:
            server.execute(f"ALTER SYSTEM {change}".encode())
        server.execute("SELECT pg_reload_conf()")


def _superuser() -> psycopg.Connection[tuple[int, int]]:
    """On the launcher's own server, which trusts whoever reaches its socket."""
    try:
        address = make_conninfo(settings.DATABASE_OWNER_URL, user=SUPERUSER)
        server: psycopg.Connection[tuple[int, int]] = psycopg.connect(address, autocommit=True)
    except psycopg.OperationalError as error:
        raise NotRun("PostgreSQL is not the launcher's own: unset DATABASE_URL") from error
    if server.info.server_version < OLDEST:
        raise NotRun("PostgreSQL 18 is needed: pip install -r requirements-demo.txt")
    return server
