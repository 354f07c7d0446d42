"""Who runs what next, and whose word about a job counts."""

import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from jobs.claims import MOST_FAILURES, Claim, Marks, claim, free_overdue
from jobs.models import Job, SettledJob, Urgency
from jobs.registry import CLOCK, SENDER, LastWord, Retry, handlers
from jobs.runs import CLOCK_LEASE, run, run_handed
from jobs.services import cancel, schedule
from jobs.signs_of_life import beat, sign_off
from people.models import Department
from tenants.context import run_in
from tenants.models import Company
from tests.jobs.by_hand import state_of
from tests.jobs.conftest import LANE, Declare, schedule_job
from tests.live.unfenced import run_without_fence

A_POD = "sobani-timekeeper-6f9c8b7d5-" + "x" * 35


def taken(me: str = "me", most: int = 1, crews: tuple[str, ...] = (CLOCK, SENDER)) -> list[Job]:
    return claim(Claim(LANE, crews, me, CLOCK_LEASE, most=most))


def lease_runs_out(job: Job) -> None:
    held = Job.objects.filter(pk=job.pk)
    held.update(lease_until=Now() - timedelta(seconds=1))
    assert free_overdue() == 1


def test_a_claimed_job_enters_its_company_without_reading_it(
    acme: Company, declare: Declare
) -> None:
    schedule_job(acme, declare(lambda _job: None))
    (job,) = taken()
    with CaptureQueriesContext(connection) as sent:
        run_in(job.company, lambda: None)
    assert not [one["sql"] for one in sent if "tenants_company" in one["sql"]]


# The word of an older holder is void


@pytest.mark.parametrize("calls_out", [False, True])
def test_what_a_holder_says_after_his_lease_is_void(
    acme: Company, declare: Declare, calls_out: bool
) -> None:
    sent: list[str] = []
    kind = declare(lambda job: sent.append(job.lease_by), calls_out=calls_out)
    job = schedule_job(acme, kind)
    (slow,) = taken("slow")
    lease_runs_out(job)
    (quick,) = taken("quick")
    run(slow)
    assert state_of(job) == Job.State.LEASED
    run(quick)
    assert (state_of(job), sent[-1]) == (SettledJob.State.DONE, "quick")
    run(slow)
    assert state_of(job) == SettledJob.State.DONE
    assert sent.count("slow") == (2 if calls_out else 0)


def test_the_last_word_of_an_older_holder_stands_for_what_he_did(
    acme: Company, declare: Declare
) -> None:
    Department.objects.create(code="99", name="売場")
    rename = "UPDATE people_department SET name = %s WHERE code = '99'"
    kind = declare(lambda job: LastWord(rename, [job.lease_by]), calls_out=True)
    job = schedule_job(acme, kind)
    (slow,) = taken("slow")
    lease_runs_out(job)
    taken("quick")
    run(slow)
    assert (state_of(job), Department.objects.get(code="99").name) == (Job.State.LEASED, "slow")


def test_an_older_holder_that_fails_puts_nothing_back(acme: Company, declare: Declare) -> None:
    def fail_for_the_slow(job: Job) -> None:
        if job.lease_by == "slow":
            raise RuntimeError("late")

    job = schedule_job(acme, declare(fail_for_the_slow, calls_out=True))
    (slow,) = taken("slow")
    lease_runs_out(job)
    (quick,) = taken("quick")
    run(slow)
    job.refresh_from_db()
    assert (job.state, job.lease_by, job.last_error != "late") == ("leased", "quick", True)
    run(quick)
    assert state_of(job) == SettledJob.State.DONE


def test_the_same_holder_s_earlier_claim_is_void_as_well(acme: Company, declare: Declare) -> None:
    ran: list[int] = []
    job = schedule_job(acme, declare(lambda one: ran.append(one.attempts)))
    (first,) = taken()
    lease_runs_out(job)
    (again,) = taken()
    run(first)
    run(again)
    assert ran == [2]


def test_without_the_fence_both_holders_would_do_it(acme: Company, declare: Declare) -> None:
    ran: list[str] = []
    kind = declare(lambda one: ran.append(one.lease_by))
    job = schedule_job(acme, kind)
    (slow,) = taken("slow")
    lease_runs_out(job)
    (quick,) = taken("quick")
    for one in (slow, quick):
        run_without_fence(one, handlers[kind])
    assert (ran, state_of(job)) == (["slow", "quick"], SettledJob.State.DONE)


