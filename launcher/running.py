"""What a running launcher tells other programs of the same DATA_DIR: where its servers are."""

import json
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHARED = (
    "SOBANI_ENV", "PORT", "DATA_DIR", "DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "PG_BIN",
)  # fmt: skip


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
