"""`make bench`: figures as measured on this machine, a table and JSON lines in bench/results/.

Company creation; taps at 40 a second and a burst of 200 in two seconds, the load included on the
same cores.
"""

import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

import requests

RESULTS = Path(__file__).parent / "results"
PORT = 18_500
COMPANIES = 20


@dataclass(frozen=True, slots=True)
class Figure:
    what: str
    value: float
    unit: str
    note: str = ""


def manage(*arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


def company_creation() -> Iterator[Figure]:
    """Each by the database function alone, as the application's role."""
    psql = [str(Path(os.environ["PG_BIN"]) / "psql"), os.environ["DATABASE_URL"], "-qAtc"]
    took = []
    for number in range(COMPANIES):
        start = time.perf_counter()
        sql = f"SELECT public.provision_company('bench{number}')"
        subprocess.run([*psql, sql], check=True, capture_output=True)
        took.append(time.perf_counter() - start)
    yield Figure("creating a company, median", statistics.median(took), "s", f"n={COMPANIES}")


ENROL = """
from people.devices import create_device
from people.models import Employee
from tenants.context import run_in
from tenants.models import Company
enrol = lambda: [create_device(employee=e, post=None, kind="iphone", name="")[1]
                 for e in Employee.objects.all()]
for schema in ("acme", "globex"):
    for token in run_in(Company.objects.get(schema_name=schema), enrol):
        print("TOKEN", schema, token)
"""


class Phones:
    """One device for each of the demo's sixty employees."""

    def __init__(self) -> None:
        lines = [line.split() for line in manage("shell", "-c", ENROL).splitlines()]
        self.phones = itertools.cycle([line[1:] for line in lines if line[:1] == ["TOKEN"]])
        self.session = requests.Session()
        self.session.mount("http://", requests.adapters.HTTPAdapter(pool_maxsize=64))

    def tap(self, start_at: float) -> tuple[float, bool]:
        """Open loop: the wait counts from when the tap was due."""
        time.sleep(max(0.0, start_at - time.perf_counter()))
        tap = {"tap_id": str(uuid.uuid4()), "level": "alarm"}
        schema, token = next(self.phones)
        headers = {"Host": f"{schema}.localhost:{PORT}", "Authorization": f"Bearer {token}"}
        url = f"http://127.0.0.1:{PORT}/api/v1/incidents"
        answer = self.session.post(url, json=tap, headers=headers, timeout=30)
        return time.perf_counter() - start_at, answer.ok

    def load(self, count: int, seconds: float) -> tuple[list[float], int]:
        begin = time.perf_counter() + 0.2
        due = [begin + seconds * number / count for number in range(count)]
        with ThreadPoolExecutor(64) as pool:
            results = list(pool.map(self.tap, due))
        return sorted(took for took, _ok in results), sum(not ok for _took, ok in results)


def taps() -> Iterator[Figure]:
    """By sixty people in turn: the first press of each opens an incident, the others join it."""
    phones = Phones()
    phones.load(40, 2.0)
    for name, count, seconds in (("40 taps/s for 20 s", 800, 20.0), ("200 taps in 2 s", 200, 2.0)):
        took, failed = phones.load(count, seconds)
        yield Figure(f"{name}: p50", took[len(took) // 2], "s")
        yield Figure(f"{name}: p99", took[int(len(took) * 0.99)], "s", f"errors {failed}")


def web() -> "subprocess.Popen[bytes]":
    command = ["-m", "uvicorn", "config.asgi:application", "--port", str(PORT)]
    process = subprocess.Popen(
        [sys.executable, *command, "--log-level", "error"], env=os.environ | {"PORT": str(PORT)}
    )
    while True:
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", PORT)):
                return process
        time.sleep(0.1)


def main() -> None:
    for command in ("compile_translations", "migrate", "seed_demo"):
        manage(command)
    RESULTS.mkdir(exist_ok=True)
    server = web()
    try:
        with (RESULTS / f"{time.strftime('%Y%m%d-%H%M%S')}.jsonl").open("w") as file:
            for figures in (company_creation, taps):
                for figure in figures():
                    row = f"{figure.what:36} {figure.value:9.4f} {figure.unit:3} {figure.note}"
                    print(row, flush=True)
                    file.write(json.dumps(asdict(figure)) + "\n")
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
