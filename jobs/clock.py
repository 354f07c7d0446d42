"""The only clock that counts: the database's, whichever process asks."""

from datetime import datetime

from django.db import connection


def database_now() -> datetime:
    """Now, and not when the transaction began: it may have waited for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        moment: datetime = cursor.fetchone()[0]
    return moment