def test_of_two_messages_of_one_job_only_the_newest_is_obeyed(
    acme: Company, declare: Declare
) -> None:
    ran: list[int] = []
    job = schedule_job(acme, declare(lambda one: ran.append(one.attempts)))
    handing = Claim(LANE, [CLOCK], "keeper", CLOCK_LEASE, state=Job.State.HANDED)
    (first,) = claim(handing)
    lease_runs_out(job)
    (second,) = claim(handing)
    for attempt in (first.attempts, second.attempts, second.attempts):
        run_handed(job.pk, attempt, "worker")
    assert ran == [second.attempts]
    assert state_of(job) == SettledJob.State.DONE


def test_a_message_of_a_job_that_rests_is_void(acme: Company, declare: Declare) -> None:
    def rest(_job: Job) -> None:
        raise Retry(timedelta(minutes=10))

    job = schedule_job(acme, declare(rest))
    (handed,) = claim(Claim(LANE, [CLOCK], "keeper", CLOCK_LEASE, state=Job.State.HANDED))
    for _message in range(3):
        run_handed(job.pk, handed.attempts, "worker")
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.PENDING, 1)


def test_one_that_only_waits_for_a_worker_was_not_tried(acme: Company, declare: Declare) -> None:
    job = schedule_job(acme, declare(lambda _job: None))
    for _round in range(MOST_FAILURES + 3):
        claim(Claim(LANE, [CLOCK], "keeper", CLOCK_LEASE, state=Job.State.HANDED))
        lease_runs_out(job)
    job.refresh_from_db()
    assert (job.state, job.failures) == (Job.State.PENDING, 0)


def test_one_that_waits_for_a_worker_is_cancelled_with_its_reason(
    acme: Company, declare: Declare
) -> None:
    job = schedule_job(acme, declare(lambda _job: None))
    (handed,) = claim(Claim(LANE, [CLOCK], "keeper", CLOCK_LEASE, state=Job.State.HANDED))
    assert cancel(job.key) == 1
    run_handed(job.pk, handed.attempts, "worker")
    assert state_of(job) == SettledJob.State.CANCELLED


# What a silent process had begun


def test_a_process_without_a_sign_of_life_holds_nothing(acme: Company, declare: Declare) -> None:
    job = schedule_job(acme, declare(lambda _job: None, calls_out=True))
    beat(A_POD)
    taken(A_POD)
    assert free_overdue() == 0
    with connection.cursor() as cursor:
        cursor.execute("UPDATE public.jobs_heartbeat SET at = at - interval '6 s'")
    assert free_overdue() == 1
    assert state_of(job) == Job.State.PENDING
    sign_off(A_POD)


KILLS_ITSELF = """
import os, signal
import django; django.setup()
from jobs.claims import Claim, claim
from jobs.registry import handler
from jobs.runs import CLOCK_LEASE, run
handler({kind!r}, lane={lane})(lambda job: os.kill(os.getpid(), signal.SIGKILL))
for job in claim(Claim({lane}, ["clock"], "victim", CLOCK_LEASE)): run(job)
"""


def test_a_job_that_ends_its_process_is_given_up(committed: Company, declare: Declare) -> None:
    kind = declare(lambda _job: None)
    job = schedule_job(committed, kind)
    Job.objects.filter(pk=job.pk).update(failures=MOST_FAILURES - 2)
    settings = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    for state in (Job.State.PENDING, Job.State.DEAD):
        script = KILLS_ITSELF.format(kind=kind, lane=LANE)
        # The handler of this test must not be known there twice.
        ended = subprocess.run([sys.executable, "-c", script], env=settings, check=False)
        assert ended.returncode == -signal.SIGKILL
        lease_runs_out(job)
        job.refresh_from_db()
        assert (job.state, "its process ended" in job.last_error) == (state, True)


def test_a_failure_at_commit_counts(committed: Company, declare: Declare) -> None:
    def write_what_the_commit_refuses(_job: Job) -> None:
        Department.objects.create(code="98", name="迷子", parent_id=999_999)

    job = schedule_job(committed, declare(write_what_the_commit_refuses))
    run(*taken())
    job.refresh_from_db()
    assert (job.state, job.failures, "IntegrityError" in job.last_error) == ("pending", 1, True)
    assert not run_in(committed, Department.objects.filter(code="98").exists)


def test_a_nul_in_what_a_peer_says_is_no_obstacle(acme: Company, declare: Declare) -> None:
    def fail(_job: Job) -> None:
        raise RuntimeError("550 \0 no")

    job = schedule_job(acme, declare(fail, calls_out=True))
    run(*taken())
    job.refresh_from_db()
    assert (job.state, job.last_error) == (Job.State.PENDING, "RuntimeError: 550  no")


