"""Transfers that wait for their day: stored, taken back, or in effect from its first minute."""

import uuid
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from auditlog.context import set_actor
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import User
from jobs.services import cancel, schedule
from people.calendar.company_days import start_of
from people.employment.sign_ins import SignIns
from people.models import Employee, ImportRun, PlannedChange
from people.models.planned_change import OTHERS
from people.supervision.assignments import SupervisorLinks
from tenants.context import current_company

POST = ("department", "site", "floor", "job_title")
"""What a transfer changes of the employee's own row."""


@dataclass
class Transfer:
    """A transfer as a row of a list describes it."""

    employee: Employee
    on: date
    values: dict[str, Any] = field(default_factory=dict)
    others: frozenset[int] | None = None
    """The further departments, if they change."""
    supervisor: Employee | None = None

    @property
    def is_empty(self) -> bool:
        return not self.values and self.others is None and self.supervisor is None


def is_like(planned: PlannedChange, transfer: Transfer, supervisor: str) -> bool:
    """Whether the same transfer is planned already; ``supervisor`` is the number."""
    others = {one.pk for one in planned.other_departments.all()}
    return (
        planned.values == transfer.values
        and (others if OTHERS in planned.fields else None) == transfer.others
        and (planned.supervisor.number if planned.supervisor else "") == supervisor
    )


def plan(transfer: Transfer, *, run: ImportRun, by: User) -> None:
    planned = PlannedChange.objects.create(
        employee=transfer.employee,
        on=transfer.on,
        due_at=start_of(transfer.on),
        run=run,
        by=by,
        fields=sorted(transfer.values),
        supervisor=transfer.supervisor,
        **transfer.values,
    )
    if transfer.others is not None:
        planned.fields.append(OTHERS)
        planned.save(update_fields=["fields"])
        planned.other_departments.set(transfer.others)
    schedule(
        current_company(),
        kind="people.take_effect",
        key=_key(planned),
        payload={"planned": str(planned.public_id)},
        due_at=planned.due_at,
    )


def _key(planned: PlannedChange) -> str:
    return f"people.take_effect:{planned.public_id}"


@transaction.atomic
def withdraw(planned: PlannedChange) -> bool:
    """Withdraw a planned change; False if its day has come, or if it was withdrawn before."""
    waiting = PlannedChange.objects.waiting().filter(pk=planned.pk)
    withdrawn = bool(waiting.update(withdrawn_at=Now()))
    cancel(_key(planned))
    return withdrawn


def take_back(run: ImportRun) -> None:
    """Withdraw planned changes when their import is undone."""
    for planned in run.planned_changes.filter(done_at__isnull=True):
        cancel(_key(planned))
        planned.delete()


def take_effect(*, planned_id: uuid.UUID) -> None:
    """Carry out a planned change, once. People who have left by then are not transferred."""
    waiting = PlannedChange.objects.waiting().select_for_update(of=("self",))
    planned = waiting.select_related("by").filter(public_id=planned_id).first()
    if planned is None:
        return
    employee = Employee.objects.select_for_update(no_key=True).get(pk=planned.employee_id)
    if not employee.is_current:
        planned.withdrawn_at = Now()
    else:
        with set_actor(planned.by):
            _transfer(employee, planned)
        planned.done_at = Now()
    planned.save(update_fields=["done_at", "withdrawn_at"])


def _transfer(employee: Employee, planned: PlannedChange) -> None:
    for name, value in planned.values.items():
        setattr(employee, name, value)
    if planned.values:
        employee.save(update_fields=list(planned.values))
    if OTHERS in planned.fields:
        employee.other_departments.set(planned.other_departments.all())
    if planned.supervisor and planned.supervisor.is_current:
        SupervisorLinks({employee.pk: planned.supervisor.number}).make()
        SignIns([planned.supervisor]).give()
