"""Killed at random moments, a whole stack loses nothing that it acknowledged."""

import asyncio
import json
import os
import random
import signal
import time
from pathlib import Path

import pytest

from demo.checking import differences
from demo.fleet import Enrolment, Fleet
from demo.seeding import PASSWORD
from demo.sound import SAMPLE, read_sound
from tests.live.conftest import free_port
from tests.live.stacks import WholeStack

KILLS = int(os.environ.get("PROVE_KILLS", "3"))  # `make prove` kills more often
DEVICES = 20 if KILLS >= 20 else 5
BETWEEN_KILLS = (1.0, 3.0)
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


def kill_at_random(stack: WholeStack, chance: random.Random, kills: int) -> None:
    """The last one is the launcher itself, which is then started again."""
    for number in range(1, kills):
        time.sleep(chance.uniform(*BETWEEN_KILLS))
        print(f"kill {number}/{kills}: {stack.kill_one(chance)}", flush=True)
    time.sleep(chance.uniform(*BETWEEN_KILLS))
    print(f"kill {kills}/{kills}: launcher", flush=True)
    stack.stop(signal.SIGKILL)
    stack.start()


async def lived_through(stack: WholeStack, kills: int, seed: int) -> tuple[Fleet, list[str]]:
    """The fleet works while processes die; what it was promised and does not find afterwards."""
    fleet, enrolments = await asyncio.to_thread(fleet_for, stack, DEVICES)
    sign_ins = [(name, PASSWORD) for name in ("boris", "second", "carla")]
    work = asyncio.create_task(fleet.work(enrolments, sign_ins, kills * BETWEEN_KILLS[1]))
    await asyncio.sleep(2)
    await asyncio.to_thread(kill_at_random, stack, random.Random(seed), kills)
    supervisors = await work
    try:
        return fleet, await differences(fleet, supervisors)
    finally:
        for one in supervisors:
            await one.caller.session.close()


@pytest.mark.timeout(900)
def test_any_process_killed_at_random_loses_nothing_acknowledged(tmp_path: Path) -> None:
    seed = int(os.environ.get("PROVE_SEED") or random.randrange(10**6))
    print(f"seed {seed}")
    tmp_path.chmod(0o755)
    stack = WholeStack(tmp_path / "honest", free_port())
    stack.start()
    try:
        fleet, lost = asyncio.run(lived_through(stack, KILLS, seed))
    finally:
        stack.stop()
    print(f"PROVED {KILLS} kills, {fleet.ledger.counts()}, lost {len(lost)}")
    assert lost == []
    counts = fleet.ledger.counts()
    # A supervisor whose 2xx a kill cut off was promised nothing: his second try is told "already".
    assert counts.pop("acknowledgements") >= DEVICES // 2
    assert min(counts.values()) >= DEVICES
    assert stack.leftovers() == []


@pytest.mark.skipif(KILLS < 20, reason="NOT RUN: proves the proof itself; `make prove kills`")
@pytest.mark.timeout(300)
def test_a_server_that_answers_before_it_commits_is_found_out(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    stack = WholeStack(tmp_path / "early", free_port(), module="tests.live.early")
    stack.start()
    try:
        fleet, lost = asyncio.run(lived_through(stack, 1, 7))
    finally:
        stack.stop()
    assert fleet.ledger.counts()["units"]
    assert [line for line in lost if "is lost or altered" in line]
