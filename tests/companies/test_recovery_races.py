"""A recovery is stopped in the moment in which its day is over: one of the two wins."""

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.models import F

from accounts.models import User
from audit.actors import Actor
from audit.models import AuditEvent
from companies.recovery import IsSettled, approve, ask, stop
from jobs.models import Job
from tenants.context import run_in
from tenants.models import Company, Contact, Recovery
from tenants.provisioning import create_company
from tenants.schemas import enter_schema, leave_schema
from tests.jobs.by_hand import run_now


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Recovery]:
    """Of a company of its own, with its day over: stop and clock come in the same moment."""
    with django_db_blocker.unblock():
        leave_schema()
        name = f"race{uuid.uuid4().hex[:8]}"
        company = create_company(name=name, schema=name, domain=f"{name}.localhost")
        yield _begun(company)
        Recovery.objects.filter(company=company).delete()
        Contact.objects.filter(company=company).delete()
        Job.objects.filter(company=company).delete()
        connection.close()


def _begun(company: Company) -> Recovery:
    def hire() -> uuid.UUID:
        return User.objects.create_user(
            "hanna", "x", email="h@x.example", family_name="人見", roles=["hr_admin"]
        ).public_id

    contact = Contact.objects.create(company=company, name="x", email="x@x.example", phone="1")
    first, other = (Actor(kind="user", id=str(uuid.uuid4())) for _ in range(2))
    asked = ask(
        actor=first,
        company=company,
        person=run_in(company, hire),
        contact=contact,
        verified_how="x",
        reason="x",
    )
    approve(actor=other, recovery=asked)
    Recovery.objects.filter(pk=asked.pk).update(
        approved_at=F("approved_at") - timedelta(hours=24), due_at=F("due_at") - timedelta(hours=24)
    )
    asked.refresh_from_db()
    return asked


@pytest.mark.parametrize("attempt", range(4))
def test_stop_and_clock_at_once_one_of_them_wins(attempt: int, committed: Recovery) -> None:
    company, together = committed.company, threading.Barrier(2)
    job = Job.objects.get(company=company, kind="platform.recover")

    def alone(act: Callable[[], bool]) -> bool:
        together.wait()
        try:
            return act()
        finally:
            connection.close()

    def press() -> bool:
        try:
            stop(
                actor=Actor(kind="contact", id=""),
                recovery=committed,
                by=Recovery.StoppedBy.CONTACT,
            )
        except IsSettled:
            return False
        return True

    def tick() -> bool:
        run_now(job.pk)
        enter_schema(company.schema)
        return not User.objects.get(username="hanna").has_usable_password()

    with ThreadPoolExecutor(2) as pool:
        stopped, was_reset = pool.map(alone, (press, tick))
    assert stopped != was_reset
    now = Recovery.objects.get(pk=committed.pk)
    assert now.state == ("stopped" if stopped else "done")
    told = {one.payload["verb"] for one in run_in(company, lambda: list(AuditEvent.objects.all()))}
    assert ("recovery.stopped" in told, "recovery.done" in told) == (stopped, was_reset)
