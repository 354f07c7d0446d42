"""After somebody's last day: nothing of theirs calls, is called or signs in any more."""

import logging
import uuid
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from jobs.services import schedule
from people.calendar.company_days import start_of, today
from people.devices.services import revoke_codes
from people.models import Device, Employee, PlannedChange, SupervisorAssignment
from tenants.context import current_company

logger = logging.getLogger("people")


@transaction.atomic
def schedule_leaving(employee: Employee) -> None:
    """Schedule it in the transaction that sets the last day; for a day that has passed, at once."""
    if employee.left_at and not _has_ended(employee):
        employee.left_at = None  # came back; sign-in and devices are given anew
        employee.save(update_fields=["left_at"])
    if employee.ended_on is None or employee.left_at:
        return
    schedule(
        current_company(),
        kind="people.leave",
        key=f"people.leave:{employee.public_id}:{uuid.uuid4().hex[:8]}",
        payload={"employee": str(employee.public_id)},
        due_at=start_of(employee.ended_on + timedelta(days=1)),
    )


@transaction.atomic
def leave_today(employee: Employee) -> None:
    """End the sign-in now; today is the last day unless an earlier one is entered. What the
    person holds calls for help until midnight."""
    if employee.ended_on is None or employee.ended_on > today():
        employee.ended_on = today()
        employee.save(update_fields=["ended_on"])
        schedule_leaving(employee)
    _switch_off_sign_in(employee)


@transaction.atomic
def come_back(employee: Employee) -> None:
    employee.ended_on = None
    employee.save(update_fields=["ended_on"])
    schedule_leaving(employee)


def _has_ended(employee: Employee) -> bool:
    return employee.ended_on is not None and employee.ended_on < today()


def leave(*, employee_id: uuid.UUID) -> None:
    """Carry out a departure, once. A last day that was moved meanwhile has a job of its own."""
    employees = Employee.objects.select_for_update(of=("self",), no_key=True).select_related("user")
    employee = employees.filter(public_id=employee_id, left_at__isnull=True).first()
    if employee is None or not _has_ended(employee):
        return
    for device in Device.objects.filter(employee=employee, revoked_at__isnull=True):
        device.revoke()
    revoke_codes([employee])
    _end_assignments(employee)
    _switch_off_sign_in(employee)
    PlannedChange.objects.waiting().filter(employee=employee).update(withdrawn_at=Now())
    employee.left_at = Now()
    employee.save(update_fields=["left_at"])


def _end_assignments(employee: Employee) -> None:
    assert employee.ended_on
    involved = Q(supervisor=employee) | Q(employee=employee)
    still = Q(ends_on__isnull=True) | Q(ends_on__gt=employee.ended_on)
    for link in SupervisorAssignment.objects.filter(involved, still):
        link.ends_on = max(link.starts_on, employee.ended_on)
        link.save(update_fields=["ends_on"])


def _switch_off_sign_in(employee: Employee) -> None:
    """Switch it off, except the last administrator's: the database keeps one in each company."""
    user = employee.user
    if user is None or not user.is_active:
        return
    user.is_active = False
    try:
        with transaction.atomic():
            user.save(update_fields=["is_active"])
    except IntegrityError:
        logger.warning("people.last_admin_left", extra={"employee": employee.pk})
