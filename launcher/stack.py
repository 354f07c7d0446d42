"""The servers a set of processes needs: embedded ones, except where a URL names real ones."""

import os
import signal
from pathlib import Path

from launcher.identity import server_account
from launcher.postgres import APPLICATION, OWNER, Postgres
from launcher.processes import Child, Family
from launcher.valkey import Valkey

ROOT = Path(__file__).resolve().parent.parent


class Stack:
    def __init__(self, folder: Path, *, durable: bool, logs: Path | None) -> None:
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.environment = dict(os.environ) | {"DATA_DIR": str(folder)}
        self.environment.setdefault("SOBANI_ENV", "demo")
        self.environment.setdefault("PORT", "8000")
        self.family = Family(self.environment, logs, folder / "run" / "processes.json")
        self.durable = durable

    def start_servers(self) -> None:
        if "DATABASE_URL" not in os.environ:
            self._start_postgres()
        if "REDIS_URL" not in os.environ:
            self._start_valkey()

    def _start_postgres(self) -> None:
        postgres = Postgres.in_folder(self.folder, durable=self.durable)
        account = server_account()
        child = Child(
            "postgres",
            postgres.command(),
            stop_signal=signal.SIGINT,  # fast stop; SIGTERM would wait for clients
            account=f"{account.uid}:{account.gid}" if os.geteuid() == 0 else "-",
            prepare=postgres.prepare,
        )
        self.family.start(child, postgres.is_ready)
        postgres.create_database()
        self.environment["DATABASE_URL"] = postgres.url(APPLICATION)
        self.environment["DATABASE_OWNER_URL"] = postgres.url(OWNER)
        self.environment["PG_BIN"] = str(postgres.binaries)

    def _start_valkey(self) -> None:
        valkey = Valkey.in_folder(self.folder)
        child = Child("valkey", valkey.command(), prepare=valkey.prepare)
        self.family.start(child, valkey.is_ready)
        self.environment["REDIS_URL"] = valkey.url

    def stop(self) -> None:
        self.family.stop()
