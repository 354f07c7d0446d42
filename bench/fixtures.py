"""Companies with people and phones, made through the services that the product itself uses."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction
from django.test import override_settings

from bench.figures import progress
from demo.data import ACME
from demo.links import signer
from demo.seed import fill
from people.devices.services import create_device
from people.models import Employee
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company

EMPLOYEES = 30
# Nobody signs in by password here, and a real hash takes longer than everything else.
QUICK_HASHES = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass(frozen=True, slots=True)
class Phone:
    schema: str
    token: str
    number: str
    """Of its holder."""

    @property
    def host(self) -> str:
        return f"{self.schema}.localhost"


def company(schema: str) -> Company:
    made: Company = create_company(
        name="東都百貨店株式会社", schema=schema, domain=f"{schema}.localhost", support=True
    )
    return made


def staffed(prefix: str, count: int) -> Iterator[tuple[Company, list[Phone]]]:
    """Companies as the demo's, every employee with an enrolled phone."""
    for number in progress("companies with thirty people each", range(count), count):
        made = company(f"{prefix}{number:03d}")
        yield made, run_in(made, _people, made.schema)


@override_settings(PASSWORD_HASHERS=QUICK_HASHES)
@transaction.atomic
def _people(schema: str) -> list[Phone]:
    fill(ACME)
    return [phone_of(schema, employee) for employee in Employee.objects.order_by("number")]


def phone_of(schema: str, employee: Employee) -> Phone:
    _device, token = create_device(employee=employee, post=None, kind="iphone", name="")
    return Phone(schema, token, employee.number)


def sign_in_path(schema: str, username: str) -> str:
    return f"/demo/sign-in/{signer().sign(f'{schema}:{username}')}/"
