"""`make run`: everything from an empty clone to `Ready:`, and an ordered end."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from types import FrameType

from launcher import servers_file
from launcher.mail import mail_server
from launcher.processes import Child, DidNotStart
from launcher.stack import ROOT, Stack

PYTHON = sys.executable
APPLICATION = "config.asgi:application"
WORKER = [PYTHON, "-m", "celery", "-q", "-A", "config", "worker", "-P", "threads", "-c", "2"]
WORKER += ["--loglevel", "WARNING"]
TIMEKEEPER = [PYTHON, "manage.py", "timekeeper"]


def run() -> int:
    folder = servers_file.data_folder()
    try:
        lock = servers_file.hold(folder)
        servers_file.must_be_free(int(os.environ.get("PORT", "8000")))
    except servers_file.Occupied as occupied:
        print(occupied, file=sys.stderr)
        return 1
    stack = Stack(folder, durable=True, logs=folder / "log")
    stack.family.held.append(lock)
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        start(stack)
        while not stopping:
            time.sleep(0.2)
            stack.family.revive()
    except (DidNotStart, subprocess.CalledProcessError) as error:
        if stopping:  # a terminal's Ctrl-C reaches the commands of the start, too
            return 0
        print(f"Could not start: {error}\nLogs are in {folder / 'log'}", file=sys.stderr)
        return 1
    finally:
        print("Stopping …", flush=True)
        servers_file.withdraw(folder)
        stack.stop()
    return 0


def start(stack: Stack) -> None:
    say("Starting PostgreSQL and Valkey …")
    stack.start_servers()
    if stack.environment["SOBANI_ENV"] == "demo" and not stack.environment.get("EMAIL_URL"):
        mail, stack.environment["EMAIL_URL"] = mail_server()
        stack.family.start(mail)
    servers_file.publish(stack.folder, stack.environment)
    say("Preparing the database …")
    manage(stack, "compile_translations")
    manage(stack, "migrate")
    if stack.environment["SOBANI_ENV"] == "demo":
        manage(stack, "seed_demo")
    say("Starting web, worker and timekeeper …")
    port = stack.environment["PORT"]
    first, *others = web_processes(int(port))
    stack.family.start(Child("worker", WORKER))
    stack.family.start(Child("timekeeper", TIMEKEEPER))
    for web in others:
        stack.family.start(web)
    stack.family.start(first, lambda: answers(port))
    print(f"\nReady: http://localhost:{port}\n", flush=True)
    if stack.environment["SOBANI_ENV"] == "demo":
        manage(stack, "demo_links", check=False)  # whatever crashes now is started again


def web_processes(port: int) -> list[Child]:
    """The web processes, several because one interpreter cannot use two cores. They share our
    socket, which stays open when one of them is killed: another serves, or clients wait."""
    listening = _listen(port)
    command = [
        PYTHON,
        "-m",
        "uvicorn",
        APPLICATION,
        "--fd",
        "0",
        "--timeout-graceful-shutdown",
        "5",
        "--no-access-log",
        "--log-level",
        "warning",
    ]
    count = int(os.environ.get("WEB_PROCESSES") or min(2, os.cpu_count() or 1))
    names = ["web", *(f"web{number}" for number in range(2, count + 1))]
    return [Child(name, command, stdin=listening) for name in names]


def _listen(port: int) -> int:
    try:
        listening = socket.create_server(("127.0.0.1", port), backlog=2048)
    except OSError as error:
        raise DidNotStart(f"port {port}: {error.strerror}") from error
    # Connections inherit it. uvicorn takes a socket it was handed for a Unix one and leaves it out:
    # an answer's body would wait until the other side has acknowledged its head.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening.detach()


def manage(stack: Stack, command: str, *, check: bool = True) -> None:
    subprocess.run([PYTHON, "manage.py", command], cwd=ROOT, env=stack.environment, check=check)


def answers(port: str) -> bool:
    """Whether it serves: an unknown host's page is a 404 as soon as the database answers."""
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def stop_running() -> int:
    """`make stop`: ask the launcher of this DATA_DIR to end."""
    pid = servers_file.running_launcher(servers_file.data_folder())
    if pid is None:
        print("Nothing is running here.")
    else:
        os.kill(pid, signal.SIGTERM)
    return 0


def say(text: str) -> None:
    print(text, flush=True)
