"""A whole `make run` in a folder and on a port of its own, whose processes can be killed."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PG_BIN", "DATA_DIR", "PORT")
READY_SECONDS = 90
FROZEN_SECONDS = 60.0 if int(os.environ.get("PROVE_KILLS", "0")) >= 20 else 4.0


@dataclass
class WholeStack:
    folder: Path
    port: int
    module: str = "launcher"
    out: str = ""
    process: "subprocess.Popen[bytes] | None" = None
    extra: dict[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        kept = {key: value for key, value in os.environ.items() if key not in OURS}
        return kept | {
            "DATA_DIR": str(self.folder),
            "PORT": str(self.port),
            "SOBANI_ENV": "demo",
            **self.extra,
        }

    @property
    def output(self) -> Path:
        return self.folder.with_name(self.out or f"{self.folder.name}.out")

    def start(self) -> None:
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", self.module, "run"],
                cwd=ROOT,
                env=self.environment,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        deadline = time.monotonic() + READY_SECONDS
        while "platform_admin" not in self.output.read_text():
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(40)

    def manage(self, *arguments: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment | more,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def guards(self) -> dict[str, int]:
        known: dict[str, int] = json.loads((self.folder / "run" / "processes.json").read_text())
        return {name: pid for name, pid in known.items() if name != "launcher"}

    def below(self, guard: int) -> list[int]:
        listed = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True).stdout
        pairs = [tuple(map(int, line.split())) for line in listed.splitlines()]
        return [pid for pid, parent in pairs if parent == guard]

    def kill_one(self, chance: random.Random) -> str:
        """kill -9 of any process: a guard, or the real one below it."""
        name, guard = chance.choice(sorted(self.guards().items()))
        victims = [("guard of ", guard), *(("", pid) for pid in self.below(guard))]
        kind, pid = chance.choice(victims)
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return f"{kind}{name} (gone already)"
        return f"{kind}{name}"

    def kill_the_database(self) -> str:
        """Its first process: all others die with it, and what is not on the disk is gone."""
        for pid in self.below(self.guards()["postgres"]):
            os.kill(pid, signal.SIGKILL)
        return "postgres"

    def freeze_valkey(self) -> str:
        """For a minute it neither answers nor hangs up."""
        pids = self.below(self.guards()["valkey"])
        for number in (signal.SIGSTOP, signal.SIGCONT):
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, number)
            if number == signal.SIGSTOP:
                time.sleep(FROZEN_SECONDS)
        return f"valkey, for {FROZEN_SECONDS:.0f} s"

    def leftovers(self) -> list[str]:
        # Without -ww lines are cut at the terminal's width, and nothing would ever be found.
        command = ["ps", "-ww", "-eo", "pid=,args="]
        listed = subprocess.run(command, capture_output=True, text=True).stdout
        mine = (f"{self.folder}/", f"--port {self.port} ")
        return [line for line in listed.splitlines() if any(one in line for one in mine)]
