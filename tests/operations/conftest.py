"""Olga and otto at their consoles, lena who leads, rosa in the car; and a case of anna's."""

import pytest
from django.db.models import F

from accounts.models import User
from audit.actors import Actor
from incidents.models import Incident
from jobs.models import Job
from operations.cases import claim
from operations.models import AccessGrant, Case, Centre, Responder
from operations.selectors import operator_actor
from operations.shifts import start_shift
from tenants.context import run_in
from tenants.models import Company
from tests.clock import run_due as run_jobs
from tests.conftest import Phone
from tests.recordings.conftest import committed, recorder

__all__ = ["committed", "recorder", "run_jobs"]


def desk_actor(username: str) -> Actor:
    ops = Company.objects.get(schema_name="ops")
    return run_in(ops, lambda: operator_actor(User.objects.get(username=username)))


def on_shift(username: str) -> Actor:
    actor = desk_actor(username)
    start_shift(operator=actor, centre=Centre.objects.get(name="東京管制センター"), console="02")
    return actor


@pytest.fixture
def olga(acme: Company) -> Actor:
    return on_shift("olga")


@pytest.fixture
def otto(acme: Company) -> Actor:
    return on_shift("otto")


@pytest.fixture
def lena(acme: Company) -> Actor:
    return on_shift("lena")


@pytest.fixture
def rosa(acme: Company) -> Actor:
    """She drives M-14."""
    return desk_actor("rosa")


@pytest.fixture
def m14(rosa: Actor) -> Responder:
    return Responder.objects.get(user_id=rosa.id)


def asked(phone: Phone) -> Case:
    """Somebody taps and asks for the security company."""
    incident = phone.tap(level="support").json()["id"]
    return Case.objects.get(incident_id=incident)


@pytest.fixture
def case(annas_phone: Phone) -> Case:
    return asked(annas_phone)


@pytest.fixture
def grant(case: Case, olga: Actor) -> AccessGrant:
    return claim(case_id=case.public_id, operator=olga)


@pytest.fixture
def incident(case: Case) -> Incident:
    return Incident.objects.get(public_id=case.incident_id)


def pass_time(kind: str, **payload: object) -> None:
    """The clock is a column, so a test may move it."""
    waiting = Job.objects.filter(kind=kind, state=Job.State.PENDING)
    if payload:
        waiting = waiting.filter(**{f"payload__{key}": value for key, value in payload.items()})
    assert waiting.update(due_at="2020-01-01T00:00:00Z")


def kinds(incident: Incident) -> list[str]:
    return list(incident.events.values_list("kind", flat=True))


def silence(case: Case) -> None:
    """The console has not been heard for 45 seconds."""
    Case.objects.filter(pk=case.pk).update(owner_until=F("claimed_at"))
