"""Anna's alarm and what may be different about her company."""

from collections.abc import Iterator

import pytest

from accounts.models import User
from audit.actors import Actor
from people.models import SupervisorAssignment
from tenants.hosts import forget_cached_companies
from tenants.models import Company, Contract
from tests.conftest import Phone
from tests.operations.conftest import on_shift
from tests.stories.scene import Scene


@pytest.fixture
def scene(annas_phone: Phone, boris: User, second: User, hanna: User) -> Scene:
    return Scene(annas_phone, {"boris": boris, "second": second, "hanna": hanna})


@pytest.fixture
def no_contract(acme: Company) -> Iterator[None]:
    Contract.objects.filter(company=acme).delete()
    forget_cached_companies()
    yield
    forget_cached_companies()


@pytest.fixture
def only_boris(second: User) -> None:
    SupervisorAssignment.objects.filter(supervisor__user=second).delete()


@pytest.fixture
def olga(acme: Company) -> Actor:
    return on_shift("olga")
