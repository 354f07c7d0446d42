"""`python -m launcher exec`: run a command beside servers that are thrown away afterwards."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from launcher.identity import spare_folder
from launcher.stack import ROOT, Stack


def execute(command: list[str], *, durable: bool) -> int:
    """Run a command with DATABASE_URL, REDIS_URL and an empty DATA_DIR. Returns its exit code."""
    folder = Path(tempfile.mkdtemp(prefix="sobani-"))
    folder.chmod(0o711)  # the servers' account may have to walk through
    stack = Stack(folder, durable=durable, logs=folder / "log")
    try:
        stack.start_servers()
        return subprocess.run(command, cwd=ROOT, env=stack.environment, check=False).returncode
    finally:
        stack.stop()
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(spare_folder(folder), ignore_errors=True)
