"""The apps' sql/ files: functions, views, triggers and grants, written to be run again.

Each schema keeps what was applied to it last as a fingerprint, so that a release that changes
nothing but such a file reaches every company. A new company has the template's by being its copy.
"""

import hashlib
from collections.abc import Collection
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

Migration = tuple[str, str]
"""App and name."""


def fingerprint(kind: str, migrations: Collection[Migration]) -> str:
    """Hash of sql/<kind>.sql of every app, the role it grants to, and the migrations before it: a
    run that stopped in between has no such fingerprint, and is done again."""
    parts = [settings.APP_ROLE, *_files(kind), *(".".join(key) for key in sorted(migrations))]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def apply_sql(kind: str, *, schema: str, mark: str) -> None:
    """Apply it app by app, so that no lock is held for longer than one of them needs; the mark
    comes last."""
    with connection.cursor() as cursor:
        for text in _files(kind):
            named = text.replace("{schema}", schema).replace("{app_role}", settings.APP_ROLE)
            cursor.execute(named)
        cursor.execute(MARK.format(schema=schema), [mark])


MARK = """
INSERT INTO "{schema}".applied_sql (id, fingerprint) VALUES (1, %s)
ON CONFLICT (id) DO UPDATE SET fingerprint = EXCLUDED.fingerprint, applied_at = now()"""


def _files(kind: str) -> list[str]:
    paths = (Path(app.path) / "sql" / f"{kind}.sql" for app in apps.get_app_configs())
    return [path.read_text() for path in paths if path.exists()]
