"""Several who say something at the same moment: real threads, and the database decides."""

import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from accounts.models import User
from demo.data import ACME
from demo.seed import fill
from people.models import Employee, ProvisionedEmployee
from people.provisioning.tokens import TooManyTokens, issue_token
from tenants.context import run_in
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import leave_schema
from tests.gateways.provider import ENTERPRISE, JAPANESE, Provider, person


@pytest.fixture
def racing(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Company, Provider]]:
    """A company of its own, for what real threads commit."""
    with django_db_blocker.unblock():
        leave_schema()
        name = f"scim{uuid.uuid4().hex[:8]}"
        company = create_company(name=name, schema=name, domain=f"{name}.localhost")
        run_in(company, fill, ACME)
        hanna = run_in(company, lambda: User.objects.get(username="hanna"))
        _token, text = run_in(company, lambda: issue_token(name="x", by=hanna))
        yield company, Provider(text, f"{name}.localhost")
        connection.close()


def at_once(many: int, act: Any) -> list[Any]:
    together = threading.Barrier(many)

    def one(number: int) -> Any:
        together.wait()
        try:
            return act(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(many) as pool:
        return list(pool.map(one, range(many)))


def test_of_many_who_register_one_person_one_does(racing: tuple[Company, Provider]) -> None:
    company, provider = racing
    for body_of in (
        lambda n: person(number="770001", user_name=f"a{n}"),
        lambda n: person(number=f"77000{n}", user_name="One@acme.example", externalId=f"x{n}"),
        lambda n: person(number="020182", user_name=f"b{n}"),  # anna, who is here
    ):
        answers = at_once(6, lambda number, say=body_of: provider.make(say(number)))
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [201] + [409] * 5, [answer.content for answer in answers]
    assert run_in(company, ProvisionedEmployee.objects.count) == 3
    assert run_in(company, Employee.objects.filter(number__startswith="77").count) == 2


def test_changes_at_once_are_all_kept(racing: tuple[Company, Provider]) -> None:
    company, provider = racing
    key = provider.made()
    parts = [
        ("title", "店長"),
        (f"{ENTERPRISE}:organization", "派遣会社"),
        ("name.givenName", "海"),
        (f"{JAPANESE}:givenNameKana", "ウミ"),
    ]

    def change(number: int) -> Any:
        path, value = parts[number]
        return provider.patch(key, {"op": "replace", "path": path, "value": value})

    assert [answer.status_code for answer in at_once(len(parts), change)] == [204] * len(parts)
    sora = run_in(company, lambda: Employee.objects.get(number="770001"))
    assert (sora.job_title, sora.employer, sora.given_name, sora.given_kana) == (
        "店長",
        "派遣会社",
        "海",
        "ウミ",
    )


def test_of_many_tokens_made_at_once_two_at_most_are_good(
    racing: tuple[Company, Provider],
) -> None:
    company, _provider = racing  # one is good already
    hanna = run_in(company, lambda: User.objects.get(username="hanna"))

    def make(number: int) -> bool:
        try:
            run_in(company, lambda: issue_token(name=str(number), by=hanna))
        except TooManyTokens:
            return False
        return True

    assert at_once(6, make).count(True) == 1
