"""Killed at random moments, with clocks that are wrong and without its broker, a whole stack loses
nothing that it acknowledged, forgets nobody and does nothing twice."""

import asyncio
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from demo.fleet import Enrolment, Fleet
from demo.ledger_check import differences
from demo.seed import PASSWORD
from demo.sound import SAMPLE, read_sound
from tests.live.conftest import free_port
from tests.live.stacks import FROZEN_SECONDS, ROOT, WholeStack

KILLS = int(os.environ.get("PROVE_KILLS", "3"))  # `make prove` kills more often
DEVICES = 20 if KILLS >= 20 else 5
BETWEEN_KILLS = (1.0, 3.0)
SKEWS = (300, -300) if KILLS >= 20 else (300,)
ONCE = 200 if KILLS >= 20 else 30
pytestmark = pytest.mark.prove
CODES = """
import json
from demo.management.commands.simulate import cast_of
from tenants.context import run_in
from tenants.models import Company
enrolments, sign_ins = run_in(Company.objects.get(schema_name="acme"), cast_of, {count})
print("CAST", json.dumps([[one.code, one.kind] for one in enrolments]))
"""


def fleet_for(stack: WholeStack, count: int) -> tuple[Fleet, list[Enrolment]]:
    printed = stack.manage("shell", "-c", CODES.format(count=count))
    line = next(line for line in printed.splitlines() if line.startswith("CAST "))
    enrolments = [Enrolment(code, kind) for code, kind in json.loads(line[5:])]
    url, host = f"http://127.0.0.1:{stack.port}", f"acme.localhost:{stack.port}"
    return Fleet(url, host, read_sound(SAMPLE)), enrolments


class Keepers:
    """Two more timekeepers, whose work must be done once in effect. They die and come back."""

    def __init__(self, stack: WholeStack, *, fenced: bool) -> None:
        script = f"from tests.live.once import keep_time; keep_time(fenced={fenced})"
        self.stack = stack
        self.command = [sys.executable, "manage.py", "shell", "-c", script]
        self.processes = [self._start() for _keeper in range(2)]

    def _start(self) -> "subprocess.Popen[bytes]":
        with self.stack.folder.with_name("keepers.out").open("ab") as out:
            return subprocess.Popen(
                self.command, cwd=ROOT, env=self.stack.environment, stdout=out, stderr=out
            )

    def kill_one(self, chance: random.Random) -> str:
        number = chance.randrange(len(self.processes))
        self.processes[number].kill()
        self.processes[number].wait()
        self.processes[number] = self._start()
        return f"timekeeper {number + 2}"

    def stop(self) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def kill_at_random(stack: WholeStack, keepers: Keepers, chance: random.Random, kills: int) -> None:
    """PostgreSQL and a timekeeper once for certain; the last one is the launcher itself, which is
    then started again."""
    certain = [stack.kill_the_database, lambda: keepers.kill_one(chance), stack.freeze_valkey]
    for number in range(1, kills):
        time.sleep(chance.uniform(*BETWEEN_KILLS))
        kill = (
            certain.pop()
            if certain
            else chance.choice(
                [lambda: stack.kill_one(chance)] * 3 + [lambda: keepers.kill_one(chance)]
            )
        )
        print(f"kill {number}/{kills}: {kill()}", flush=True)
    time.sleep(chance.uniform(*BETWEEN_KILLS))
    print(f"kill {kills}/{kills}: launcher", flush=True)
    stack.stop(signal.SIGKILL)
    stack.start()


