"""Statements that wait for somebody's lock."""

from datetime import datetime

import psycopg
from django.conf import settings

# The lanes of the suite share one server, each in a database of its own.
ASKED = """
SELECT l.pid, l.waitstart FROM pg_locks l JOIN pg_stat_activity a USING (pid)
WHERE NOT l.granted AND a.datname = current_database()"""


def lock_waits() -> set[tuple[int, datetime]]:
    """Who waits, and since when."""
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
        return set(owner.execute(ASKED).fetchall())
