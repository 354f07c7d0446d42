"""A timekeeper's threads: nobody waits for another company's peer, and idle ones do nothing."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from jobs.crews import Claimer
from jobs.models import Job
from jobs.registry import CLOCK
from jobs.services import schedule
from tenants.models import Company
from tests.jobs.by_hand import state_of
from tests.jobs.conftest import LANE, Declare, schedule_job

PATIENCE = 20.0


class Keeper:
    """Claims as the timekeeper does, in a lane of its own."""

    def __init__(self, clocks: int) -> None:
        self.claimer = Claimer(LANE, "keeper", {CLOCK: (clocks, timedelta(seconds=30))})
        self.stopping = threading.Event()
        self.looks = 0
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self.stopping.is_set():
            self.looks += 1
            self.claimer.look(self.claimer.wait(0.2))
        connection.close()

    def __enter__(self) -> "Keeper":
        self.claimer.start()
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopping.set()
        self.thread.join()
        self.claimer.stop()


def until(happened: Callable[[], bool]) -> bool:
    latest = time.monotonic() + PATIENCE
    while time.monotonic() < latest:
        if happened():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def other(committed: Company) -> Company:
    return Company.objects.get(schema_name="globex")


def test_one_company_s_hanging_jobs_leave_half_of_the_crew_to_others(
    committed: Company, other: Company, declare: Declare
) -> None:
    goes_on, running = threading.Event(), threading.Semaphore(0)

    def hang(_job: Job) -> None:
        running.release()
        assert goes_on.wait(PATIENCE)

    hanging, quick = declare(hang), declare(lambda _job: None)
    jobs = [schedule_job(committed, hanging, str(number)) for number in range(6)]
    try:
        with Keeper(clocks=4) as keeper:
            assert running.acquire(timeout=PATIENCE)
            assert running.acquire(timeout=PATIENCE)
            theirs = schedule_job(other, quick)
            keeper.claimer.ring(CLOCK)
            assert until(lambda: state_of(theirs) == "done")
            assert not running.acquire(timeout=0.5)
            goes_on.set()
            assert until(lambda: all(state_of(job) == "done" for job in jobs))
    finally:
        goes_on.set()


def test_idle_threads_ask_for_nothing_though_a_job_cannot_be_taken(
    committed: Company, declare: Declare
) -> None:
    """Somebody else holds its row: it is looked at again at its pace, and not a thousand times."""
    job = schedule_job(committed, declare(lambda _job: None))
    connection.set_autocommit(False)
    try:
        Job.objects.select_for_update().get(pk=job.pk)
        with Keeper(clocks=2) as keeper:
            time.sleep(1.0)
            assert keeper.looks <= 12
            connection.rollback()
            assert until(lambda: keeper.claimer.crews[CLOCK].busy() == 0 and keeper.looks > 0)
            connection.set_autocommit(True)
            assert until(lambda: state_of(job) == "done")
    finally:
        connection.rollback()
        connection.set_autocommit(True)


def test_what_comes_due_between_a_look_and_the_sleep_is_not_slept_over(
    committed: Company, declare: Declare
) -> None:
    claimer = Claimer(LANE, "keeper", {CLOCK: (1, timedelta(seconds=30))})
    job = schedule_job(committed, declare(lambda _job: None), after=timedelta(seconds=0.5))
    claimer.look([CLOCK])
    time.sleep(1.0)
    began = time.monotonic()
    assert claimer.wait(PATIENCE) == {CLOCK}
    assert time.monotonic() - began < PATIENCE / 2
    assert state_of(job) == Job.State.PENDING


def test_a_job_that_is_taken_again_beside_its_first_run_costs_no_thread(
    committed: Company, other: Company, declare: Declare
) -> None:
    """Its lease ran out, or a crash forgot the claim. All four can still meet afterwards."""
    twice, four = threading.Barrier(2), threading.Barrier(4)
    again = declare(lambda _job: meet(twice), calls_out=True)
    together = declare(lambda _job: meet(four))
    with Keeper(clocks=4) as keeper:
        job = schedule_job(committed, again, crew=CLOCK)
        keeper.claimer.ring(CLOCK)
        assert until(lambda: twice.n_waiting == 1)
        Job.objects.filter(pk=job.pk).update(state=Job.State.PENDING, lease_until=None)
        assert until(lambda: state_of(job) == "done")
        assert until(lambda: keeper.claimer.busy() == 0)
        companies = (committed, committed, other, other)
        after = [schedule_job(one, together, str(n)) for n, one in enumerate(companies)]
        keeper.claimer.ring(CLOCK)
        assert until(lambda: all(state_of(one) == "done" for one in after))


def meet(barrier: threading.Barrier) -> None:
    barrier.wait(PATIENCE)


def test_a_promise_wakes_the_crew_and_each_runs_once(committed: Company, declare: Declare) -> None:
    ran: list[str] = []
    kind = declare(lambda job: ran.append(job.key))
    with Keeper(clocks=4) as keeper:
        for number in range(50):
            schedule(committed, kind=kind, key=f"{kind}:{number}", lane=LANE)
            keeper.claimer.ring(CLOCK)
        assert until(lambda: len(ran) == 50)
    assert len(set(ran)) == 50
