"""A database of its own, in which a test changes what it likes, and `manage.py migrate` for it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
from django.conf import settings
from psycopg.conninfo import make_conninfo

from tests.servers import MIGRATED

NAME = "sobani_release"
COMPANIES = ("acme", "globex", "initech")
PATIENCE = 240.0
"""No measure of anything: on a busy machine a `migrate` of everything takes its time."""
CREATE = """
from tenants.provisioning import create_company
for one in {companies!r}:
    create_company(name=one, schema=one, domain=one + ".localhost")
"""


@dataclass
class Running:
    """A `migrate`, and what it has said so far."""

    process: "subprocess.Popen[str]"
    lines: list[str] = field(default_factory=list)
    heard: threading.Condition = field(default_factory=threading.Condition)

    def listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self.heard:
                self.lines.append(line.rstrip())
                self.heard.notify_all()

    def hears(self, words: str) -> bool:
        """Waits until it says so."""
        with self.heard:
            return self.heard.wait_for(lambda: words in "\n".join(self.lines), PATIENCE)

    def ends(self) -> int:
        return self.process.wait(PATIENCE)

    @property
    def brought_up(self) -> set[str]:
        """The companies that it says it has been at."""
        steps = [line.split() for line in self.lines if line.endswith(" s")]
        return {words[1].rstrip(",") for words in steps}

    @property
    def said(self) -> str:
        return "\n".join(self.lines)


class House:
    def __init__(self) -> None:
        self.as_owner = make_conninfo(settings.DATABASE_OWNER_URL, dbname=NAME)
        self.as_application = make_conninfo(settings.DATABASE_URL, dbname=NAME)
        self.drop()
        self._outside(f"CREATE DATABASE {NAME} TEMPLATE {MIGRATED}")
        self.create(*COMPANIES)

    def drop(self) -> None:
        self._outside(f"DROP DATABASE IF EXISTS {NAME} WITH (FORCE)")

    def _outside(self, statement: str) -> None:
        with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
            owner.execute(statement.encode())

    def create(self, *companies: str) -> None:
        code = CREATE.format(companies=companies)
        assert self._manage("shell", "-v", "0", "-c", code).wait(PATIENCE) == 0

    def keep_spares(self) -> None:
        code = "from tenants.spares import keep_spares; keep_spares()"
        assert self._manage("shell", "-v", "0", "-c", code).wait(PATIENCE) == 0

    @contextmanager
    def timekeeper(self) -> Iterator[None]:
        process = self._manage("timekeeper")
        try:
            yield
        finally:
            process.terminate()
            process.wait(PATIENCE)

    @property
    def spares(self) -> set[str]:
        """Schemas that lie there, whatever is written of them."""
        found = self.owner("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'zz_spare%'")
        return {schema for (schema,) in found}

    def forget(self, company: str) -> None:
        self.owner(f"DROP SCHEMA {company} CASCADE")
        self.owner(
            "DELETE FROM tenants_domain d USING tenants_company c"
            f" WHERE c.id = d.tenant_id AND c.schema_name = '{company}'"
        )
        self.owner(f"DELETE FROM tenants_company WHERE schema_name = '{company}'")

    def migrate(self, release: str = "") -> Running:
        """With what that release adds."""
        running = Running(self._manage("migrate", release=release))
        threading.Thread(target=running.listen, daemon=True).start()
        return running

    def migrated(self, release: str = "") -> Running:
        running = self.migrate(release)
        assert running.ends() == 0, running.said
        return running

    def _manage(self, *command: str, release: str = "") -> "subprocess.Popen[str]":
        environment = {
            "DATABASE_URL": self.as_application,
            "DATABASE_OWNER_URL": self.as_owner,
            "DJANGO_SETTINGS_MODULE": "tests.tenants.releases.settings",
            "NEXT_RELEASE": release,
        }
        return subprocess.Popen(
            [sys.executable, "manage.py", *command],
            cwd=settings.BASE_DIR,
            text=True,
            env=os.environ | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def owner(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.as_owner) as owner:
            done = owner.execute(statement.encode())
            return done.fetchall() if done.description else []

    @contextmanager
    def reader(self, statement: str) -> Iterator[psycopg.Connection[Any]]:
        """Has read something, and its transaction goes on."""
        with psycopg.connect(self.as_owner) as reader:
            reader.execute(statement.encode())
            yield reader

    def having(self, name: str) -> set[str]:
        """Schemas with a relation, or a column, of this name."""
        found = self.owner(f"""
            SELECT n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relname = '{name}' OR EXISTS (SELECT FROM pg_attribute a
              WHERE a.attrelid = c.oid AND a.attname = '{name}' AND NOT a.attisdropped)""")
        return {schema for (schema,) in found}
