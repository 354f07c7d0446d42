"""What was promised runs: once in effect, not before its time, and not forever."""

import threading
from collections import Counter
from datetime import timedelta

import psycopg
import pytest
from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from jobs.claims import EVER, MOST_FAILURES, Claim, claim, next_due
from jobs.models import Job, SettledJob
from jobs.registry import CLOCK, LastWord, Retry
from jobs.runs import CLOCK_LEASE, back_off, run_next
from jobs.services import CHANNEL, Promise, cancel, cancel_with_prefix, schedule_all
from people.models import Department
from tenants.connections import conninfo
from tenants.models import Company
from tests.jobs.by_hand import run_now, state_of
from tests.jobs.conftest import LANE, Declare, schedule_job


def run_all() -> int:
    count = 0
    while run_next(LANE, "test"):
        count += 1
    return count


def test_a_due_job_runs_inside_its_company_and_is_done(acme: Company, declare: Declare) -> None:
    seen: list[str] = []
    job = schedule_job(acme, declare(lambda _job: seen.append(Department.objects.all()[0].name)))
    assert run_all() == 1
    assert (state_of(job), len(seen)) == (SettledJob.State.DONE, 1)
    assert run_all() == 0


@pytest.mark.parametrize("calls_out", [False, True])
def test_what_a_suspended_company_promised_waits_until_it_is_back(
    acme: Company, declare: Declare, calls_out: bool
) -> None:
    seen: list[str] = []
    kind = declare(lambda job: seen.append(job.kind), calls_out=calls_out)
    job = schedule_job(acme, kind)
    Company.objects.filter(pk=acme.pk).update(is_suspended=True)
    run_all()
    assert (state_of(job), seen, job.due_at > timezone.now()) == (Job.State.PENDING, [], True)
    Company.objects.filter(pk=acme.pk).update(is_suspended=False)
    Job.objects.filter(pk=job.pk).update(due_at=Now())
    run_all()
    assert (state_of(job), seen) == (SettledJob.State.DONE, [kind])


def test_nothing_runs_before_its_time(acme: Company, declare: Declare) -> None:
    later = timezone.now() + timedelta(hours=1)
    job = schedule_job(acme, declare(lambda _job: None), due_at=later)
    assert run_all() == 0
    crew, seconds = next_due(LANE, {CLOCK: EVER}) or ("", 0.0)
    assert (crew, seconds > 60) == (CLOCK, True)
    Job.objects.filter(pk=job.pk).update(due_at=Now())
    assert run_all() == 1


def test_the_same_key_is_one_promise(acme: Company, declare: Declare) -> None:
    kind = declare(lambda _job: None)
    first = schedule_job(acme, kind, payload={"n": 1})
    assert schedule_job(acme, kind, payload={"n": 2}) == first
    assert first.payload == {"n": 1}


def test_promises_made_together_are_each_made_once(acme: Company, declare: Declare) -> None:
    kind = declare(lambda _job: None)
    done, waiting = schedule_job(acme, kind, "done"), schedule_job(acme, kind, "waiting")
    cancel(done.key)
    keys = [done.key, waiting.key, f"{kind}:new", f"{kind}:new"]
    promises = [Promise(kind=kind, key=key, lane=LANE, payload={"again": True}) for key in keys]
    schedule_all(acme, promises)
    found = Job.objects.filter(kind=kind).order_by("pk").values_list("key", "payload")
    assert list(found) == [(waiting.key, {}), (f"{kind}:new", {"again": True})]
    assert state_of(done) == SettledJob.State.CANCELLED


def test_a_transaction_wakes_each_crew_once_and_only_for_what_is_due(
    committed: Company, declare: Declare
) -> None:
    kind = declare(lambda _job: None)
    with psycopg.connect(conninfo("listener"), autocommit=True) as listener:
        listener.execute(f"LISTEN {CHANNEL}")
        with transaction.atomic():
            for number, (crew, after) in enumerate([("a", 0), ("a", 0), ("b", 0), ("c", 30)]):
                later = timedelta(seconds=after)
                schedule_job(committed, kind, str(number), crew=crew, after=later)
        schedule_job(committed, kind, "last", crew="last")
        heard = [notice.payload for notice in listener.notifies(timeout=30, stop_after=3)]
    assert sorted(heard) == ["a", "b", "last"]


def test_the_last_word_of_a_job_that_calls_out_is_written_as_it_ends(
    acme: Company, declare: Declare
) -> None:
    Department.objects.create(code="99", name="売場")
    rename = "UPDATE people_department SET name = %s WHERE code = '99'"
    job = schedule_job(acme, declare(lambda _job: LastWord(rename, ["倉庫"]), calls_out=True))
    assert run_all() == 1
    assert (state_of(job), Department.objects.get(code="99").name) == ("done", "倉庫")


def waits_for_the_disk() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        return bool(cursor.fetchone()[0] == "on")


