"""Indexes on tables of all companies are made beside people who press, never in their way."""

import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import AppConfig, apps
from django.conf import settings
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    CreateModel,
    Migration,
    RunSQL,
    SeparateDatabaseAndState,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.models import CASCADE, CharField, ForeignKey, Index, UniqueConstraint

# Made before anybody had rows in them, or before this rule: (app, name).
LANDED = {
    *(("jobs", name) for name in ("0001_initial", "0002_settled_index")),
    *(
        ("operations", name)
        for name in (
            "0001_initial",
            "0002_the_desk",
            "0003_reserving",
            "0004_loudness",
            "0005_joint_drill",
            "0006_next_move",
            "0007_what_the_desk_knows",
            "0008_steps_by_facts",
        )
    ),
    *(
        ("tenants", name)
        for name in ("0001_initial", "0002_why_and_let_go", "0003_recovery_and_contacts")
    ),
}
CREATES_INDEX = re.compile(r"CREATE\s+(UNIQUE\s+)?INDEX\s+(?!CONCURRENTLY)", re.IGNORECASE)


def operations_of(migration: Migration) -> Iterator[Operation]:
    for one in migration.operations:
        if isinstance(one, SeparateDatabaseAndState):
            yield from one.database_operations
        else:
            yield one


def statements_of(one: RunSQL) -> str:
    parts = [one.sql] if isinstance(one.sql, str) else one.sql
    return "\n".join(part if isinstance(part, str) else part[0] for part in parts)


def makes_an_index(one: Operation) -> bool:
    if isinstance(one, RunSQL):
        return bool(CREATES_INDEX.search(statements_of(one)))
    if isinstance(one, AddField):
        return one.field.unique or one.field.db_index
    is_unique = isinstance(one, AddConstraint) and isinstance(one.constraint, UniqueConstraint)
    return is_unique or type(one) is AddIndex


def stops_everybody(migration: Migration) -> Iterator[Operation]:
    """What makes an index while nobody can write, on a table that was there before."""
    found = list(operations_of(migration))
    new = {one.name.lower() for one in found if isinstance(one, CreateModel)}
    for one in found:
        on = getattr(one, "model_name", "").lower()
        if on not in new and makes_an_index(one):
            yield one


def is_ours(app: AppConfig) -> bool:
    return Path(app.path).parent == settings.BASE_DIR


def is_shared(app: AppConfig) -> bool:
    return app.name in settings.SHARED_APPS


def test_an_index_on_a_table_of_all_companies_is_made_concurrently() -> None:
    """Every tap of every company writes there. AddIndexConcurrently in a migration by itself, with
    atomic = False; a new column gets its index (db_index=False) and a unique constraint its
    (CREATE UNIQUE INDEX CONCURRENTLY, ADD CONSTRAINT … USING INDEX) in the same way."""
    ours = {one.label for one in apps.get_app_configs() if is_ours(one) and is_shared(one)}
    found = {
        key: migration
        for key, migration in MigrationLoader(None).disk_migrations.items()
        if key[0] in ours
    }
    assert found.keys() >= LANDED
    fresh = [migration for key, migration in found.items() if key not in LANDED]
    assert [(str(one), op) for one in fresh for op in stops_everybody(one)] == []


def test_an_index_that_stops_everybody_would_be_found() -> None:
    migration = Migration("0009_new", "jobs")
    index = Index(fields=["key"], name="x")
    migration.operations = [
        CreateModel("Done", [("key", CharField(max_length=9, unique=True))]),
        AddIndex("done", index),
        AddIndexConcurrently("job", index),
        RunSQL("CREATE INDEX CONCURRENTLY x ON jobs_job (key)"),
    ]
    assert list(stops_everybody(migration)) == []
    bad = [
        AddIndex("job", index),
        RunSQL(["ANALYZE jobs_job", ("create unique index x ON jobs_job (key)", None)]),
        SeparateDatabaseAndState(database_operations=[AddIndex("job", index)]),
        AddConstraint("job", UniqueConstraint(fields=["key"], name="x")),
        AddField("job", "company", ForeignKey("tenants.Company", CASCADE, null=True)),
    ]
    migration.operations += bad
    assert len(list(stops_everybody(migration))) == len(bad)
