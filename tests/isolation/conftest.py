"""One pair of companies for the whole folder; each test's own changes are rolled back."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tenants.schemas import leave_schema
from tests.isolation.actors import subjects
from tests.isolation.plane_rows import with_sound
from tests.isolation.twin_company import Side
from tests.isolation.world import twins
from tests.notifications.conftest import mail_goes_to
from tests.peers import free_port


@pytest.fixture(autouse=True)
def _mail_is_sent_for_real(settings: Any) -> None:
    """To nobody; anyone who sends it while somebody waits for a page is heard by `ask`."""
    mail_goes_to(settings, free_port())


@pytest.fixture(scope="session")
def pair(django_db_setup: None, django_db_blocker: Any) -> tuple[Side, Side]:
    with django_db_blocker.unblock():
        leave_schema()
        made = twins()
        connection.close()
    return made


@pytest.fixture(scope="session")
def world(pair: tuple[Side, Side], django_db_blocker: Any) -> dict[str, Side]:
    """What the nine (actors.py) ask about: of their own, and four times what is not."""
    with django_db_blocker.unblock():
        leave_schema()
        made = subjects(*pair)
        leave_schema()
        connection.close()
    return made


@pytest.fixture
def acme_side(pair: tuple[Side, Side]) -> Side:
    return pair[0]


@pytest.fixture
def globex_side(pair: tuple[Side, Side]) -> Side:
    return pair[1]


@pytest.fixture
def committed(pair: tuple[Side, Side], django_db_blocker: Any) -> Iterator[tuple[Side, Side]]:
    """For sockets and media planes, whose own connections see only what was committed."""
    with django_db_blocker.unblock():
        leave_schema()
        yield pair
        connection.close()


@pytest.fixture
def sides(committed: tuple[Side, Side]) -> tuple[Side, Side]:
    return with_sound(committed)
