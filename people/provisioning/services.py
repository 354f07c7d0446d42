"""Joiners, changes and leavers as the company's identity provider says them.

The employee number is whom it means. Somebody who works here already is taken over by it, and kept
from then on; what it says nothing of stays as HR wrote it.
"""

import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils import translation

from people.employment.departures import come_back, leave_today
from people.models import Department, Employee, ProvisionedEmployee
from people.parsing import Code, Kana, PhoneWidget, Text, half_width, plain

CELLS: dict[str, Any] = {
    "number": Code(),
    "family_name": Text(),
    "given_name": Text(),
    "family_kana": Kana(),
    "given_kana": Kana(),
    "job_title": Text(),
    "employer": Text(),
    "email": Code(),
    "phone": PhoneWidget(),
}
UNSTORABLE = re.compile("[\0\ud800-\udfff]")
CONSTRAINTS = {
    "provisioned_user_name": "user_name",
    "people_provisionedemployee_external_id_key": "external_id",
}


@dataclass(frozen=True, slots=True)
class Profile:
    """What the provider sends of somebody. None: nothing, so what is there stays."""

    user_name: str
    external_id: str | None = None
    is_active: bool | None = None
    number: str | None = None
    family_name: str | None = None
    given_name: str | None = None
    family_kana: str | None = None
    given_kana: str | None = None
    department: str | None = None
    job_title: str | None = None
    employer: str | None = None
    email: str | None = None
    phone: str | None = None


Change = Literal["joined", "taken_over", "changed", "left", "returned", "let_go"]


@dataclass(frozen=True, slots=True)
class ProvisioningResult:
    """For the audit: what became of whom. ``changes`` is empty where nothing is new."""

    person: ProvisionedEmployee
    changes: tuple[Change, ...]
    fields: tuple[str, ...] = ()


class ProvisioningRefused(Exception):
    """A field's value is not acceptable; nothing was stored."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field, self.reason = field, reason


class Taken(Exception):
    """Somebody else has this name, number or id."""

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self.field = field


@transaction.atomic
def provision(profile: Profile) -> ProvisioningResult:
    """Add somebody new, or take over an employee whom the provider did not keep before.

    Raises ProvisioningRefused, Taken.
    """
    employee = _employee_of(profile)
    arrival: Change = "taken_over" if employee.pk else "joined"
    person = ProvisionedEmployee(employee=employee)
    fields = _write(person, profile)
    came_or_went = _follow(person, profile.is_active)
    return ProvisioningResult(person, (arrival, *came_or_went), fields)


@transaction.atomic
def change(person: ProvisionedEmployee, profile: Profile) -> ProvisioningResult:
    """Update a locked ``person``. Raises ProvisioningRefused, Taken."""
    fields = _write(person, profile)
    changed: tuple[Change, ...] = ("changed",) if fields else ()
    return ProvisioningResult(person, (*changed, *_follow(person, profile.is_active)), fields)


@transaction.atomic
def let_go(person: ProvisionedEmployee) -> ProvisioningResult:
    """End the provider's keeping of a locked ``person``."""
    changes = _follow(person, False)
    person.delete()
    return ProvisioningResult(person, (*changes, "let_go"))


def locked(public_id: uuid.UUID) -> ProvisionedEmployee | None:
    """The person, locked against changes until the transaction ends; alarms do not wait for it."""
    provisioned = ProvisionedEmployee.objects.select_for_update(
        of=("self", "employee"), no_key=True
    )
    related = provisioned.select_related("employee__department", "employee__user")
    return related.filter(employee__public_id=public_id).first()


def _employee_of(profile: Profile) -> Employee:
    number = half_width(profile.number) or _as_number(profile.user_name)
    if not number:
        raise ProvisioningRefused("number", "is required for somebody new")
    known = Employee.objects.select_for_update(of=("self",), no_key=True)
    known = known.select_related("department", "user")
    employee = known.filter(number=_clean("number", number)).first()
    if employee is None:
        return Employee(number=number)
    if ProvisionedEmployee.objects.filter(employee=employee).exists():
        raise Taken("number")
    return employee


def _as_number(user_name: str) -> str:
    """The number, where the provider signs people in by it; empty for an address."""
    number = half_width(user_name)
    return number if "@" not in number else ""


