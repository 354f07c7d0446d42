"""The dump in a database of its own: restored, upgraded, looked at, and its clock."""

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo
from psycopg.rows import dict_row

DUMP = Path(__file__).resolve().parent / "f78729c.sql.gz"
NAME = "sobani_upgrade"
COMPANIES = ("acme", "globex")

INCIDENTS = "SELECT public_id AS incident, * FROM {company}.incidents_incident"
RUNGS = """
SELECT i.public_id AS incident, r.* FROM {company}.escalation_rung r
JOIN {company}.incidents_incident i ON i.id = r.incident_id ORDER BY r."order" """
CASES = """
SELECT c.incident_id AS incident, c.* FROM public.operations_case c
JOIN public.tenants_company t ON t.id = c.company_id AND t.schema_name = '{company}'
ORDER BY c.id DESC"""
NOTICES = """
SELECT n.incident_id AS incident, n.*, u.username FROM {company}.notifications_notice n
LEFT JOIN {company}.accounts_user u ON u.id = n.recipient_user_id ORDER BY n.id"""
JOBS = "SELECT * FROM public.jobs_job"
SETTLED = "SELECT * FROM public.jobs_settledjob"

Row = dict[str, Any]
Key = tuple[str, str]
"""A company, and the name of an incident there."""


@dataclass(frozen=True)
class Snapshot:
    """What the application reads at a moment."""

    at: datetime
    incidents: dict[Key, Row]
    rungs: dict[Key, list[Row]]
    cases: dict[Key, list[Row]]
    """The newest first."""
    notices: dict[Key, list[Row]]
    jobs: dict[str, Row]
    settled: dict[str, Row]
    """What the former release kept among the jobs."""

    def pending(self, *kinds: str) -> list[Row]:
        waiting = [job for job in self.jobs.values() if job["state"] == "pending"]
        return [job for job in waiting if not kinds or job["kind"] in kinds]

    def promised(self, kind: str, key: Key) -> Row | None:
        """The newest waiting job of a kind about an incident."""
        incident = str(self.incidents[key]["public_id"])
        mine = [job for job in self.pending(kind) if job["payload"]["incident"] == incident]
        return max(mine, key=lambda job: job["id"], default=None)


class Restored:
    def __init__(self) -> None:
        self._as_owner = make_conninfo(settings.DATABASE_OWNER_URL, dbname=NAME)
        self._as_application = make_conninfo(settings.DATABASE_URL, dbname=NAME)
        self.drop()
        self._outside(f"CREATE DATABASE {NAME}")
        with psycopg.connect(self._as_owner) as owner:
            owner.execute(gzip.decompress(DUMP.read_bytes()))
        self._owner("SELECT dump.move_everything(clock_timestamp() - at) FROM dump.taken")
        self.names = self._names()

    def drop(self) -> None:
        self._outside(f"DROP DATABASE IF EXISTS {NAME}")

    def _outside(self, statement: str) -> None:
        with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
            owner.execute(statement.encode())

    def _owner(self, statement: str, values: list[Any] | None = None) -> list[Row]:
        with psycopg.connect(self._as_owner, row_factory=dict_row) as owner:
            done = owner.execute(statement.encode(), values)
            return done.fetchall() if done.description else []

    def _names(self) -> dict[UUID, Key]:
        found = self._owner("SELECT * FROM dump.incident")
        return {row["public_id"]: (row["company"], row["name"]) for row in found}

    def next_and_highest(self, company: str) -> tuple[int, int]:
        """The alarm number that comes, and the one that went furthest."""
        asked = "SELECT nextval('{0}.incidents_number') AS next, max(number) AS highest"
        (row,) = self._owner(f"{asked} FROM {{0}}.incidents_incident".format(company))
        return row["next"], row["highest"]

    def migrate(self) -> None:
        self._manage("migrate")

    def work(self, call: str) -> str:
        """A function of clockwork; returns what it prints."""
        code = f"from tests.upgrade import clockwork; clockwork.{call}"
        return self._manage("shell", "-v", "0", "-c", code)

    def _manage(self, *command: str) -> str:
        urls = {"DATABASE_URL": self._as_application, "DATABASE_OWNER_URL": self._as_owner}
        done = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            env=os.environ | urls,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def look(self) -> Snapshot:
        with psycopg.connect(self._as_application, row_factory=dict_row) as application:
            application.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            return Snapshot(
                at=application.execute("SELECT clock_timestamp() AS at").fetchall()[0]["at"],
                incidents={key: rows[0] for key, rows in self._by_key(application, INCIDENTS)},
                rungs=dict(self._by_key(application, RUNGS)),
                cases=dict(self._by_key(application, CASES)),
                notices=dict(self._by_key(application, NOTICES)),
                jobs={row["key"]: row for row in application.execute(JOBS)},
                settled=self._settled(application),
            )

    def _settled(self, application: psycopg.Connection[Row]) -> dict[str, Row]:
        known = application.execute("SELECT to_regclass('public.jobs_settledjob') AS table")
        if known.fetchall()[0]["table"] is None:
            return {}
        return {row["key"]: row for row in application.execute(SETTLED)}

    def _by_key(
        self, application: psycopg.Connection[Row], query: str
    ) -> Iterator[tuple[Key, list[Row]]]:
        found: dict[Key, list[Row]] = {key: [] for key in self.names.values()}
        for company in COMPANIES:
            for row in application.execute(query.format(company=company).encode()):
                if row["incident"] in self.names:
                    found[self.names[row["incident"]]].append(row)
        yield from found.items()
