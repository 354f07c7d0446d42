"""Kinds of jobs that live as long as a test."""

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from jobs.models import Job
from jobs.registry import handler, handlers
from jobs.services import schedule
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import leave_schema

LANE = 7  # of these tests alone: a timekeeper that runs beside them leaves it untouched
Declare = Callable[..., str]


@pytest.fixture
def declare() -> Iterator[Declare]:
    """Declare a handler for the length of a test; returns its kind."""
    kinds: list[str] = []

    def declared(work: Callable[[Job], None], **options: Any) -> str:
        kind = f"test.{uuid.uuid4().hex[:8]}"
        handler(kind, lane=LANE, **options)(work)
        kinds.append(kind)
        return kind

    yield declared
    for kind in kinds:
        del handlers[kind]


def schedule_job(company: Company, kind: str, key: str = "one", **fields: Any) -> Job:
    schedule(company, kind=kind, key=f"{kind}:{key}", lane=LANE, **fields)
    return Job.objects.get(key=f"{kind}:{key}")


@pytest.fixture
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[Company]:
    with django_db_blocker.unblock():
        leave_schema()
        name = f"jobs{uuid.uuid4().hex[:8]}"
        yield create_company(name=name, schema=name, domain=f"{name}.localhost")
        connection.close()
