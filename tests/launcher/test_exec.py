"""`python -m launcher exec`: servers for one command, gone afterwards."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "DATA_DIR")


def launcher_exec(script: str) -> "subprocess.CompletedProcess[str]":
    """As from a plain shell, not from inside the servers that run this test."""
    environment = {key: value for key, value in os.environ.items() if key not in OURS}
    command = [sys.executable, "-m", "launcher", "exec", "--", "sh", "-c", script]
    return subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def test_the_commands_exit_code_is_the_answer() -> None:
    assert launcher_exec("exit 3").returncode == 3


def test_both_servers_answer_and_nothing_is_left_behind() -> None:
    done = launcher_exec(
        'echo "folder=$DATA_DIR"; "$PG_BIN/psql" "$DATABASE_URL" -qAtc "select current_user";'
        ' test -S "${REDIS_URL#unix://}" && echo socket'
    )
    folder, user, socket = done.stdout.split()
    assert (user, socket) == ("sobani_app", "socket")
    assert not Path(folder.removeprefix("folder=")).exists()
