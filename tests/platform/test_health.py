"""The health page is green while the clocks run, and red when an alarm could be late."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from jobs.models import Job
from jobs.running import beat
from tenants.models import Company


def health() -> tuple[int, dict[str, dict[str, object]]]:
    answer = Client(headers={"Host": "localhost"}).get("/health/")
    return answer.status_code, answer.json()["checks"]


@pytest.fixture
def ticking(acme: Company) -> Company:
    Job.objects.all().delete()
    beat("test:1")
    return acme


def promised(company: Company, seconds: int = 60, **fields: object) -> None:
    late = timezone.now() - timedelta(seconds=seconds)
    given = {"kind": "escalation.move", "key": "one", "lane": 0, "due_at": late}
    Job.objects.create(company=company, **given | fields)


def test_all_is_well_while_the_timekeeper_beats(ticking: Company) -> None:
    status, checks = health()
    assert status == 200
    assert all(check["ok"] for check in checks.values()), checks


def test_a_silent_timekeeper_is_red(ticking: Company) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE public.jobs_heartbeat SET at = now() - interval '1 minute'")
    status, checks = health()
    assert (status, checks["timekeeper"]["ok"]) == (503, False)


@pytest.mark.parametrize(
    ("fields", "red"),
    [
        ({"kind": "notifications.deliver"}, "lane_0"),
        ({"seconds": 7}, "moves"),
        ({"state": Job.State.DEAD}, "given_up"),
        ({"kind": "nobody.knows", "lane": 1}, "kinds"),
    ],
)
def test_what_would_be_late_or_lost_is_red(
    ticking: Company, fields: dict[str, Any], red: str
) -> None:
    promised(ticking, **fields)
    status, checks = health()
    assert status == 503
    assert [name for name, check in checks.items() if not check["ok"]] == [red]


def test_a_company_s_host_has_no_health_page(acme: Company) -> None:
    assert Client(headers={"Host": "acme.localhost"}).get("/health/").status_code == 404
