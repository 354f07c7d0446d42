"""4 KB units acknowledged durably: ours, nginx's DAV PUT and a plain Django view by one client.

The client is wrk with one thread. A bare ASGI application that keeps nothing shows what the
client can do at most. The portable number is the CPU that the servers take for a unit, PostgreSQL
included; on two cores that the client shares, units a second say less.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from django.conf import settings

from bench.figures import Figure, NotRun, say, sized
from bench.nginx import nginx
from bench.processes import app_processes, cpu_seconds, free_port, servers, uvicorn
from bench.sound import UNIT, unit_headers
from bench.streams_set_up import Stream, streams

CONNECTIONS = 256
RECORDINGS = 240
TABLE = "bench_unit"
SCRIPT = Path(__file__).parent / "units.lua"


@dataclass(frozen=True, slots=True)
class Measured:
    """What a server did with units for some seconds."""

    rate: float
    cpu_microseconds: float
    """Of the servers, for a unit."""
    p50: float
    p99: float
    failed: int
    units: int

    @property
    def a_core(self) -> float:
        """Units a second for each core that the servers were given."""
        return 1e6 / self.cpu_microseconds

    @property
    def note(self) -> str:
        times = f"p50 {self.p50 * 1000:.1f} ms, p99 {self.p99 * 1000:.1f} ms"
        return f"n={self.units}, failed {self.failed}, {times}"


@dataclass(frozen=True, slots=True)
class Peer:
    port: int
    roots: list[int]
    """Its processes, those that it has made work included."""


class UnitLoader:
    """wrk, sending every unit under a number that was not used before."""

    def __init__(self, folder: Path, targets: list[Stream]) -> None:
        self.program = shutil.which("wrk") or ""
        if not self.program:
            raise NotRun("wrk is missing (apt-get install wrk)")
        self.file = folder / "targets"
        self.targets = targets
        self.next = 0

    def measure(self, peer: Peer, prefix: str, seconds: int) -> Measured:
        before = cpu_seconds(*peer.roots)
        counts = self._run(peer.port, prefix, seconds)
        used = cpu_seconds(*peer.roots) - before
        self.next += counts["requests"] // len(self.targets) + 2
        return Measured(
            rate=counts["requests"] / counts["seconds"],
            cpu_microseconds=used / max(1, counts["requests"]) * 1e6,
            p50=counts["p50"],
            p99=counts["p99"],
            failed=counts["failed"],
            units=counts["requests"],
        )

    def _run(self, port: int, prefix: str, seconds: int) -> dict[str, int]:
        self._write(prefix)
        command = [self.program, "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s"]
        done = subprocess.run(
            [*command, "-s", str(SCRIPT), f"http://127.0.0.1:{port}", "--", str(self.file)],
            check=True,
            capture_output=True,
            text=True,
        )
        counts: dict[str, int] = json.loads(done.stdout.splitlines()[-1])
        return counts

    def _write(self, prefix: str) -> None:
        lines = [str(self.next)]
        for stream in self.targets:
            head = [
                " HTTP/1.1",
                f"Host: {stream.phone.host}",
                *unit_headers(UNIT, stream.phone.token),
            ]
            lines += [f"PUT {prefix.format(stream.recording)}", "|".join([*head, "", ""])]
        self.file.write_bytes("\n".join([*lines, "BODY", ""]).encode() + UNIT)


def figures() -> Iterator[Figure]:
    seconds = sized(10, 2)
    with tempfile.TemporaryDirectory(dir=os.environ["DATA_DIR"]) as name:
        folder = Path(name)
        folder.chmod(0o711)
        loader = UnitLoader(folder, streams("unit", sized(RECORDINGS, 30)))
        measured = {
            "ours": _ours(loader, seconds),
            "nginx": _nginx(loader, folder / "nginx", seconds),
            "plain Django": _plain_django(loader, seconds),
        }
        ceiling = _ceiling(loader, sized(3, 1))
    yield from _compared(measured["ours"], measured["nginx"], measured["plain Django"], ceiling)


def _compared(
    ours: Measured, nginx: Measured, django: Measured, ceiling: float
) -> Iterator[Figure]:
    yield Figure("ours: units/s", ours.rate, "1/s", note=ours.note)
    yield Figure("nginx DAV PUT, not synced: units/s", nginx.rate, "1/s", note=nginx.note)
    yield Figure("plain Django view: units/s", django.rate, "1/s", note=django.note)
    yield Figure("the client's own ceiling", ceiling, "1/s")
    for name, run in (("ours", ours), ("nginx", nginx), ("plain Django view", django)):
        what = f"{name}: server CPU a unit"
        yield Figure(what, run.cpu_microseconds, "us", note=f"{run.a_core:.0f} units/s a core")
    yield Figure("failed units", ours.failed, "", "<= 0")
    yield Figure("ours / nginx, units/s", ours.rate / nginx.rate, "x", ">= 0.25")
    yield Figure("ours / nginx, units/s a core", ours.a_core / nginx.a_core, "x", ">= 0.25")
    yield Figure("ours / plain Django, units/s", ours.rate / django.rate, "x", ">= 10")
    yield Figure("ours / plain Django, units/s a core", ours.a_core / django.a_core, "x", ">= 10")


def _ours(loader: UnitLoader, seconds: int) -> Measured:
    with app_processes(timekeepers=0) as running:
        peer = Peer(running.port, [*running.web_pids, *servers()])
        return _warmed(loader, peer, "/ingest/{}/units/", seconds, "ours")


def _nginx(loader: UnitLoader, folder: Path, seconds: int) -> Measured:
    port = free_port()
    with nginx(folder, port) as process:
        return _warmed(loader, Peer(port, [process.pid]), "/{}/", seconds, "nginx")


def _plain_django(loader: UnitLoader, seconds: int) -> Measured:
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
        owner.execute(
            f"CREATE TABLE IF NOT EXISTS {TABLE}"
            " (recording uuid, seq bigint, data bytea, PRIMARY KEY (recording, seq))"
        )
        owner.execute(f"ALTER TABLE {TABLE} ALTER data SET STORAGE EXTERNAL")
        owner.execute(f"GRANT INSERT, SELECT ON {TABLE} TO {settings.APP_ROLE}")
    port = free_port()
    with uvicorn("bench.plain_django:application", port) as process:
        peer = Peer(port, [process.pid, *servers()])
        return _warmed(loader, peer, "/units/{}/", seconds, "plain Django")


def _ceiling(loader: UnitLoader, seconds: int) -> float:
    port = free_port()
    with uvicorn("bench.empty_app:application", port) as process:
        return loader.measure(Peer(port, [process.pid]), "/{}/", seconds).rate


def _warmed(loader: UnitLoader, peer: Peer, prefix: str, seconds: int, name: str) -> Measured:
    say(f"{name}: {seconds} s")
    loader.measure(peer, prefix, 1)
    time.sleep(0.5)
    return loader.measure(peer, prefix, seconds)