async def lived_through(
    stack: WholeStack, kills: int, seed: int, *, fenced: bool = True
) -> tuple[Fleet, list[str]]:
    """The fleet works while processes die; what was promised and is not so afterwards."""
    fleet, enrolments = await asyncio.to_thread(fleet_for, stack, DEVICES)
    seconds = kills * BETWEEN_KILLS[1] + FROZEN_SECONDS
    table = ("shell", "-c", "from tests.live.once import make_table; make_table()")
    await asyncio.to_thread(lambda: stack.manage(*table, SOBANI_AS_OWNER="1"))
    scheduling = f"from tests.live.once import schedule_jobs; schedule_jobs({ONCE}, {seconds})"
    await asyncio.to_thread(stack.manage, "shell", "-c", scheduling)
    keepers = Keepers(stack, fenced=fenced)
    try:
        sign_ins = [(name, PASSWORD) for name in ("boris", "second", "carla")]
        work = asyncio.create_task(fleet.work(enrolments, sign_ins, seconds))
        await asyncio.sleep(2)
        chance = random.Random(seed)
        await asyncio.to_thread(kill_at_random, stack, keepers, chance, kills)
        supervisors = await work
        try:
            lost = await differences(fleet, supervisors)
        finally:
            for one in supervisors:
                await one.caller.session.close()
        return fleet, lost + await asyncio.to_thread(aftermath, stack)
    finally:
        keepers.stop()


def aftermath(stack: WholeStack) -> list[str]:
    """When what was promised has been done."""
    latest = time.monotonic() + 60
    while told(stack, "still_promised", "LEFT") and time.monotonic() < latest:
        time.sleep(1)
    left = told(stack, "still_promised", "LEFT")
    found: list[str] = told(stack, "tell", "AFTERMATH")
    return found + ([f"{left} jobs were never done"] if left else [])


def told(stack: WholeStack, function: str, word: str) -> Any:
    script = f"from tests.live.aftermath import {function}; {function}()"
    printed = stack.manage("shell", "-c", script)
    line = next(line for line in printed.splitlines() if line.startswith(word))
    return json.loads(line.removeprefix(word))


@pytest.mark.timeout(900)
@pytest.mark.parametrize("skew", SKEWS)
def test_whatever_dies_nothing_acknowledged_is_lost_and_nothing_is_done_twice(
    tmp_path: Path, skew: int
) -> None:
    seed = int(os.environ.get("PROVE_SEED") or random.randrange(10**6))
    print(f"seed {seed}, web's clock {skew:+} s")
    tmp_path.chmod(0o755)
    stack = WholeStack(tmp_path / "honest", free_port(), module="tests.live.skewed")
    stack.extra = {"SKEW_SECONDS": str(skew)}
    stack.start()
    try:
        fleet, lost = asyncio.run(lived_through(stack, KILLS, seed))
    finally:
        stack.stop()
    print(f"PROVED {KILLS} kills, {fleet.ledger.counts()}, lost or twice {len(lost)}")
    assert lost == []
    counts = fleet.ledger.counts()
    # A supervisor whose 2xx a kill cut off was promised nothing: his second try is told "already".
    assert counts.pop("acknowledgements") >= DEVICES // 2
    assert min(counts.values()) >= DEVICES
    assert stack.leftovers() == []


@pytest.mark.skipif(KILLS < 20, reason="NOT RUN: proves the proof itself; `make prove chaos`")
@pytest.mark.timeout(300)
def test_a_server_that_answers_before_it_commits_is_found_out(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    stack = WholeStack(tmp_path / "early", free_port(), module="tests.live.answers_too_early")
    stack.start()
    try:
        fleet, lost = asyncio.run(lived_through(stack, 1, 7))
    finally:
        stack.stop()
    assert fleet.ledger.counts()["units"]
    assert [line for line in lost if "is lost or altered" in line]


@pytest.mark.skipif(KILLS < 20, reason="NOT RUN: proves the proof itself; `make prove chaos`")
@pytest.mark.timeout(300)
def test_holders_without_a_fence_are_found_out(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    stack = WholeStack(tmp_path / "unfenced", free_port())
    stack.start()
    try:
        _fleet, lost = asyncio.run(lived_through(stack, 3, 7, fenced=False))
    finally:
        stack.stop()
    assert [line for line in lost if "done " in line and "times" in line]
