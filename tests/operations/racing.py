"""Verbs that begin at the same moment on connections of their own: committed rows, real threads."""

import threading
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import OperationalError, connection

from audit.actors import Actor
from jobs.models import Job
from operations.errors import Refused
from operations.models import AccessGrant, Case, Centre, Dispatch, Handover, Shift
from operations.shifts import start_shift
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import leave_schema

Verb = Callable[[], object]
Duel = Callable[[Verb, Verb], list[str]]


@pytest.fixture
def racing(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    """A company of its own, and nothing of it left in public when the race is over."""
    with django_db_blocker.unblock():
        leave_schema()
        name = f"race{uuid.uuid4().hex[:8]}"
        company = create_company(name=name, schema=name, domain=f"{name}.localhost", support=True)
        yield company
        for model in (AccessGrant, Dispatch, Handover):
            model.objects.filter(case__company=company).delete()
        Case.objects.filter(company=company).delete()
        Job.objects.filter(company=company).delete()
        connection.close()


def waiting_case(company: Company, number: int = 1, incident: uuid.UUID | None = None) -> Case:
    return Case.objects.create(
        company=company,
        incident_id=incident or uuid.uuid4(),
        number=number,
        level="support",
        source="employee",
    )


@pytest.fixture
def two_operators(racing: Company) -> Iterator[tuple[Actor, Actor]]:
    actors = [Actor(kind="operator", id=str(uuid.uuid4())) for _number in range(2)]
    for actor in actors:
        start_shift(operator=actor, centre=Centre.objects.earliest("pk"))
    yield actors[0], actors[1]
    Shift.objects.filter(operator_id__in=[actor.id for actor in actors]).delete()


@pytest.fixture
def duel(racing: Company) -> Iterator[Duel]:
    """What became of each of two verbs: "done", why it was refused, or the database's complaint."""
    start = threading.Barrier(2)

    def act(verb: Verb) -> str:
        start.wait(60)
        try:
            verb()
        except Refused as refusal:
            return refusal.code
        except OperationalError as error:
            return type(error.__cause__).__name__
        return "done"

    with ThreadPoolExecutor(2) as pool:
        yield lambda first, second: list(pool.map(act, (first, second)))
        list(pool.map(act, (hang_up, hang_up)))


def hang_up() -> None:
    """Each thread its own connection."""
    connection.close()