@pytest.mark.parametrize("calls_out", [False, True])
def test_only_the_end_of_what_may_be_repeated_is_not_waited_for(
    acme: Company, declare: Declare, calls_out: bool
) -> None:
    """Decision 19. All of it is one transaction here: what was set in it stays."""
    waited: list[bool] = []
    kind = declare(lambda _job: waited.append(waits_for_the_disk()), calls_out=calls_out)
    run_now(schedule_job(acme, kind).pk)
    assert (waited, waits_for_the_disk()) == ([True], not calls_out)


def test_a_claim_is_not_waited_for(acme: Company, declare: Declare) -> None:
    schedule_job(acme, declare(lambda _job: None))
    assert waits_for_the_disk()
    claim(Claim(LANE, [CLOCK], "me", CLOCK_LEASE))
    assert not waits_for_the_disk()


def test_what_a_failing_job_wrote_is_gone_and_it_is_tried_again_later(
    acme: Company, declare: Declare
) -> None:
    def write_and_fail(_job: Job) -> None:
        Department.objects.create(code="99", name="途中")
        raise RuntimeError("broken")

    job = schedule_job(acme, declare(write_and_fail))
    assert run_all() == 1
    assert not Department.objects.filter(code="99").exists()
    assert (state_of(job), job.attempts, job.failures) == (Job.State.PENDING, 1, 1)
    assert job.due_at > timezone.now()
    assert "broken" in job.last_error


def test_a_job_that_never_succeeds_is_given_up_and_seen(acme: Company, declare: Declare) -> None:
    def fail(_job: Job) -> None:
        raise RuntimeError

    job = schedule_job(acme, declare(fail))
    for _attempt in range(MOST_FAILURES):
        Job.objects.filter(pk=job.pk).update(due_at=Now())
        run_all()
    assert (state_of(job), job.failures) == (Job.State.DEAD, MOST_FAILURES)


def test_a_handler_may_ask_for_another_time_as_often_as_it_likes(
    acme: Company, declare: Declare
) -> None:
    def later(_job: Job) -> None:
        raise Retry(timedelta(minutes=5))

    job = schedule_job(acme, declare(later, calls_out=True))
    for _attempt in range(MOST_FAILURES + 3):
        Job.objects.filter(pk=job.pk).update(due_at=Now())
        run_all()
    assert state_of(job) == Job.State.PENDING
    assert job.due_at > timezone.now() + timedelta(minutes=4)


def test_what_a_dead_timekeeper_had_begun_is_taken_over_after_its_lease(
    acme: Company, declare: Declare
) -> None:
    job = schedule_job(acme, declare(lambda _job: None, calls_out=True))
    begun = Job.objects.filter(pk=job.pk)
    begun.update(state=Job.State.LEASED, lease_until=Now() + timedelta(seconds=5))
    assert run_all() == 0
    begun.update(lease_until=Now() - timedelta(seconds=1))
    assert run_all() == 1
    assert state_of(job) == SettledJob.State.DONE


def test_cancelled_jobs_do_not_run(acme: Company, declare: Declare) -> None:
    ran: list[str] = []
    kind = declare(lambda job: ran.append(job.key))
    one, two, three = (schedule_job(acme, kind, key) for key in ("a", "b:1", "b:2"))
    assert cancel(one.key) == 1
    assert cancel_with_prefix(f"{kind}:b:1") == 1
    run_all()
    assert ran == [three.key]
    assert (state_of(one), state_of(two)) == (
        SettledJob.State.CANCELLED,
        SettledJob.State.CANCELLED,
    )


def test_a_kind_that_no_room_handles_waits(acme: Company) -> None:
    job = schedule_job(acme, "test.of_tomorrow")
    assert run_all() == 0
    assert state_of(job) == Job.State.PENDING


@pytest.mark.parametrize(("failures", "seconds"), [(1, 0.5), (2, 1), (5, 8), (8, 60), (2000, 60)])
def test_waits_grow_up_to_a_minute(failures: int, seconds: float) -> None:
    waits = [back_off(failures).total_seconds() for _draw in range(50)]
    assert seconds * 0.7 <= min(waits)
    assert max(waits) <= seconds * 1.3


def test_four_timekeepers_run_two_hundred_jobs_once_each(
    committed: Company, declare: Declare
) -> None:
    ran: Counter[str] = Counter()
    kinds = [
        declare(lambda job: ran.update([job.key])),
        declare(lambda job: ran.update([job.key]), calls_out=True),
    ]
    for number in range(200):
        schedule_job(committed, kinds[number % 2], str(number))

    def keep_time() -> None:
        run_all()
        connection.close()

    keepers = [threading.Thread(target=keep_time) for _keeper in range(4)]
    for keeper in keepers:
        keeper.start()
    for keeper in keepers:
        keeper.join()
    assert len(ran) == 200
    assert set(ran.values()) == {1}
    assert not Job.objects.filter(kind__in=kinds).exists()
    assert SettledJob.objects.filter(kind__in=kinds, state="done").count() == 200


def test_a_promise_dies_with_the_transaction_that_made_it(
    committed: Company, declare: Declare
) -> None:
    kind = declare(lambda _job: None)
    connection.set_autocommit(False)
    schedule_job(committed, kind)
    connection.rollback()
    connection.set_autocommit(True)
    assert not Job.objects.filter(kind=kind).exists()
