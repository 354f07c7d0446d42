"""The company's service is stopped while she calls for help, or while she presses."""

from collections.abc import Iterator

import pytest
from django.core import mail

from audit.actors import Actor
from companies.services import resume, suspend
from incidents.models import Incident
from jobs.models import Job
from notifications.models import Delivery
from notifications.services import DELIVER, send_notice
from tenants.hosts import forget_cached_companies
from tenants.models import Company
from tenants.schemas import enter_schema
from tests.conftest import Phone, signed_in
from tests.jobs.by_hand import run_now
from tests.stories.scene import Scene

PLATFORM = Actor(kind="clock", id="")


@pytest.fixture(autouse=True)
def _nothing_is_remembered_after_it() -> Iterator[None]:
    yield
    forget_cached_companies()


def stops(company: Company, *, force: bool = False) -> None:
    """In another process: the doors of this one still remember the company."""
    suspend(actor=PLATFORM, company=company, reason="x", force=force)
    enter_schema("acme")


def sends(company: Company) -> None:
    """Its deliveries' jobs, as a timekeeper runs them."""
    for job in Job.objects.filter(kind=DELIVER, state="pending", company=company):
        run_now(job.pk)


def test_everybody_who_was_called_and_she_really_hear_of_110(scene: Scene, acme: Company) -> None:
    scene.taps()
    before = len(mail.outbox)
    stops(acme, force=True)
    assert scene.paged() == ["boris", "boris"]
    sends(acme)
    subjects = [one.subject for one in mail.outbox[before:]]
    assert any("110" in subject for subject in subjects)
    assert not Delivery.objects.pending().filter(notice__title__contains="110").exists()


def test_what_is_not_about_an_alarm_waits_until_the_service_goes_on(
    scene: Scene, acme: Company
) -> None:
    boris = scene.people["boris"]
    send_notice(recipient=boris, kind="news", title="見てください", path="/portal/", dedupe="x")
    stops(acme)
    sends(acme)
    assert Delivery.objects.get(notice__dedupe="x").state == "pending"
    resume(actor=PLATFORM, company=acme, reason="x")
    enter_schema("acme")
    sends(acme)
    assert Delivery.objects.get(notice__dedupe="x").state == "handed_over"


def test_a_press_that_nobody_would_hear_is_not_taken(annas_phone: Phone, acme: Company) -> None:
    """While the door still remembers the company: her phone says 届いていません."""
    assert annas_phone.get("device").status_code == 200
    stops(acme)
    assert annas_phone.tap().status_code == 404
    enter_schema("acme")
    assert not Incident.objects.exists()
    assert annas_phone.get("device").status_code == 404, "from now on the host is unknown"


@pytest.mark.parametrize("path", ["answer", "raise", "messages"])
def test_nor_is_an_answer(scene: Scene, acme: Company, path: str) -> None:
    scene.taps()
    bodies = {
        "answer": {"answer": "still_going"},
        "raise": {"level": "support"},
        "messages": {"client_id": "5a0c1b1e-6d1e-4a44-9d53-0c5d6b7a5a10", "text": "助けて"},
    }
    stops(acme, force=True)
    _remembered(scene.phone)
    assert scene.phone.post(f"incidents/{scene.id}/{path}", bodies[path]).status_code == 404


def test_a_page_that_was_open_says_that_the_company_is_unknown(scene: Scene, acme: Company) -> None:
    scene.taps()
    scene.presses("boris", "close", outcome="resolved", presses=0)
    browser = signed_in(scene.people["boris"])
    stops(acme)
    _remembered(scene.phone)
    answer = browser.post(f"/portal/incidents/{scene.id}/reopen/")
    assert answer.status_code == 404


def _remembered(phone: Phone) -> None:
    """As if the door had asked just before."""
    Company.objects.filter(schema_name="acme").update(is_suspended=False)
    forget_cached_companies()
    assert phone.get("device").status_code == 200
    Company.objects.filter(schema_name="acme").update(is_suspended=True)
    enter_schema("acme")
