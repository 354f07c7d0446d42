"""The platform makes companies, suspends them, and looks after jobs that failed for good."""

import uuid
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from jobs.models import Job
from tenants.context import run_in
from tenants.hosts import forget_cached_companies
from tenants.models import Company, Domain
from tenants.schemas import leave_schema
from tests.conftest import signed_in


@pytest.fixture
def platform(db):
    home = Company.objects.get(schema_name="platform")
    leave_schema()
    yield run_in(home, lambda: signed_in(User.objects.get(username="platform"), "localhost"))
    forget_cached_companies()
    leave_schema()


def make(platform: Client, **given: str) -> tuple[str, Any]:
    name = f"new{uuid.uuid4().hex[:6]}"
    fields = {"name": "新会社", "schema_name": name, "host": f"{name}.localhost"} | given
    return name, platform.post("/admin/tenants/company/add/", fields)


def test_a_company_is_made_whole_and_answers_on_its_host(platform):
    name, answer = make(platform, support="on")
    assert answer.status_code == 302
    forget_cached_companies()
    assert Client(headers={"Host": f"{name}.localhost"}).get("/app/").status_code == 200
    leave_schema()
    assert Company.objects.get(schema_name=name).contract.number


@pytest.mark.parametrize("name", ["public", "pg_x", "Acme", "a;drop", "acme"])
def test_a_name_that_cannot_be_is_refused_in_words(name, platform):
    _name, answer = make(platform, schema_name=name)
    assert answer.status_code == 200
    assert not Domain.objects.filter(domain__startswith="new").exists()
    assert make(platform)[1].status_code == 302


def test_a_suspended_company_is_an_unknown_host(platform):
    name, _answer = make(platform)
    company = Company.objects.get(schema_name=name)
    page = f"/admin/tenants/company/{company.pk}/change/"
    assert platform.post(page, {"name": "新会社", "is_suspended": "on"}).status_code == 302
    forget_cached_companies()
    assert Client(headers={"Host": f"{name}.localhost"}).get("/app/").status_code == 404


@pytest.fixture
def failed(platform):
    Job.objects.all().delete()
    acme = Company.objects.get(schema_name="acme")
    return Job.objects.create(company=acme, kind="x.y", key="x", state=Job.State.DEAD, attempts=9)


@pytest.mark.parametrize(("action", "state"), [("again", "pending"), ("drop", "cancelled")])
def test_a_failed_job_is_run_again_or_given_up(action, state, platform, failed):
    assert "x.y" in platform.get("/admin/jobs/job/").content.decode()
    chosen = {"action": action, "_selected_action": [failed.pk]}
    platform.post("/admin/jobs/job/", chosen)
    leave_schema()
    failed.refresh_from_db()
    assert failed.state == state


def test_what_is_done_or_waiting_is_not_touched(platform, failed):
    Job.objects.filter(pk=failed.pk).update(state=Job.State.DONE)
    chosen = {"action": "again", "_selected_action": [failed.pk]}
    platform.post("/admin/jobs/job/?state=done", chosen)
    leave_schema()
    failed.refresh_from_db()
    assert failed.state == Job.State.DONE
