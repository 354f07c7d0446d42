"""A thousand companies, made once in a run for the rows that need them."""

import time
from dataclasses import dataclass, field
from functools import cache

from django.db import transaction

from bench.figures import progress, sized
from bench.fixtures import Phone, company, phone_of
from people.models import Department, Employee, Site
from tenants.context import run_in


@dataclass(frozen=True, slots=True)
class ManyCompanies:
    phones: list[Phone] = field(default_factory=list)
    """One in each."""
    took: list[float] = field(default_factory=list)
    """Seconds that making each company took, without its people."""


@cache
def many_companies() -> ManyCompanies:
    made = ManyCompanies()
    count = sized(1000, 20)
    for number in progress("companies", range(count), count):
        start = time.perf_counter()
        created = company(f"many{number:04d}")
        made.took.append(time.perf_counter() - start)
        made.phones.append(run_in(created, _first_employee, created.schema))
    return made


@transaction.atomic
def _first_employee(schema: str) -> Phone:
    site = Site.objects.create(name="本店", address="東京都", latitude=35.68, longitude=139.77)
    department = Department.objects.create(code="10", name="売場")
    anna = Employee.objects.create(
        number="1",
        department=department,
        site=site,
        family_name="髙橋",
        given_name="美咲",
        family_kana="タカハシ",
        given_kana="ミサキ",
    )
    return phone_of(schema, anna)
