"""What PostgreSQL knows of a company's schema, without its name, so that two can be compared."""

from collections.abc import Callable
from typing import Any

import psycopg

Session = psycopg.Connection[Any]

QUERIES = {
    "schema": """
        SELECT nspowner, nspacl::text, obj_description(oid) FROM pg_namespace
        WHERE oid = %s::regnamespace""",
    "columns": """
        SELECT c.relname, c.relkind, c.relowner, c.reloptions, a.attname, a.attnum,
               coalesce(c.relacl, acldefault(
                   (CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END)::"char", c.relowner))::text,
               format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attstorage,
               a.attacl::text, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = %s::regnamespace ORDER BY c.relname, a.attnum""",
    "constraints": """
        SELECT conname, conrelid::regclass::text, pg_get_constraintdef(oid), convalidated,
               condeferrable, condeferred
        FROM pg_constraint WHERE connamespace = %s::regnamespace ORDER BY 1, 2""",
    # PostgreSQL writes the same condition in other words once it has read its own.
    "indexes": """
        SELECT regexp_replace(pg_get_indexdef(i.indexrelid), ' WHERE .*', ' WHERE'),
               i.indisprimary, i.indisvalid
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
        WHERE c.relnamespace = %s::regnamespace ORDER BY c.relname""",
    "triggers": """
        SELECT c.relname, pg_get_triggerdef(t.oid), t.tgenabled
        FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
        WHERE NOT t.tgisinternal AND c.relnamespace = %s::regnamespace ORDER BY 1, t.tgname""",
    "functions": """
        SELECT proname, pg_get_functiondef(oid), proowner,
               coalesce(proacl, acldefault('f', proowner))::text FROM pg_proc
        WHERE pronamespace = %s::regnamespace ORDER BY 1""",
    "views": """
        SELECT relname, pg_get_viewdef(oid) FROM pg_class
        WHERE relkind IN ('v', 'm') AND relnamespace = %s::regnamespace ORDER BY 1""",
    "sequences": """
        SELECT sequencename, start_value, last_value FROM pg_sequences
        WHERE schemaname = %s ORDER BY 1""",
}
TABLES = """
SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = %s::regnamespace ORDER BY 1"""


def _asked(query: str) -> Callable[[Session, str], list[Any]]:
    return lambda session, schema: session.execute(query.encode(), [schema]).fetchall()


def _rows(session: Session, schema: str) -> list[Any]:
    names = [name for (name,) in session.execute(TABLES, [schema]).fetchall()]
    return [
        (name, row)
        for name in names
        for row in session.execute(f'SELECT * FROM "{schema}"."{name}" ORDER BY 1'.encode())
    ]


CATALOGUE = {name: _asked(query) for name, query in QUERIES.items()} | {"rows": _rows}


def known(session: Session, schema: str, what: str) -> list[str]:
    found = CATALOGUE[what](session, schema)
    return [str(row).replace(f"{schema}.", "").replace(f"{schema}'", "'") for row in found]