def test_two_thousand_retries_are_no_failure(acme: Company, declare: Declare) -> None:
    def later(_job: Job) -> None:
        raise Retry(timedelta(minutes=5))

    job = schedule_job(acme, declare(later))
    Job.objects.filter(pk=job.pk).update(attempts=2000, failures=3)
    run(*taken())
    job.refresh_from_db()
    assert (job.state, job.attempts, job.failures) == (Job.State.PENDING, 2001, 0)


def test_a_row_that_somebody_holds_is_waited_for_by_nobody(
    committed: Company, declare: Declare
) -> None:
    def lock(_job: Job) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '10ms'")
            cursor.execute("SELECT 1 FROM people_department WHERE code = '10' FOR UPDATE")

    run_in(committed, lambda: Department.objects.create(code="10", name="店"))
    job = schedule_job(committed, declare(lock))
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        def inside() -> None:
            with transaction.atomic():
                list(Department.objects.select_for_update())
                held.set()
                done.wait(30)

        run_in(committed, inside)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    run(*taken())
    done.set()
    holder.join()
    job.refresh_from_db()
    assert (job.state, job.failures, job.attempts) == (Job.State.PENDING, 0, 1)


# Order


def test_a_claimed_job_knows_the_rest_of_itself_and_of_its_company(
    acme: Company, declare: Declare
) -> None:
    job = schedule_job(acme, declare(lambda _job: None), payload={"n": [1, "二"]})
    (claimed,) = taken()
    assert (claimed.payload, claimed.created_at) == ({"n": [1, "二"]}, job.created_at)
    assert (claimed.company, claimed.company.name) == (acme, acme.name)


def test_the_most_urgent_comes_first_then_the_oldest(acme: Company, declare: Declare) -> None:
    kind = declare(lambda _job: None)
    ranks = [
        (Urgency.REST, 9),
        (Urgency.DRILL, 8),
        (Urgency.RETRY, 7),
        (Urgency.FIRST, 1),
        (Urgency.FIRST, 5),
    ]
    for urgency, age in ranks:
        schedule_job(acme, kind, f"{urgency}{age}", urgency=urgency, after=timedelta(seconds=-age))
    one_by_one = [job.key.rpartition(":")[2] for _turn in ranks for job in taken()]
    assert one_by_one == ["05", "01", "17", "28", "39"]


def test_a_first_try_goes_before_every_repeated_one(acme: Company, declare: Declare) -> None:
    def fail(_job: Job) -> None:
        raise Retry(timedelta(0))

    kind = declare(fail, calls_out=True)
    repeated = schedule_job(
        acme, kind, "repeated", after=timedelta(seconds=-60), urgency=Urgency.FIRST
    )
    run(*taken())
    first = schedule_job(acme, kind, "first", urgency=Urgency.FIRST)
    assert [job.key for _turn in range(2) for job in taken()] == [first.key, repeated.key]


def test_a_company_that_has_its_share_is_passed_over(
    acme: Company, globex: Company, declare: Declare
) -> None:
    kind = declare(lambda _job: None)
    for number in range(3):
        schedule_job(acme, kind, f"a{number}", after=timedelta(seconds=-60))
    theirs = schedule_job(globex, kind, "g")
    wanted = Claim(LANE, [CLOCK], "me", CLOCK_LEASE, most=2, full=[acme.pk])
    assert [job.key for job in claim(wanted)] == [theirs.key]


def test_looking_from_a_mark_on_forgets_nobody(acme: Company, declare: Declare) -> None:
    kind, marks = declare(lambda _job: None), Marks()
    wanted = Claim(LANE, [CLOCK], "me", CLOCK_LEASE, most=2)
    assert claim(wanted, marks) == []
    late = schedule_job(acme, kind, "late", after=timedelta(seconds=-10))
    old = schedule_job(acme, kind, "committed after minutes", after=timedelta(minutes=-3))
    assert [job.key for job in claim(wanted, marks)] == [late.key]
    marks.forget()
    assert [job.key for job in claim(wanted, marks)] == [old.key]


# A key is promised once


@pytest.fixture
def promised(committed: Company, declare: Declare) -> Job:
    return schedule_job(committed, declare(lambda _job: None))


def test_a_key_that_is_done_at_this_moment_is_not_promised_again(promised: Job) -> None:
    """A second promise waits for the end of the work, and then finds it among what is done."""
    (job,) = taken()
    waiting, done = threading.Event(), threading.Event()

    def schedule_again() -> None:
        waiting.set()
        schedule(promised.company, kind=promised.kind, key=promised.key, lane=LANE)
        done.set()
        connection.close()

    with transaction.atomic():
        run(job)
        other = threading.Thread(target=schedule_again)
        other.start()
        waiting.wait(30)
        assert not done.wait(0.5)
    other.join()
    assert not Job.objects.filter(key=promised.key).exists()
    assert state_of(promised) == SettledJob.State.DONE
