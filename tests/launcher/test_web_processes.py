"""Two web processes on one socket: killing one refuses nobody, and none outlives the launcher."""

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from launcher import run
from launcher.processes import Family
from launcher.run import answers, web_processes
from tests.peers import free_port

PATIENCE = 60.0


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def family(
    django_db_setup: None, port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Family]:
    monkeypatch.setenv("WEB_PROCESSES", "2")
    family = Family(dict(os.environ), None, tmp_path / "processes.json")
    for child in web_processes(port):
        family.start(child)
    try:
        until(lambda: len(serving(family)) == 2 and answers(str(port)))
        yield family
    finally:
        family.stop()
        os.close(family.children[0].stdin)


def until(is_so) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def serving(family: Family) -> list[int]:
    """The processes below the guards."""
    guards = [child.process.pid for child in family.children if child.process]
    found = [Path(f"/proc/{pid}/task/{pid}/children") for pid in guards]
    return [int(pid) for file in found if file.exists() for pid in file.read_text().split()]


def status(port: int) -> int:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/accounts/login/", headers={"Host": "acme.localhost"}
    )
    return int(urllib.request.urlopen(request, timeout=PATIENCE).status)


def test_while_one_is_killed_the_other_answers_and_it_comes_back(family: Family, port: int) -> None:
    killed = serving(family)[0]
    os.kill(killed, signal.SIGKILL)
    assert [status(port) for _request in range(10)] == [200] * 10

    def is_back() -> bool:
        family.revive()
        return len(serving(family)) == 2 and killed not in serving(family)

    until(is_back)


def test_they_end_with_their_launcher(family: Family, port: int) -> None:
    pids = serving(family)
    assert len(pids) == 2
    family.stop = lambda: None  # type: ignore[method-assign]
    os.close(family.alive_write)  # as when it is killed
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids))


def test_the_body_of_an_answer_does_not_wait_until_its_head_is_acknowledged(
    port: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "APPLICATION", "tests.launcher.own_connections:application")
    family = Family(dict(os.environ), None, tmp_path / "processes.json")
    web = web_processes(port)[0]
    try:
        family.start(web)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=PATIENCE) as answer:
            assert json.load(answer) == [True]
    finally:
        family.stop()
        os.close(web.stdin)
