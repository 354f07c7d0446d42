"""The cast and their companies. Servers are real and thrown away (`make test`).

The schema is made by the owner of the tables; the tests run as the application. Most tests run in
a transaction inside acme; those with threads or processes get companies of their own.
"""

import gc
import os
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts import second_factor
from accounts.models import User
from people.devices.services import create_device
from people.models import Device, Employee
from tenants.models import Company
from tenants.schemas import enter_schema, leave_schema
from tests.support.passwords import HASHERS


def pytest_configure() -> None:
    """Every test client begins with its own middleware, and WhiteNoise would read the whole of
    static/ for each of them; this way it looks for a file when one is asked for."""
    settings.WHITENOISE_AUTOREFRESH = True
    settings.PASSWORD_HASHERS = HASHERS


def pytest_collection_finish() -> None:
    """Neither what is imported nor the tests themselves become garbage before the end: nobody need
    look through them again and again."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


@pytest.fixture(scope="session")
def django_db_setup(django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The database is a copy of one that is filled already (tests/servers.py)."""
    yield
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture(autouse=True)
def _begins_on_throw_away_servers_and_in_no_company() -> None:
    assert os.environ.get("DATABASE_OWNER_URL"), "run the tests by `make test`"
    leave_schema()


@pytest.fixture
def acme(db: None) -> Iterator[Company]:
    """Inside acme until the test ends. Limits count anew: other tests have pressed as well."""
    cache.clear()
    company: Company = Company.objects.get(schema_name="acme")
    enter_schema("acme")
    yield company
    leave_schema()


@pytest.fixture
def globex(db: None) -> Company:
    company: Company = Company.objects.get(schema_name="globex")
    return company


# Of an open incident that a test writes by itself: none is without a next move.
A_MOVE = {"turn": 1, "next_move": "call", "next_move_at": "2030-01-01T00:00:00Z"}
NO_MOVE = {"next_move": None, "next_move_at": None}

# What the page of an employee sends who has no planned changes.
NO_PLANS = {"planned_changes-TOTAL_FORMS": "0", "planned_changes-INITIAL_FORMS": "0"}


def person(username: str) -> User:
    return User.objects.get(username=username)


@pytest.fixture
def anna(acme: Company) -> Employee:
    """She serves customers in acme's store, and taps."""
    return Employee.objects.get(number="020182")


@pytest.fixture
def boris(acme: Company) -> User:
    """Her supervisor, on site."""
    return person("boris")


@pytest.fixture
def second(acme: Company) -> User:
    """The next on her ladder."""
    return person("second")


@pytest.fixture
def carla(acme: Company) -> User:
    """A supervisor of another department: sees nothing of anna."""
    return person("carla")


@pytest.fixture
def hanna(acme: Company) -> User:
    """HR."""
    return person("hanna")


@dataclass(frozen=True)
class Phone:
    """A device as its holder uses it: through the API only."""

    device: Device
    token: str
    host: str = "acme.localhost"

    def call(self, method: str, path: str, body: object = None, **extra: str):
        send: Callable = getattr(Client(), method)
        headers = {"Host": self.host, "Authorization": f"Bearer {self.token}"}
        return send(
            f"/api/v1/{path}", data=body, content_type="application/json", headers=headers, **extra
        )

    def post(self, path: str, body: object = None):
        return self.call("post", path, {} if body is None else body)

    def get(self, path: str):
        return Client().get(
            f"/api/v1/{path}",
            headers={"Host": self.host, "Authorization": f"Bearer {self.token}"},
        )

    def tap(self, **fields: object):
        return self.post("incidents", {"tap_id": str(uuid.uuid4()), "level": "alarm"} | fields)


def phone_of(employee: Employee, kind: str = "iphone", host: str = "acme.localhost") -> Phone:
    device, token = create_device(employee=employee, post=None, kind=kind, name=kind)
    return Phone(device, token, host)


@pytest.fixture
def annas_phone(anna: Employee) -> Phone:
    return phone_of(anna)


@pytest.fixture
def annas_watch(anna: Employee) -> Phone:
    return phone_of(anna, "watch")


@pytest.fixture
def anna_device(annas_phone: Phone) -> Device:
    return annas_phone.device


def signed_in(user: User, host: str = "acme.localhost") -> Client:
    """A browser in which somebody has signed in, with a second factor where one is needed."""
    client = Client(headers={"Host": host})
    client.force_login(user)
    session = client.session
    second_factor.vouch(session, "test")
    session.save()
    return client
