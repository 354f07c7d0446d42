"""Changing tables under people who press: wait shortly, let them through, and try again."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from django.db import OperationalError, connection
from psycopg import errors

from tenants.connections import conninfo
from tenants.schemas import leave_schema

LOCK_TIMEOUT = "3s"
"""Waiting for a table holds up everybody who wants it later, so nobody waits for longer."""
PAUSE = 3.0
TRIES = 30
ASK_AGAIN = 0.5
MIGRATING = 0x536F62616E69
"""Names the advisory lock of this database; nothing else uses one in this range."""


def patiently(change: Callable[[], None], *, waits: Callable[[int], None]) -> None:
    """Try until nobody stands in the way, and say so each time; then the error is the caller's."""
    for tried in range(1, TRIES + 1):
        try:
            _in_a_hurry()
            change()
        except OperationalError as error:
            _start_afresh()
            if not _was_in_the_way(error) or tried == TRIES:
                raise
            waits(tried)
            time.sleep(PAUSE)
        except BaseException:
            _start_afresh()
            raise
        else:
            return


def _in_a_hurry() -> None:
    """Limit this connection's lock waits; the work itself, once it has the table, may be slow."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{LOCK_TIMEOUT}'; SET statement_timeout = 0")


def _was_in_the_way(error: OperationalError) -> bool:
    return isinstance(error.__cause__, errors.LockNotAvailable | errors.DeadlockDetected)


def _start_afresh() -> None:
    connection.close()
    leave_schema()


@contextmanager
def nobody_else(*, waits: Callable[[], None]) -> Iterator[None]:
    """Run one at a time in this database, on a connection of its own: Django's is renewed for each
    schema. Asking again and again holds no transaction open, which an index that is made
    concurrently would wait for."""
    with psycopg.connect(conninfo("one at a time"), autocommit=True) as held:
        if not _taken(held):
            waits()
            while not _taken(held):
                time.sleep(ASK_AGAIN)
        yield


def _taken(held: psycopg.Connection[tuple[bool]]) -> bool:
    row = held.execute("SELECT pg_try_advisory_lock(%s)", [MIGRATING]).fetchone()
    return row is not None and row[0]
