"""What the tests run on: one PostgreSQL, a database filled once, and a copy of it for every run.

python -m tests.servers keep                 until Ctrl-C, for `make test ARGS=…` elsewhere
python -m tests.servers kept -- COMMAND…     on the kept ones; without them on throw-away ones
python -m tests.servers thrown-away -- COMMAND…
python -m tests.servers fill -- COMMAND…     fill the database of the servers around it first
python -m tests.servers lane -- COMMAND…     with a copy of the database and a Valkey of its own
"""

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".pytest_cache" / "servers.json"
URLS = ("DATABASE_URL", "DATABASE_OWNER_URL")
FILLED, MIGRATED = "sobani", "sobani_migrated"
SEED = """
import django
from django.conf import settings
from tests.support.passwords import HASHERS
settings.PASSWORD_HASHERS = HASHERS
django.setup()
from demo.seed import seed
seed()
"""
THIS = [sys.executable, "-m", "tests.servers"]
EXEC = [sys.executable, "-m", "launcher", "exec"]


def fill() -> None:
    """Migrate and seed the database; keep what it was before the seed, for tests that migrate."""
    for command in (["manage.py", "compile_translations"], ["manage.py", "migrate"]):
        subprocess.run([sys.executable, *command], check=True, stdout=subprocess.DEVNULL)
    copy(FILLED, MIGRATED)
    settings = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "-c", SEED], check=True, env=settings)


def copy(template: str, name: str) -> None:
    from_outside(f"CREATE DATABASE {name} TEMPLATE {template}")


def from_outside(statement: str) -> None:
    url = os.environ["DATABASE_OWNER_URL"]
    with psycopg.connect(url, dbname="postgres", autocommit=True) as owner:
        owner.execute(statement.encode())


@contextlib.contextmanager
def copied() -> Iterator[dict[str, str]]:
    """Environment with a copy of the filled database, and no Valkey yet."""
    name = f"lane_{os.getpid()}"
    copy(FILLED, name)
    urls = {key: urlsplit(os.environ[key])._replace(path=f"/{name}").geturl() for key in URLS}
    others = {key: value for key, value in os.environ.items() if key != "REDIS_URL"}
    try:
        yield others | urls
    finally:
        from_outside(f"DROP DATABASE {name} WITH (FORCE)")


def keep() -> None:
    """Say to others where the servers are, until somebody interrupts."""
    urls = {key: os.environ[key] for key in (*URLS, "PG_BIN") if key in os.environ}
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(
        json.dumps({"schema": schema_digest(), "pid": os.getpid(), "environment": urls})
    )
    print('Ready. `make test ARGS="tests/people -q"` uses these servers; Ctrl-C ends them.')
    try:
        signal.sigwait({signal.SIGINT, signal.SIGTERM})
    finally:
        KEPT.unlink()


def kept() -> dict[str, str] | None:
    """Environment of servers that somebody keeps, filled by the migrations of today."""
    with contextlib.suppress(OSError, ValueError):
        found = json.loads(KEPT.read_text())
        os.kill(found["pid"], 0)
        if found["schema"] == schema_digest():
            return os.environ | found["environment"]
        print("The kept servers are of other migrations; start `make serve-tests` again.")
    return None


def schema_digest() -> str:
    """Digest of everything that the database is made from."""
    files = [*ROOT.glob("*/migrations/*.py"), *ROOT.glob("*/sql/*.sql"), *ROOT.glob("demo/*.py")]
    digest = hashlib.sha256()
    for file in sorted(files):
        digest.update(str(file).encode() + file.read_bytes())
    return digest.hexdigest()


def run(command: list[str], environment: dict[str, str] | None = None) -> int:
    return subprocess.run(command, env=environment, check=False).returncode


def main(arguments: list[str]) -> int:
    match arguments:
        case ["keep"]:
            return run([*EXEC, "--", *THIS, "fill", "--", *THIS, "stay"])
        case ["stay"]:
            keep()
            return 0
        case ["kept", "--", *command] if (environment := kept()) is not None:
            return run(command, environment)
        case ["kept" | "thrown-away", "--", *command]:
            return run([*EXEC, "--", *THIS, "fill", "--", *command])
        case ["fill", "--", *command]:
            fill()
            return run(command)
        case ["lane", "--", *command]:
            with copied() as environment:
                return run([*EXEC, "--", *command], environment)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
