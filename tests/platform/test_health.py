"""The health page is green while the clocks run, and red when an alarm could be late."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from jobs.models import Heartbeat, Job, Urgency
from jobs.signs_of_life import beat
from tenants.models import Company

LONG_HOST = "sobani-timekeeper-6f9c8b7d5-" + "x" * 35 + ":12345"


def health() -> tuple[int, dict[str, dict[str, object]]]:
    answer = Client(headers={"Host": "localhost"}).get("/health/")
    return answer.status_code, answer.json()["checks"]


def red() -> tuple[int, list[str]]:
    status, checks = health()
    return status, [name for name, check in checks.items() if not check["ok"]]


@pytest.fixture
def ticking(acme: Company) -> Company:
    Job.objects.all().delete()
    Heartbeat.objects.all().delete()
    beat(LONG_HOST)
    beat("worker:1", Heartbeat.Role.WORKER)
    return acme


def promised(company: Company, seconds: int = 60, **fields: object) -> None:
    late = timezone.now() - timedelta(seconds=seconds)
    given = {"kind": "escalation.move", "key": "one", "lane": 0, "due_at": late}
    Job.objects.create(company=company, **given | fields)


def heartbeats(change: str, role: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE public.jobs_heartbeat SET {change} WHERE role = %s", [role])


def test_all_is_well_while_timekeeper_and_worker_beat(ticking: Company) -> None:
    status, checks = health()
    assert status == 200
    assert all(check["ok"] for check in checks.values()), checks


@pytest.mark.parametrize(
    ("change", "role", "name"),
    [
        ("at = at - interval '1 minute'", "timekeeper", "timekeeper"),
        ("at = at - interval '1 minute'", "worker", "worker"),
        ("at = at - interval '1 hour'", "worker", "worker"),
        ("busy = 90", "timekeeper", "stuck"),
        ("skew = 300", "timekeeper", "clocks"),
        ("skew = -300", "worker", "clocks"),
    ],
)
def test_a_process_that_is_silent_stuck_or_wrong_is_red(
    ticking: Company, change: str, role: str, name: str
) -> None:
    heartbeats(change, role)
    assert red() == (503, [name])


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"kind": "incidents.event_recorded:x", "state": "leased"}, ["lane_0"]),
        ({"kind": "accounts.invite", "lane": 1, "seconds": 700}, ["lane_1"]),
        ({"kind": "accounts.invite", "lane": 1, "seconds": 700, "state": "handed"}, ["lane_1"]),
        ({"seconds": 7}, ["moves"]),
        ({"seconds": 7, "state": "leased"}, ["moves"]),
        ({"state": Job.State.DEAD}, ["given_up"]),
        ({"kind": "nobody.knows", "lane": 1}, ["kinds"]),
    ],
)
def test_what_would_be_late_or_lost_is_red(
    ticking: Company, fields: dict[str, Any], names: list[str]
) -> None:
    promised(ticking, **fields)
    assert red() == (503, names)


def test_notices_that_get_through_to_nobody_are_red(ticking: Company) -> None:
    """They are tried again and again, so nothing is overdue."""
    trying = {"kind": "notifications.deliver", "attempts": 5, "crew": "email", "seconds": -20}
    promised(ticking, **trying, urgency=Urgency.DRILL, key="drill")
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    assert red() == (200, [])
    promised(ticking, **trying, urgency=Urgency.RETRY)
    Job.objects.update(created_at=timezone.now() - timedelta(minutes=3))
    assert red() == (503, ["deliveries"])


def test_one_invitation_that_failed_for_good_is_told_and_is_no_alarm(ticking: Company) -> None:
    promised(ticking, kind="accounts.invite", lane=1, state=Job.State.DEAD)
    status, checks = health()
    assert (status, checks["given_up_rest"]["ok"]) == (200, False)


@pytest.fixture
def forgotten() -> Iterator[psycopg.Connection]:
    """A transaction that somebody left open."""
    with psycopg.connect(settings.DATABASE_URL) as other:
        other.execute("SELECT 1")
        yield other


def test_a_transaction_that_stands_still_is_red(
    ticking: Company, forgotten: psycopg.Connection
) -> None:
    assert red() == (200, [])
    threading.Event().wait(5.2)
    beat(LONG_HOST)
    assert red() == (503, ["blocked"])


def test_a_person_reads_it_in_words(ticking: Company) -> None:
    heartbeats("at = at - interval '1 minute'", "worker")
    browser = Client(
        headers={"Host": "localhost", "Accept": "text/html,*/*", "Accept-Language": "ja"}
    )
    answer = browser.get("/health/")
    page = answer.content.decode()
    assert answer.status_code == 503
    assert "通報が遅れるおそれがあります" in page
    assert "ワーカー" in page
    assert "異常" in page


def test_a_company_s_host_has_no_health_page(acme: Company) -> None:
    assert Client(headers={"Host": "acme.localhost"}).get("/health/").status_code == 404
