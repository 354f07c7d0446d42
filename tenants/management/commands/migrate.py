"""Bring public, the template and every lagging company up to date; then grants and the template.

Runs as the owner of the tables.
"""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django_tenants.migration_executors.base import run_migrations

from tenants.models import Company
from tenants.provisioning import TEMPLATE, apply_sql, store_template
from tenants.schemas import leave_schema

AT_ONCE = 200


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()
    autodetector = MigrationAutodetector

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--noinput", action="store_false", dest="interactive")
        parser.add_argument("--database", default="default")

    def handle(self, *args: Any, **options: Any) -> None:
        MigrationRecorder.has_table = has_table  # type: ignore[method-assign,assignment]
        quiet = {
            "verbosity": 0, "interactive": False, "database": "default", "fake": False,
            "fake_initial": False, "plan": False, "check_unapplied": False, "run_syncdb": False,
            "prune": False, "app_label": None, "migration_name": None, "skip_checks": True,
            "force_color": False, "no_color": True,
        }  # fmt: skip
        for label in shared_labels():  # each app by itself: the others have nothing to do there
            self.migrate("public", quiet | {"app_label": label})
        execute(f'CREATE SCHEMA IF NOT EXISTS "{TEMPLATE}"')
        self.migrate(TEMPLATE, quiet)
        apply_sql("public")
        apply_sql("company", schema=TEMPLATE)
        store_template()
        lagging = lagging_schemas()
        for number, schema in enumerate(lagging, start=1):
            self.migrate(schema, quiet)
            apply_sql("company", schema=schema)
            self.stdout.write(f"  {number}/{len(lagging)} {schema}")

    def migrate(self, schema: str, options: dict[str, Any]) -> None:
        run_migrations((), options, "standard", schema)
        leave_schema()


def shared_labels() -> list[str]:
    """Of the apps whose tables lie in public and that have migrations."""
    own = {one.name: one.label for one in apps.get_app_configs()}
    written = MigrationLoader(None).migrated_apps
    return [own[name] for name in settings.SHARED_APPS if own[name] in written]


def has_table(recorder: MigrationRecorder) -> bool:
    """Django lists every relation of the database for this, which a thousand schemas make slow."""
    with recorder.connection.cursor() as cursor:
        schema = recorder.connection.schema_name  # type: ignore[attr-defined]
        cursor.execute("SELECT to_regclass(quote_ident(%s) || '.django_migrations')", [schema])
        row = cursor.fetchone()
    return row is not None and row[0] is not None


def lagging_schemas() -> list[str]:
    """Companies whose list of applied migrations is shorter than the template's."""
    schemas = list(Company.objects.values_list("schema_name", flat=True))
    wanted = applied_counts([TEMPLATE])[TEMPLATE]
    found: dict[str, int] = {}
    for start in range(0, len(schemas), AT_ONCE):
        found |= applied_counts(schemas[start : start + AT_ONCE])
    return [schema for schema in schemas if found[schema] < wanted]


def applied_counts(schemas: list[str]) -> dict[str, int]:
    union = " UNION ALL ".join(
        f"SELECT '{schema}', count(*) FROM \"{schema}\".django_migrations"  # noqa: S608 - our names
        for schema in schemas
    )
    with connection.cursor() as cursor:
        cursor.execute(union)
        return dict(cursor.fetchall())


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
