"""Empty schemas that wait for their company: most of the work of making one is done ahead.

Timekeepers keep a few. `provision_company()` takes one in the transaction that makes the company,
and gives it its name. One of a former template is taken by nobody, and dropped by `migrate`.
"""

from django.db import connection, transaction

ENOUGH = 3
"""Each is four hundred relations in the catalogue."""


PATIENCE = "30s"
"""Longer than a timekeeper has for anything else: with many companies, on a busy machine, making
one takes seconds, and nobody waits for it."""


def keep_spares() -> None:
    """Make what is missing, each in a transaction of its own."""
    while _one_was_missing():
        pass


@transaction.atomic
def _one_was_missing() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL statement_timeout = '{PATIENCE}'")
        cursor.execute("SELECT public.make_spare_schema(%s)", [ENOUGH])
        (made,) = cursor.fetchone()
        return bool(made)


def drop_stale_spares() -> None:
    """Drop those of a former template, one after the other. Runs as the owner."""
    with connection.cursor() as cursor:
        cursor.execute(_STALE)
        for (name,) in cursor.fetchall():
            with transaction.atomic():
                cursor.execute(f'DROP SCHEMA IF EXISTS "{name}" CASCADE')
                cursor.execute("DELETE FROM public.spare_schema WHERE name = %s", [name])


# A row without its schema comes from a restored copy of some schemas.
_STALE = """
SELECT s.name FROM public.spare_schema s, public.schema_template t
WHERE s.fingerprint IS DISTINCT FROM t.fingerprint OR to_regnamespace(s.name) IS NULL"""
