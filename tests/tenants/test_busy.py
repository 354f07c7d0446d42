"""What is nobody's mistake and over soon, as PostgreSQL itself says it."""

import time
from collections.abc import Iterable

import psycopg
import pytest
from django.conf import settings
from psycopg_pool import ConnectionPool

from web.problems import is_busy

SOON = {
    "locked": "SET lock_timeout = 1; SELECT pg_advisory_lock(1)",
    "too slow": "SET statement_timeout = 1; SELECT pg_sleep(5)",
    "a standby": "SET default_transaction_read_only = on; CREATE TABLE public.x ()",
    "ended by somebody": "SELECT pg_terminate_backend(pg_backend_pid())",
}
NEVER = {"not SQL": "SELEC 1", "not there": "SELECT 1 FROM nowhere", "wrong": "SELECT 1 / 0"}


def said(line: psycopg.Connection, *statements: str) -> Exception:
    with pytest.raises(psycopg.Error) as caught:
        for_each(line, statements)
    return caught.value


def for_each(line: psycopg.Connection, statements: Iterable[str]) -> None:
    for statement in statements:
        line.execute(statement.encode())


def error_of(sql: str) -> Exception:
    with (
        psycopg.connect(settings.DATABASE_OWNER_URL) as other,
        psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as line,
    ):
        other.execute("SELECT pg_advisory_lock(1)")
        return said(line, *sql.split("; "))


@pytest.mark.parametrize("sql", SOON.values(), ids=SOON)
def test_what_passes_by_itself_is_busy(sql: str) -> None:
    assert is_busy(error_of(sql))


@pytest.mark.parametrize("sql", NEVER.values(), ids=NEVER)
def test_a_mistake_of_ours_stays_one(sql: str) -> None:
    assert not is_busy(error_of(sql))


def test_anyone_who_was_silent_for_too_long_is_told_to_come_again() -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL) as line:
        line.execute("SET idle_in_transaction_session_timeout = 1")
        time.sleep(0.5)
        assert is_busy(said(line, *["SELECT 1"] * 3))


def test_a_pool_without_a_connection_is_busy() -> None:
    with (
        ConnectionPool("host=127.0.0.1 port=1", min_size=0, max_size=1, open=True) as pool,
        pytest.raises(psycopg.Error) as caught,
        pool.connection(timeout=0.1),
    ):
        pass
    assert is_busy(caught.value)
