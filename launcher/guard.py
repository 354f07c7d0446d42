"""Run one command, and stop it when the launcher is gone: guard PIPE SIGNAL UID:GID|- COMMAND…"""

import ctypes
import select
import signal
import subprocess
import sys
from types import FrameType

GRACE_SECONDS = 8.0


def main() -> int:
    pipe, stop_signal = int(sys.argv[1]), int(sys.argv[2])
    account, command = sys.argv[3], sys.argv[4:]
    child = subprocess.Popen(command, preexec_fn=_die_with_parent, **_as(account))  # type: ignore[call-overload]  # a dict of keywords

    def stop(_number: int, _frame: FrameType | None) -> None:
        child.send_signal(stop_signal)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while child.poll() is None:
        readable, _w, _x = select.select([pipe], [], [], 0.2)
        if readable:  # nothing is ever written: readable means closed
            _end(child, stop_signal)
    code = int(child.returncode)
    return code if code >= 0 else 128 - code


def _as(account: str) -> dict[str, object]:
    if account == "-":
        return {}
    uid, gid = account.split(":")
    return {"user": int(uid), "group": int(gid), "extra_groups": [], "cwd": "/"}


def _end(child: "subprocess.Popen[bytes]", stop_signal: int) -> None:
    child.send_signal(stop_signal)
    try:
        child.wait(GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _die_with_parent() -> None:
    """Ask Linux to end the child if this guard is killed; elsewhere it lives on."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)


if __name__ == "__main__":
    sys.exit(main())
