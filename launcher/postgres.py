"""PostgreSQL for one folder: made when missing, on a unix socket that only we can reach."""

import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from launcher.binaries import postgres_bin, postgres_major
from launcher.identity import is_reachable, reachable_install, server_account, spare_folder

LONGEST_SOCKET_FOLDER = 80
OWNER, APPLICATION, DATABASE = "sobani_owner", "sobani_app", "sobani"
DESK = "sobani_ops"
SUPERUSER = "postgres"


@dataclass(frozen=True, slots=True)
class Postgres:
    binaries: Path
    data: Path
    sockets: Path
    durable: bool

    @classmethod
    def in_folder(cls, folder: Path, *, durable: bool = True) -> "Postgres":
        install = reachable_install(postgres_bin().parent)
        binaries = install / "bin"
        home = folder if is_reachable(folder) else spare_folder(folder)
        sockets = home / "run" / "pg"
        if len(str(sockets)) > LONGEST_SOCKET_FOLDER:
            sockets = Path(tempfile.gettempdir()) / spare_folder(folder).name
        return cls(binaries, home / f"pg{postgres_major(binaries)}", sockets, durable)

    def prepare(self) -> None:
        account = server_account()
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self.sockets.parent.mkdir(parents=True, exist_ok=True)
        account.own(self.sockets)
        account.own(self.data)
        if not (self.data / "PG_VERSION").exists():
            self._initialise()

    def _initialise(self) -> None:
        locale = ["--locale=C.UTF-8"]
        if postgres_major(self.binaries) >= 17:
            locale = ["--locale-provider=builtin", "--locale=C.UTF-8"]
        subprocess.run(
            [
                self.binaries / "initdb",
                "-D",
                self.data,
                "-U",
                SUPERUSER,
                "--encoding=UTF8",
                "--auth=trust",
                *locale,
            ],
            check=True,
            capture_output=True,
            cwd="/",
            env=self._environment(),
            **server_account().arguments,  # type: ignore[call-overload]  # a dict of keywords
        )

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "max_connections": "200",
            "max_locks_per_transaction": "512",
            "shared_buffers": "128MB",
            "jit": "off",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on",
        }
        flags = [part for key, value in settings.items() for part in ("-c", f"{key}={value}")]
        return [str(self.binaries / "postgres"), "-D", str(self.data), *flags]

    def _environment(self) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "HOME": "/"}

    def is_ready(self) -> bool:
        return self._psql("postgres", "SELECT 1").returncode == 0

    def create_database(self) -> None:
        """Create roles and one database, unless they are there."""
        roles = ((OWNER, "LOGIN CREATEDB"), (APPLICATION, "LOGIN"), (DESK, "NOLOGIN"))
        for role, options in roles:
            self._psql("postgres", f"CREATE ROLE {role} {options}")
        self._must("postgres", f"GRANT {DESK} TO {APPLICATION}")
        self._psql("postgres", f"CREATE DATABASE {DATABASE} OWNER {OWNER}")
        self._must(DATABASE, f"ALTER SCHEMA public OWNER TO {OWNER}")

    def _must(self, database: str, sql: str) -> None:
        done = self._psql(database, sql)
        if done.returncode:
            raise RuntimeError(done.stderr)

    def _psql(self, database: str, sql: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [
                self.binaries / "psql",
                "-h",
                self.sockets,
                "-U",
                SUPERUSER,
                "-d",
                database,
                "-v",
                "ON_ERROR_STOP=1",
                "-qAtc",
                sql,
            ],
            capture_output=True,
            text=True,
            cwd="/",
            check=False,
        )

    def url(self, role: str) -> str:
        return f"postgresql://{role}@/{DATABASE}?host={self.sockets}"
