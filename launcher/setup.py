"""The environment of Python packages, made and kept up to date by the requirements' digest."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUNTIME = ("requirements.txt", "requirements-demo.txt")
DEVELOPMENT = (*RUNTIME, "requirements-dev.txt")


def setup(names: tuple[str, ...]) -> None:
    """Install what the named files pin, unless exactly that was installed before."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the interpreter that starts us may be older
        sys.exit("Sobani needs Python 3.11 or newer.")
    if not PYTHON.exists():
        _create()
    stamp = VENV / f".installed-{len(names)}"
    digest = hashlib.sha256(b"".join((ROOT / name).read_bytes() for name in names)).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    print("Installing Python packages (a minute or two the first time) …", flush=True)
    files = [part for name in names for part in ("-r", str(ROOT / name))]
    pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if subprocess.run([*pip, "--require-hashes", *files], check=False).returncode:
        sys.exit("Installing the packages failed; see the message above.")
    stamp.write_text(digest)


def _create() -> None:
    print("Creating the Python environment in .venv …", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", str(VENV)], check=False).returncode:
        sys.exit("Python cannot create an environment. On Debian: apt install python3-venv")


def enter(arguments: list[str]) -> None:
    """Run the launcher again inside the environment."""
    if Path(sys.prefix).resolve() != VENV.resolve():
        os.execv(PYTHON, [str(PYTHON), "-m", "launcher", *arguments])
