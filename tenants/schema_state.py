"""How far each schema is: which migrations it has by name, and which SQL of the apps."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tenants.app_sql import Migration, fingerprint

AT_ONCE = 200
"""Schemas in one statement: each of their tables takes a place in the table of locks."""


@dataclass(frozen=True, slots=True)
class Release:
    """Migrations and SQL that the code expects of a schema."""

    kind: str
    """public or company, as the sql/ files are called."""
    migrations: tuple[Migration, ...]
    """In an order in which they can be applied."""
    mark: str


@dataclass(frozen=True, slots=True)
class Lagging:
    schema: str
    lacks_migrations: bool


def release(kind: str) -> Release:
    """The release of a kind of schema; only the shared apps have tables in public."""
    shared = set(_shared())
    migrations = tuple(one for one in _in_order() if kind == "company" or one[0] in shared)
    return Release(kind, migrations, fingerprint(kind, migrations))


def shared_labels(wanted: Release) -> list[str]:
    """Labels of the apps with migrations whose tables lie in public."""
    written = {app for app, _name in wanted.migrations}
    return [label for label in _shared() if label in written]


def _shared() -> list[str]:
    own = {one.name: one.label for one in apps.get_app_configs()}
    return [own[name] for name in settings.SHARED_APPS]


def _in_order() -> list[Migration]:
    graph = MigrationLoader(None).graph
    order: dict[Migration, None] = {}
    for leaf in graph.leaf_nodes():
        order |= dict.fromkeys(graph.forwards_plan(leaf))
    return list(order)


def lagging(schemas: Collection[str], wanted: Release) -> list[Lagging]:
    """Schemas that lack something, in the order given."""
    asked = list(schemas)
    states: dict[str, Lagging] = {}
    for start in range(0, len(asked), AT_ONCE):
        states |= {one.schema: one for one in _lagging(asked[start : start + AT_ONCE], wanted)}
    return [states[schema] for schema in asked if schema in states]


def first_lacking(schema: str, wanted: Release) -> str:
    """The next migration that a schema would get, as app.name; empty when it has them all."""
    applied: set[Migration] = set()
    if has_relation(schema, "django_migrations"):
        with connection.cursor() as cursor:
            cursor.execute(MIGRATIONS_OF.format(schema=schema))
            applied = set(cursor.fetchall())
    return next((".".join(one) for one in wanted.migrations if one not in applied), "")


def has_relation(schema: str, name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(format('%%I.%%I', %s, %s))", [schema, name])
        row = cursor.fetchone()
    return row is not None and row[0] is not None


MIGRATIONS_OF = 'SELECT app, name FROM "{schema}".django_migrations'
WANTED = "WITH wanted (app, name) AS (SELECT * FROM unnest(%s::text[], %s::text[])) "
STANDING = """
SELECT '{schema}',
  EXISTS (SELECT app, name FROM wanted EXCEPT SELECT app, name FROM "{schema}".django_migrations),
  EXISTS (SELECT FROM "{schema}".applied_sql WHERE fingerprint = %s)"""
KEPT_IN = ("django_migrations", "applied_sql")
KEEPING = """
SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = ANY(%s) AND c.relname = ANY(%s) GROUP BY 1 HAVING count(*) = %s"""


def _lagging(schemas: list[str], wanted: Release) -> Iterator[Lagging]:
    telling = _telling(schemas)
    yield from (Lagging(schema, True) for schema in schemas if schema not in telling)
    for schema, lacks_migrations, is_marked in _standing(telling, wanted):
        if lacks_migrations or not is_marked:
            yield Lagging(schema, lacks_migrations)


def _telling(schemas: list[str]) -> list[str]:
    """Schemas that can be asked; the others are new or older than the question."""
    with connection.cursor() as cursor:
        cursor.execute(KEEPING, [schemas, list(KEPT_IN), len(KEPT_IN)])
        return [schema for (schema,) in cursor.fetchall()]


def _standing(schemas: list[str], wanted: Release) -> list[tuple[str, bool, bool]]:
    if not schemas:
        return []
    union = " UNION ALL ".join(STANDING.format(schema=schema) for schema in schemas)
    apps_and_names = [list(column) for column in zip(*wanted.migrations, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(WANTED + union, [*apps_and_names, *([wanted.mark] * len(schemas))])
        return list(cursor.fetchall())
