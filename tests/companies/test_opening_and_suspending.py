"""The platform makes companies, suspends them, and looks after jobs that failed for good."""

import pytest
from auditlog.models import LogEntry
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from jobs.models import Job
from notifications.models import Notice
from people.models import Employee
from tenants.context import run_in
from tenants.hosts import forget_cached_companies
from tenants.models import Company, Domain
from tenants.schemas import leave_schema
from tests.conftest import phone_of
from tests.jobs.by_hand import state_of
from tests.support.platform import SAYS_WHY, decide, make, platform

__all__ = ["platform"]


def test_a_company_is_made_whole_and_answers_on_its_host(platform):
    name, answer = make(platform, support="on")
    assert answer.status_code == 302
    forget_cached_companies()
    assert Client(headers={"Host": f"{name}.localhost"}).get("/app/").status_code == 200
    leave_schema()
    assert Company.objects.get(schema_name=name).contract.number


@pytest.mark.parametrize("name", ["public", "pg_x", "zz_x", "Acme", "a;drop", "acme"])
def test_a_name_that_cannot_be_is_refused_in_words(name, platform):
    _name, answer = make(platform, schema_name=name)
    assert answer.status_code == 200
    assert not Domain.objects.filter(domain__startswith="new").exists()
    assert make(platform)[1].status_code == 302


def status_of(name: str) -> int:
    status: int = Client(headers={"Host": f"{name}.localhost"}).get("/app/").status_code
    leave_schema()
    return status


def test_a_suspended_company_is_an_unknown_host_until_it_goes_on(platform):
    name, _answer = make(platform)
    decide(platform, name, "suspend", **SAYS_WHY)
    assert status_of(name) == 404
    assert Company.objects.get(schema_name=name).state_reason == "料金の未払い"
    decide(platform, name, "resume", **SAYS_WHY)
    assert status_of(name) == 200


@pytest.mark.parametrize("decision", ["suspend", "let_go"])
def test_nothing_is_decided_without_a_reason(decision, platform):
    name, _answer = make(platform)
    asked = decide(platform, name, decision)
    assert "理由" in asked.content.decode()
    decide(platform, name, decision, confirmed="yes", reason=" ")
    assert status_of(name) == 200


def test_a_company_that_was_let_go_does_not_come_back(platform):
    name, _answer = make(platform, support="on")
    decide(platform, name, "let_go", **SAYS_WHY)
    decide(platform, name, "resume", **SAYS_WHY)
    assert status_of(name) == 404
    company = Company.objects.get(schema_name=name)
    assert company.contract.support_until == timezone.localdate()
    assert run_in(company, lambda: User.objects.count()) == 1


def test_nobody_is_cut_off_while_waiting_for_help(platform):
    acme = Company.objects.get(schema_name="acme")
    run_in(acme, lambda: phone_of(Employee.objects.get(number="020182")).tap())
    leave_schema()
    refused = decide(platform, "acme", "suspend", **SAYS_WHY)
    assert "対応中の通報" in refused.content.decode()
    assert status_of("acme") == 200


def test_cut_off_all_the_same_everybody_in_the_alarm_hears_110(platform):
    acme = Company.objects.get(schema_name="acme")
    number = run_in(acme, lambda: phone_of(Employee.objects.get(number="020182")).tap()).json()
    leave_schema()
    decide(platform, "acme", "suspend", force="yes", **SAYS_WHY)

    def told() -> set[str]:
        notices = Notice.objects.filter(incident_id=number["id"], title__contains="110")
        return {"phone" if one.recipient_device else one.recipient_user.username for one in notices}

    assert run_in(acme, told) == {"boris", "phone"}
    decide(platform, "acme", "resume", **SAYS_WHY)
    assert Job.objects.filter(kind="escalation.move", company=acme, due_at__lte=Now()).exists()


def test_the_one_who_decided_stands_in_both_audits(platform):
    name, _answer = make(platform)
    decide(platform, name, "suspend", **SAYS_WHY)
    for schema in ("platform", name):
        company = Company.objects.get(schema_name=schema)
        verbs = run_in(company, lambda: [one.payload["verb"] for one in AuditEvent.objects.all()])
        assert {"company.opened", "company.suspended"} <= set(verbs), schema


def test_what_the_platform_does_in_a_company_bears_no_name_of_its_people(platform):
    """Its administrators' keys are other people's in there, or nobody's."""
    name, _answer = make(platform)
    company = Company.objects.get(schema_name=name)
    logged = run_in(company, lambda: list(LogEntry.objects.values_list("actor_id", "actor_email")))
    assert logged == [(None, None)]


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
    assert state_of(failed) == state


def test_what_is_done_or_waiting_is_not_touched(platform, failed):
    Job.objects.filter(pk=failed.pk).update(state=Job.State.PENDING)
    chosen = {"action": "again", "_selected_action": [failed.pk]}
    platform.post("/admin/jobs/job/?state=pending", chosen)
    leave_schema()
    failed.refresh_from_db()
    assert (failed.state, failed.attempts) == (Job.State.PENDING, 9)
