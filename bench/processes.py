"""Processes of a row: ours as `make run` starts them, peers, and how much CPU they have used."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from launcher.run import TIMEKEEPER, WORKER, web_processes
from launcher.run import answers as is_ready

# Below the ephemeral range; drawn at random, so that two runs side by side rarely meet.
PORTS = range(20_600, 24_600)
TICKS = os.sysconf("SC_CLK_TCK")
Process = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class AppProcesses:
    port: int
    web: list[Process]
    timekeepers: list[Process]
    workers: list[Process]

    @property
    def web_pids(self) -> list[int]:
        return [process.pid for process in self.web]

    def cpu_seconds(self) -> dict[str, float]:
        """Used so far, by part of the app; PostgreSQL and Valkey are `servers`."""
        parts = {"web": self.web_pids, "servers": servers()}
        for name, processes in (("timekeeper", self.timekeepers), ("worker", self.workers)):
            if processes:
                parts[name] = [process.pid for process in processes]
        return {name: cpu_seconds(*pids) for name, pids in parts.items()}


@contextmanager
def app_processes(
    *, timekeepers: int = 1, workers: int = 0, environment: Mapping[str, str] | None = None
) -> Iterator[AppProcesses]:
    """As `make run` starts them; without an EMAIL_URL somebody takes their mail and keeps
    nothing."""
    port, smtp = free_port(), free_port()
    settings = {"PORT": str(port), "EMAIL_URL": f"smtp://127.0.0.1:{smtp}"} | dict(
        environment or {}
    )
    with ExitStack() as stack:
        if timekeepers and "EMAIL_URL" not in (environment or {}):
            sink = ["aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Sink", "-l", f"127.0.0.1:{smtp}"]
            stack.enter_context(running([sys.executable, "-m", *sink], port=smtp))
        children = web_processes(port)
        stack.callback(os.close, children[0].stdin)
        web = [
            stack.enter_context(running(child.command, environment=settings, stdin=child.stdin))
            for child in children
        ]
        wait_for_web(port, web)
        keepers, celery = (
            [stack.enter_context(running(command, environment=settings)) for _one in range(count)]
            for command, count in ((TIMEKEEPER, timekeepers), (WORKER, workers))
        )
        yield AppProcesses(port, web, keepers, celery)


def wait_for_web(port: int, web: list[Process]) -> None:
    while not is_ready(str(port)):
        if any(process.poll() is not None for process in web):
            raise RuntimeError("web ended while starting")
        time.sleep(0.05)


def uvicorn(application: str, port: int, environment: Mapping[str, str] | None = None) -> "running":
    """A peer, under the server that ours run under."""
    command = [sys.executable, "-m", "uvicorn", application, "--host", "127.0.0.1"]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    command += ["--timeout-graceful-shutdown", "2"]
    return running(command, port=port, environment=environment)


class running:
    """A process for the length of a `with`; entered when its port answers."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        port: int | None = None,
        environment: Mapping[str, str] | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        self.command = list(command)
        self.port = port
        self.environment = os.environ | dict(environment or {})
        self.stdin = stdin

    def __enter__(self) -> Process:
        self.process: Process = subprocess.Popen(
            self.command, env=self.environment, stdin=self.stdin
        )
        while self.port is not None and not answers(self.port):
            if self.process.poll() is not None:
                raise RuntimeError(f"ended while starting: {' '.join(self.command)}")
            time.sleep(0.05)
        return self.process

    def __exit__(self, *problem: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def answers(port: int) -> bool:
    with socket.socket() as probe:
        return not probe.connect_ex(("127.0.0.1", port))


def free_port() -> int:
    for port in random.sample(PORTS, len(PORTS)):
        if not answers(port):
            return port
    raise RuntimeError("no free port")


def servers() -> list[int]:
    """The pids under which the launcher runs PostgreSQL and Valkey."""
    status = json.loads((Path(os.environ["DATA_DIR"]) / "run" / "processes.json").read_text())
    return [status[name] for name in ("postgres", "valkey") if name in status]


def cpu_used(ours: AppProcesses, before: dict[str, float], count: int) -> tuple[float, str]:
    """Milliseconds of CPU for each of ``count`` since ``before``, and of what they consist."""
    parts = {name: (now - before[name]) / count * 1000 for name, now in ours.cpu_seconds().items()}
    return sum(parts.values()), ", ".join(f"{name} {ms:.3g}" for name, ms in parts.items())


def cpu_seconds(*roots: int) -> float:
    """Used so far by these processes and all below them, those that have ended included."""
    parents: dict[int, list[int]] = {}
    used: dict[int, float] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(folder.name))
        used[int(folder.name)] = sum(map(int, fields[11:15])) / TICKS
    waiting, total = list(roots), 0.0
    while waiting:
        pid = waiting.pop()
        total += used.get(pid, 0.0)
        waiting += parents.get(pid, [])
    return total
