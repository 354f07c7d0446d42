"""Children that are kept running, and stopped in order. None outlives this process.

Every child is started through a tiny guard that holds the read end of a pipe: when this process
dies in any way, kill -9 included, the pipe closes and the guard stops its child.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

READY_SECONDS = 90.0
# Who lived this long was well: its next end does not count as one of a series.
WELL_AFTER = 10.0
STOP_SECONDS = 10.0


class DidNotStart(RuntimeError):
    """A child died before it was ready, or did not get ready in time."""


@dataclass
class Child:
    name: str
    command: list[str]
    stop_signal: signal.Signals = signal.SIGTERM
    account: str = "-"
    """uid:gid to run as, or - for our own."""
    prepare: Callable[[], None] | None = None
    stdin: int = subprocess.DEVNULL
    """A listening socket that several children share, as inetd hands it over."""
    process: "subprocess.Popen[bytes] | None" = None
    early_ends: int = 0
    started_at: float = 0.0
    next_start: float = 0.0

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None


class Family:
    """The children of one launcher, in the order in which they were started."""

    def __init__(self, environment: dict[str, str], logs: Path | None, status: Path) -> None:
        self.environment = environment
        self.logs = logs
        self.status = status
        self.held: list[int] = []
        """Descriptors that guards hold until their child has ended."""
        self.children: list[Child] = []
        self.alive_read, self.alive_write = os.pipe()
        os.set_inheritable(self.alive_read, True)

    def start(self, child: Child, ready: Callable[[], bool] | None = None) -> None:
        self.children.append(child)
        self._spawn(child)
        if ready is not None:
            self.wait_until(ready, child)

    def _spawn(self, child: Child) -> None:
        if child.prepare is not None:
            child.prepare()
        output = subprocess.DEVNULL if self.logs is None else self._log(child.name)
        child.process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "launcher.guard",
                str(self.alive_read),
                str(int(child.stop_signal)),
                child.account,
                *child.command,
            ],
            stdin=child.stdin,
            stdout=output,
            stderr=output,
            env=self.environment,
            start_new_session=True,
            pass_fds=[self.alive_read, *self.held],
            cwd=str(Path(__file__).resolve().parent.parent),
        )
        child.started_at = time.monotonic()
        self._write_status()

    def _log(self, name: str) -> int:
        assert self.logs is not None
        self.logs.mkdir(parents=True, exist_ok=True)
        return os.open(self.logs / f"{name}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def wait_until(self, ready: Callable[[], bool], child: Child) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not ready():
            if not child.is_running:
                raise DidNotStart(f"{child.name} ended while starting, see its log")
            if time.monotonic() > deadline:
                raise DidNotStart(f"{child.name} was not ready after {READY_SECONDS:.0f} s")
            time.sleep(0.05)

    def revive(self) -> None:
        """Restart processes that have died; the wait doubles up to half a minute."""
        now = time.monotonic()
        for child in self.children:
            if child.is_running:
                continue
            if not child.next_start:
                was_well = now - child.started_at > WELL_AFTER
                child.early_ends = 0 if was_well else child.early_ends + 1
                wait = min(30.0, 0.2 * 2 ** max(0, child.early_ends - 5))
                child.next_start = now + wait
            if now >= child.next_start:
                child.next_start = 0.0
                print(f"  {child.name} ended, starting it again", flush=True)
                self._spawn(child)

    def stop(self) -> None:
        for child in reversed(self.children):
            if child.is_running and child.process is not None:
                child.process.send_signal(signal.SIGTERM)
                try:
                    child.process.wait(STOP_SECONDS)
                except subprocess.TimeoutExpired:
                    os.killpg(child.process.pid, signal.SIGKILL)
                    child.process.wait()
        os.close(self.alive_write)
        os.close(self.alive_read)
        self.status.unlink(missing_ok=True)

    def _write_status(self) -> None:
        self.status.parent.mkdir(parents=True, exist_ok=True)
        pids = {child.name: child.process.pid for child in self.children if child.process}
        fresh = self.status.with_suffix(".new")
        fresh.write_text(json.dumps({"launcher": os.getpid(), **pids}))
        fresh.replace(self.status)
