"""`make run`: starts again what crashes, keeps its data, leaves nothing behind."""

import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.live.conftest import free_port
from tests.live.stacks import WholeStack

pytestmark = pytest.mark.timeout(240)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeStack]:
    # pytest's folders are 0700: as root, PostgreSQL runs as somebody who cannot walk through.
    running = WholeStack(tmp_path_factory.mktemp("run") / "data", free_port())
    running.start()
    yield running
    if running.process and running.process.poll() is None:
        running.stop()


def page(stack: WholeStack, path: str = "/accounts/login/") -> int:
    """Its status; a process that lost its database a moment ago asks to come again."""
    status = 503
    for _ in range(5):
        status = asked(stack, path)
        if status != 503:
            break
        time.sleep(1)
    return status


def asked(stack: WholeStack, path: str) -> int:
    session = requests.Session()
    session.headers["Host"] = f"acme.localhost:{stack.port}"
    try:
        url = f"http://127.0.0.1:{stack.port}{path}"
        return session.get(url, timeout=5, allow_redirects=False).status_code
    except requests.RequestException:
        return 0


def is_healthy(stack: WholeStack) -> bool:
    """The database answers too: a page may be there without it."""
    try:
        return requests.get(f"http://localhost:{stack.port}/health/", timeout=5).ok
    except requests.RequestException:
        return False


def until_page(stack: WholeStack) -> None:
    deadline = time.monotonic() + 60
    while page(stack) != 200 or not is_healthy(stack):
        assert time.monotonic() < deadline, stack.output.read_text()
        time.sleep(0.1)


def without_leftovers(stack: WholeStack) -> None:
    deadline = time.monotonic() + 30
    while left := stack.leftovers():
        assert time.monotonic() < deadline, left
        time.sleep(0.1)


def test_the_printed_links_sign_in(stack: WholeStack) -> None:
    links = re.findall(r"acme\.localhost:\d+(/demo/sign-in/\S+)", stack.output.read_text())
    assert len(links) >= 2
    assert [page(stack, link) for link in links] == [302] * len(links)


def test_a_second_start_in_the_same_folder_says_who_is_there(stack: WholeStack) -> None:
    other = WholeStack(stack.folder, free_port(), out="second.out")
    with pytest.raises(AssertionError, match="Already running in"):
        other.start()
    assert page(stack) == 200


def test_a_taken_port_is_said_before_anything_starts(stack: WholeStack, tmp_path: Path) -> None:
    other = WholeStack(tmp_path / "other", stack.port)
    with pytest.raises(AssertionError, match=f"Port {stack.port} cannot be used"):
        other.start()


@pytest.mark.parametrize("name", ["web", "postgres", "mail"])
def test_whatever_crashes_is_started_again(stack: WholeStack, name: str) -> None:
    crashed = stack.below(stack.guards()[name])
    os.kill(crashed[0], signal.SIGKILL)
    deadline = time.monotonic() + 60
    while stack.below(stack.guards()[name]) in ([], crashed):
        assert time.monotonic() < deadline, stack.output.read_text()
        time.sleep(0.1)
    until_page(stack)


def test_a_second_copy_runs_beside_it_and_a_terminals_ctrl_c_leaves_nothing(
    stack: WholeStack, tmp_path: Path
) -> None:
    second = WholeStack(tmp_path / "second", free_port())
    second.start()
    assert second.process
    try:
        assert [page(stack), page(second)] == [200, 200]
        assert second.leftovers()
    finally:
        os.killpg(second.process.pid, signal.SIGINT)
        code = second.process.wait(40)
    assert code == 0
    assert second.leftovers() == []
    assert page(stack) == 200


def test_killed_outright_it_leaves_nothing_and_starts_again_with_its_data(
    stack: WholeStack,
) -> None:
    before = stack.manage("shell", "-c", COUNT)
    stack.stop(signal.SIGKILL)
    without_leftovers(stack)
    stack.start()
    assert stack.manage("shell", "-c", COUNT) == before
    assert "acme 30" in before


COUNT = """
from people.models import Employee
from tenants.context import run_in
from tenants.models import Company
for name in ("acme", "globex"):
    company = Company.objects.get(schema_name=name)
    print(name, run_in(company, Employee.objects.count))
"""
