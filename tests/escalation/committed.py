"""A company of its own whose rows are committed, and whose time passes only when a test says so."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier
from typing import TypeVar

from django.db import connection
from django.db.models.functions import Now

from accounts.models import User
from audit.actors import Actor
from demo.data import ACME
from demo.seed import fill
from jobs.clock import database_now
from jobs.models import Job
from operations.models import AccessGrant, Case, Centre, Shift
from operations.shifts import start_shift
from people.models import Employee
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import leave_schema
from tests.clock import SENT_FOR_REAL, put_back
from tests.conftest import Phone, phone_of
from tests.jobs.by_hand import run_now

T = TypeVar("T")


@dataclass
class World:
    """Anna's company, her phone, and olga at the desk."""

    company: Company
    olga: Actor
    clock: datetime

    def inside(self, fn: Callable[[], T]) -> T:
        return run_in(self.company, fn)

    def new_phone(self) -> Phone:
        host = f"{self.company.schema_name}.localhost"
        return self.inside(lambda: phone_of(Employee.objects.get(number="020182"), host=host))

    def person(self, username: str) -> User:
        return self.inside(lambda: User.objects.get(username=username))

    def at_once(self, acts: list[Callable[[], object]]) -> None:
        """Each on a connection of its own; what one of them raises is raised here."""
        start = Barrier(len(acts))

        def run(act: Callable[[], object]) -> None:
            start.wait(60)
            try:
                act()
            finally:
                connection.close()

        with ThreadPoolExecutor(len(acts)) as pool:
            list(pool.map(run, acts))

    # Time

    def passes(self, seconds: float) -> None:
        """So many seconds, with every job that comes due in them, in its time."""
        left = float(seconds)
        self.run_due()
        while left > 0:
            step = min(left, max(self._until_next_job(), 0.001))
            self._put_back(timedelta(seconds=step))
            left -= step
            self.run_due()

    def stands_still(self) -> None:
        """What the test itself took does not count."""
        self._put_back(timedelta(0))

    def run_due(self) -> None:
        """A job that has to wait for a moment comes back in this loop or in the next."""
        mine = Job.objects.filter(company=self.company, lane=0)
        mine.filter(kind__in=SENT_FOR_REAL).delete()
        due = mine.filter(state=Job.State.PENDING, due_at__lte=Now()).order_by("due_at")
        while (job := due.first()) is not None:
            run_now(job.pk)
            mine.filter(kind__in=SENT_FOR_REAL).delete()

    def _until_next_job(self) -> float:
        waiting = Job.objects.filter(company=self.company, lane=0, state=Job.State.PENDING)
        first = waiting.order_by("due_at").values_list("due_at", flat=True).first()
        return 1e9 if first is None else (first - database_now()).total_seconds()

    def _put_back(self, length: timedelta) -> None:
        now = database_now()
        self.inside(lambda: put_back(length - (now - self.clock)))
        self.clock = now


@contextmanager
def world() -> Iterator[World]:
    leave_schema()
    name = f"moves{uuid.uuid4().hex[:8]}"
    company = create_company(name=name, schema=name, domain=f"{name}.localhost", support=True)
    run_in(company, lambda: fill(ACME))
    olga = Actor(kind="operator", id=str(uuid.uuid4()), name="olga")
    start_shift(operator=olga, centre=Centre.objects.get(name="東京管制センター"))
    try:
        yield World(company, olga, database_now())
    finally:
        _remove(company, olga)
        connection.close()


def _remove(company: Company, olga: Actor) -> None:
    """Public rows are everybody's: no later test may find these in its queue."""
    AccessGrant.objects.filter(company=company).delete()
    Case.objects.filter(company=company).delete()
    Job.objects.filter(company=company).delete()
    Shift.objects.filter(operator_id=olga.id).delete()
