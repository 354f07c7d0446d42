"""Addresses of a running launcher's servers, for other programs of the same DATA_DIR."""

import fcntl
import json
import os
import socket
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = (
    "SOBANI_ENV",
    "PORT",
    "DATA_DIR",
    "DATABASE_URL",
    "DATABASE_OWNER_URL",
    "REDIS_URL",
    "EMAIL_URL",
    "PG_BIN",
)


LEFTOVERS_SECONDS = 30.0


class Occupied(RuntimeError):
    """This folder or port is in use; the text says by whom and what to do."""


def data_folder() -> Path:
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").resolve()


def publish(folder: Path, environment: dict[str, str]) -> None:
    path = folder / "run" / "environment.json"
    text = json.dumps({name: environment[name] for name in SHARED if name in environment})
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)


def withdraw(folder: Path) -> None:
    (folder / "run" / "environment.json").unlink(missing_ok=True)


def join_running() -> None:
    """Use the running copy's servers, unless the environment names others."""
    if "DATABASE_URL" in os.environ:
        return
    try:
        known = json.loads((data_folder() / "run" / "environment.json").read_text())
    except (OSError, ValueError):
        return
    for name, value in known.items():
        os.environ.setdefault(name, value)


def hold(folder: Path) -> int:
    """Take the folder's lock, also held by every guard: its holder knows that nothing of an
    earlier run is still writing here. Raises Occupied."""
    (folder / "run").mkdir(parents=True, exist_ok=True)
    lock = os.open(folder / "run" / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + LEFTOVERS_SECONDS
    while not _locked(lock):
        pid = running_launcher(folder)
        if pid is not None:
            raise Occupied(f"Already running in {folder} (process {pid}): `make stop` ends it.")
        if time.monotonic() > deadline:
            raise Occupied(f"Processes of an earlier run in {folder} do not end.")
        time.sleep(0.1)
    return lock


def _locked(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def running_launcher(folder: Path) -> int | None:
    """The process id of the launcher that serves this folder."""
    try:
        pid = int(json.loads((folder / "run" / "processes.json").read_text())["launcher"])
        os.kill(pid, 0)
    except PermissionError:
        return pid
    except (OSError, ValueError, KeyError):
        return None
    return pid


def must_be_free(port: int) -> None:
    """Check that nobody listens on the port. Raises Occupied."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise Occupied(
                f"Port {port} cannot be used ({error.strerror}). Choose another: PORT=8100 make run"
            ) from error
