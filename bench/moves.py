"""Real alarms whose next moves come due at moments that a row chooses, and when they were made."""

import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from escalation.alarms import Press, raise_alarm
from escalation.models import ContactRule, Rung
from incidents.models import Incident, IncidentEvent, Tap
from jobs.models import Job, SettledJob
from people.models import Department, Device, Employee, SupervisorAssignment
from tenants.context import run_in
from tenants.models import Company

LONGEST_STEP = 180
LADDER = ("boris", "second", "carla")
# Everything of an incident that has a time, and how it names the incident.
DATED: tuple[tuple[type[models.Model], str], ...] = (
    (Incident, "id"),
    (IncidentEvent, "incident_id"),
    (Rung, "incident_id"),
    (Tap, "incident_id"),
)
_SHIFT = """
UPDATE "{schema}"."{table}" AS row SET {moments}
FROM unnest(%(ids)s::bigint[], %(shifts)s::interval[]) AS one (id, shift) WHERE row.{of} = one.id"""
_SHIFT_JOBS = """
UPDATE public.jobs_job AS job SET due_at = one.due_at
FROM unnest(%(keys)s::text[], %(moments)s::timestamptz[]) AS one (key, due_at)
WHERE job.key = one.key"""
_SECONDS_LATE = """
SELECT extract(epoch FROM settled.settled_at - one.due_at)::float8
FROM unnest(%(keys)s::text[], %(moments)s::timestamptz[]) AS one (key, due_at)
JOIN public.jobs_settledjob AS settled ON settled.key = one.key"""


@dataclass(frozen=True, slots=True)
class Move:
    """The next one of an incident."""

    company: Company
    incident: UUID
    pk: int
    """The incident's own."""
    key: str
    """Of its job."""
    due_at: datetime


@transaction.atomic
def answer_for_everybody() -> None:
    """Three people, one after the other and as slowly as a rule allows: a second move lies beyond
    what is measured."""
    ContactRule.objects.update(step_seconds=LONGEST_STEP)
    SupervisorAssignment.objects.all().delete()
    for priority, username in enumerate(LADDER, start=1):
        supervisor = Employee.objects.get(user__username=username)
        for department in Department.objects.all():
            SupervisorAssignment.objects.create(
                supervisor=supervisor, department=department, priority=priority
            )


def raise_alarms(company: Company, count: int) -> list[Move]:
    """One by each of so many employees."""
    return run_in(company, _raised, company, count)


def _raised(company: Company, count: int) -> list[Move]:
    devices = Device.objects.select_related("employee__site").order_by("pk")[:count]
    return _moves(company, [raise_alarm(device=device, press=_press())[0] for device in devices])


def moves_of(company: Company) -> list[Move]:
    """The next ones of all that is open in it, from within."""
    return _moves(company, Incident.objects.open())


def _moves(company: Company, incidents: Iterable[Incident]) -> list[Move]:
    return [
        Move(
            company,
            incident.public_id,
            incident.pk,
            f"move:{incident.public_id}:{incident.turn}",
            incident.next_move_at,
        )
        for incident in incidents
        if incident.next_move_at
    ]


def _press() -> Press:
    return Press(
        tap_id=uuid.uuid4(),
        level="alarm",
        pressed_at=None,
        location=None,
        silent=True,
        drill=False,
        body_sha256=b"",
    )


def moved_to(moves: Sequence[Move], moments: Sequence[datetime]) -> list[Move]:
    """The same, due at these moments: as if each incident had begun so much later or earlier."""
    shifts = {move: at - move.due_at for move, at in zip(moves, moments, strict=True)}
    with transaction.atomic(), connection.cursor() as cursor:
        for company in {move.company for move in moves}:
            theirs = [move for move in moves if move.company == company]
            values: dict[str, Any] = {
                "ids": [move.pk for move in theirs],
                "shifts": [shifts[move] for move in theirs],
            }
            for statement in _shifts(company.schema):
                cursor.execute(statement, values)
        keys: dict[str, Any] = {"keys": [move.key for move in moves], "moments": list(moments)}
        cursor.execute(_SHIFT_JOBS, keys)
    return [replace(move, due_at=at) for move, at in zip(moves, moments, strict=True)]


def _shifts(schema: str) -> Iterator[str]:
    for model, of in DATED:
        fields = [field for field in model._meta.fields if isinstance(field, models.DateTimeField)]
        moments = ", ".join(f"{field.column} = row.{field.column} + one.shift" for field in fields)
        yield _SHIFT.format(schema=schema, table=model._meta.db_table, moments=moments, of=of)


def evenly(count: int, start: datetime, seconds: float) -> list[datetime]:
    return [start + timedelta(seconds=seconds * number / count) for number in range(count)]


def seconds_late(moves: Sequence[Move]) -> list[float]:
    """Of those that were made, against the moment that was planned: a job that was put off has
    another one by then."""
    keys: dict[str, Any] = {
        "keys": [move.key for move in moves],
        "moments": [move.due_at for move in moves],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SECONDS_LATE, keys)
        return [seconds for (seconds,) in cursor.fetchall()]


def are_made(moves: Sequence[Move]) -> bool:
    settled = SettledJob.objects.filter(key__in=[move.key for move in moves])
    return settled.count() == len(moves)


def nobody_is_called(companies: Iterable[Company]) -> None:
    """What lies ahead of them is no part of what is measured next."""
    Job.objects.filter(company__in=list(companies), kind="escalation.move").delete()


def nothing_is_due() -> bool:
    """Of what the timekeepers run themselves."""
    return (
        not Job.objects.filter(lane=0, due_at__lte=models.functions.Now())
        .exclude(state=Job.State.DEAD)
        .exists()
    )


def wait_until(ready: Callable[[], bool], patience: float = 60.0) -> bool:
    until = time.monotonic() + patience
    while not ready():
        if time.monotonic() > until:
            return False
        time.sleep(0.2)
    return True
