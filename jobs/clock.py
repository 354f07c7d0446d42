"""The only clock that counts: the database's, whichever process asks."""

import time
from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Now, and not when the transaction began: it may have waited for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment


def seconds_ahead() -> float:
    """Lead of this process's clock over the database's, for the operators of the machines."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())::float8")
        theirs: float = cursor.fetchone()[0]
    return time.time() - theirs