def _write(person: ProvisionedEmployee, profile: Profile) -> tuple[str, ...]:
    """Store it all; the database decides who is first. Returns which fields changed."""
    employee = person.employee
    fields = [*_fill(employee, profile), *_place(person, profile), *_name(person, profile)]
    if not employee.pk and not employee.department_id:
        raise ProvisioningRefused("department", "is required for somebody new")
    _check(employee, CELLS if not employee.pk else set(CELLS) & set(fields))
    if fields or not person.pk:
        _store(person)
    return tuple(sorted(fields))


def _fill(employee: Employee, profile: Profile) -> list[str]:
    before = {name: getattr(employee, name) for name in CELLS}
    for name in CELLS:
        text = getattr(profile, name)
        if text is not None:
            setattr(employee, name, _clean(name, text))
    employee.clean()
    return [name for name, was in before.items() if getattr(employee, name) != was]


def _clean(name: str, text: str) -> str:
    _storable(name, text)
    try:
        with translation.override("en"):
            cleaned: str = CELLS[name].clean(text)
    except ValueError as error:
        raise ProvisioningRefused(name, str(error)) from error
    return cleaned


def is_storable(text: str) -> bool:
    """Whether it can be stored; NUL and lone surrogates cannot."""
    return not UNSTORABLE.search(text)


def _storable(name: str, text: str) -> None:
    if not is_storable(text):
        raise ProvisioningRefused(name, "holds a character that cannot be stored")


def _place(person: ProvisionedEmployee, profile: Profile) -> list[str]:
    if profile.department is None:
        return []
    _storable("department", profile.department)
    text, employee = plain(profile.department), person.employee
    department = _department(text)
    if (employee.department_id, person.department_text) == (department.pk, text):
        return []
    employee.department, person.department_text = department, text
    return ["department"]


def _department(text: str) -> Department:
    """The department of a code, or of a name where only one has it."""
    if not text:
        raise ProvisioningRefused("department", "cannot be empty")
    department = Department.objects.filter(code=half_width(text)).first()
    if department:
        return department
    named = list(Department.objects.filter(name=text)[:2])
    if len(named) != 1:
        why = "is the name of several: send the code" if named else "is not registered"
        raise ProvisioningRefused("department", f"“{text[:20]}” {why}")
    return named[0]


def _name(person: ProvisionedEmployee, profile: Profile) -> list[str]:
    given = {"user_name": profile.user_name.strip(), "external_id": profile.external_id or None}
    new = {name: text for name, text in given.items() if getattr(person, name) != text}
    for name, text in new.items():
        _storable(name, text or "")
        setattr(person, name, text)
    return list(new)


def _check(employee: Employee, fields: Iterable[str]) -> None:
    """Validate the touched fields only."""
    _fits(employee, {one.name for one in Employee._meta.fields} - set(fields))


def _fits(row: Model, exclude: set[str]) -> None:
    """Validate a row. Raises ProvisioningRefused, in English: it is read in the provider's log."""
    try:
        row.clean_fields(exclude=exclude)
    except ValidationError as error:
        with translation.override("en"):
            field, reasons = next(iter(error.message_dict.items()))
        raise ProvisioningRefused(field, reasons[0]) from error


def _store(person: ProvisionedEmployee) -> None:
    _fits(person, {"employee", "department_text"})
    try:
        with transaction.atomic():
            person.employee.save()
            person.save()
    except IntegrityError as error:
        raise Taken(_taken_field(error)) from error


def _taken_field(error: IntegrityError) -> str:
    constraint = getattr(getattr(error.__cause__, "diag", None), "constraint_name", "")
    return CONSTRAINTS.get(constraint, "number")


def _follow(person: ProvisionedEmployee, is_active: bool | None) -> tuple[Change, ...]:
    """Let the person leave or return. A last day to come that HR has entered stays."""
    if is_active is None or is_active == person.is_here:
        return ()
    person.is_active = is_active
    person.save(update_fields=["is_active", "changed_at"])
    if not is_active:
        leave_today(person.employee)
        return ("left",)
    come_back(person.employee)
    return ("returned",)
