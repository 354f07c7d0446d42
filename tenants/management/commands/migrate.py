"""Bring public, the template and every lagging company up to date: migrations, then the apps' SQL.

Runs as the owner of the tables, one at a time in a database, beside people who press: it waits
three seconds for a table and tries again. A company that cannot be brought up is named at the end,
and the others are not kept from it.
"""

from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.recorder import MigrationRecorder
from django_tenants.migration_executors.base import run_migrations

from tenants.app_sql import apply_sql
from tenants.models import Company
from tenants.patience import LOCK_TIMEOUT, TRIES, nobody_else, patiently
from tenants.progress import Progress
from tenants.provisioning import TEMPLATE, store_template
from tenants.schema_state import (
    Lagging,
    Release,
    first_lacking,
    has_relation,
    lagging,
    release,
    shared_labels,
)
from tenants.schemas import leave_schema
from tenants.spares import drop_stale_spares

QUIETLY = {
    "verbosity": 0,
    "interactive": False,
    "database": "default",
    "fake": False,
    "fake_initial": False,
    "plan": False,
    "check_unapplied": False,
    "run_syncdb": False,
    "prune": False,
    "app_label": None,
    "migration_name": None,
    "skip_checks": True,
    "force_color": False,
    "no_color": True,
}


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()
    autodetector = MigrationAutodetector

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--noinput", action="store_false", dest="interactive")
        parser.add_argument("--database", default="default")

    def handle(self, *args: Any, **options: Any) -> None:
        MigrationRecorder.has_table = has_table  # type: ignore[method-assign,assignment]  # Django's asks in every schema
        self.progress = Progress(self.stdout)
        with nobody_else(waits=self.say_another_runs):
            self.bring_up_shared()
            failed = self.bring_up_companies()
            self.patiently("spare schemas", drop_stale_spares)
        if failed:
            raise CommandError("\n".join([f"{len(failed)} not brought up to date:", *failed]))

    def say_another_runs(self) -> None:
        self.progress.say("Another migrate is changing this database; waiting until it has ended.")

    def bring_up_shared(self) -> None:
        """Migrate what every company stands on: the first error ends it."""
        shared, own = release("public"), release("company")
        for lag in lagging(["public"], shared):
            # Each app by itself: the others have nothing to do there.
            self.bring_up(lag, shared, shared_labels(shared))
        execute(f'CREATE SCHEMA IF NOT EXISTS "{TEMPLATE}"')
        for lag in lagging([TEMPLATE], own):
            self.bring_up(lag, own)
        self.patiently(TEMPLATE, store_template)

    def bring_up_companies(self) -> list[str]:
        """Migrate all companies, whatever one raises. Returns which failed, and why."""
        wanted = release("company")
        schemas = Company.objects.order_by("pk").values_list("schema_name", flat=True)
        behind, failed = lagging(schemas, wanted), []
        for number, lag in enumerate(behind, start=1):
            try:
                self.bring_up(lag, wanted)
            except Exception as error:
                failed.append(f"  {lag.schema}: {failed_at(lag, wanted)}: {error}".rstrip())
                self.progress.say(failed[-1])
            self.progress.step(number, len(behind), lag.schema)
        return failed

    def bring_up(self, lag: Lagging, wanted: Release, apps: Sequence[str | None] = (None,)) -> None:
        if lag.lacks_migrations:
            for app in apps:
                self.patiently(lag.schema, partial(migrate, lag.schema, app))
        sql = partial(apply_sql, wanted.kind, schema=lag.schema, mark=wanted.mark)
        self.patiently(lag.schema, sql)

    def patiently(self, schema: str, change: Callable[[], None]) -> None:
        def waits(tried: int) -> None:
            held = f"somebody held what it needs for {LOCK_TIMEOUT}"
            self.progress.say(f"  {schema} waits: {held} ({tried}/{TRIES})")

        patiently(change, waits=waits)


def migrate(schema: str, app: str | None) -> None:
    """Migrate one app, or all."""
    drop_unfinished_indexes(schema)
    run_migrations((), QUIETLY | {"app_label": app}, "standard", schema)
    leave_schema()


def drop_unfinished_indexes(schema: str) -> None:
    """Drop invalid indexes, left by a broken-off CREATE INDEX CONCURRENTLY: they would be in the
    way of being made anew."""
    with connection.cursor() as cursor:
        cursor.execute(UNFINISHED, [schema])
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP INDEX CONCURRENTLY "{schema}"."{name}"')


UNFINISHED = """
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace WHERE NOT i.indisvalid AND n.nspname = %s"""


def failed_at(lag: Lagging, wanted: Release) -> str:
    return first_lacking(lag.schema, wanted) or f"{wanted.kind}.sql"


def has_table(recorder: MigrationRecorder) -> bool:
    """Whether the table exists. Django would list every relation, slow with a thousand schemas."""
    return has_relation(recorder.connection.schema_name, "django_migrations")  # type: ignore[attr-defined]  # django-tenants' connection


def execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)
