"""What people do with their conditions: answer, ask for help elsewhere, see who looked.

A door makes one of these calls; each is one transaction.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from audit.services import append
from people.calendar.work_calendar import Calendar
from people.models import Employee
from tenants.context import current_company
from wellbeing.care import ask_health, look_after
from wellbeing.models import CheckIn, CheckInRevision, Look, WellbeingSettings

AROUND = timedelta(days=1)


class CheckInsOff(Exception):
    """This company, or this kind of person, is not asked."""


class DateOutOfRange(Exception):
    """Only today counts, by the device's own clock: a day earlier or later at the most."""


@dataclass(frozen=True, slots=True)
class CheckInAnswer:
    condition: str
    note: str
    note_audience: str
    wants_contact: bool


@transaction.atomic
def record_check_in(*, employee: Employee, on: date, answer: CheckInAnswer) -> CheckIn:
    """The day's answer, or its edit; sent again it changes nothing. Raises CheckInsOff,
    DateOutOfRange."""
    if not is_asked(employee):
        raise CheckInsOff
    today = working_today(employee)
    if not today - AROUND <= on <= today + AROUND:
        raise DateOutOfRange
    check_in, created = CheckIn.objects.select_for_update().get_or_create(
        employee=employee,
        date=on,
        defaults={"department_id": employee.department_id, **_fields(answer)},
    )
    if not created and not _edit(check_in, answer):
        return check_in
    look_after(employee, today)
    return check_in


def _fields(answer: CheckInAnswer) -> dict[str, object]:
    return {name: getattr(answer, name) for name in CheckInAnswer.__slots__}


def _edit(check_in: CheckIn, answer: CheckInAnswer) -> bool:
    """Edit the answer; False when nothing differs."""
    before = {name: getattr(check_in, name) for name in CheckInAnswer.__slots__}
    if before == _fields(answer):
        return False
    CheckInRevision.objects.create(check_in=check_in, written_at=check_in.updated_at, **before)
    CheckIn.objects.filter(pk=check_in.pk).update(updated_at=Now(), **_fields(answer))
    check_in.refresh_from_db()
    return True


def is_asked(employee: Employee) -> bool:
    settings = WellbeingSettings.current()
    outside = employee.employment == Employee.Employment.OUTSIDE
    return settings.is_on and employee.is_current and (settings.outside_firms or not outside)


def working_today(employee: Employee) -> date:
    now = timezone.now().astimezone(ZoneInfo(current_company().time_zone))
    around = now.date()
    calendar = Calendar([employee.pk], around - AROUND, around)
    return calendar.date_of(employee.pk, now)


@transaction.atomic
def refer_oneself(*, employee: Employee) -> None:
    """Ask 産業保健 to call; supervisors never learn of it. Asked again it is one request."""
    ask_health(employee, working_today(employee))


@transaction.atomic
def note_looks(*, viewer: User, employees: list[Employee]) -> None:
    """Note looks before names and conditions are shown: for the people seen, and in the audit."""
    today = timezone.localdate()
    Look.objects.bulk_create(
        [Look(viewer=viewer, employee=employee, on=today) for employee in employees],
        ignore_conflicts=True,
    )
    stream = f"conditions:{viewer.public_id}"
    ids = [str(employee.public_id) for employee in employees]
    append(stream, "conditions.viewed", viewer.as_actor(), employees=ids)


@transaction.atomic
def note_export(*, viewer: User, employees: list[Employee], form: str) -> None:
    """Note that a named list leaves the screen, as ``excel`` or ``print``."""
    ids = [str(employee.public_id) for employee in employees]
    stream = f"conditions:{viewer.public_id}"
    append(stream, "conditions.exported", viewer.as_actor(), employees=ids, form=form)
