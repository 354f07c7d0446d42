"""Connections of their own for the two roles, beside the test's transaction."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import psycopg
import pytest
from django.conf import settings

from audit.actors import Actor
from tenants.models import Company

Connect = Callable[[], psycopg.Connection]


@pytest.fixture
def connect() -> Iterator[Callable[[str], psycopg.Connection]]:
    """Opens a connection; what it has not committed is rolled back after the test."""
    with ExitStack() as opened:

        def open_as(url: str) -> psycopg.Connection:
            made = psycopg.connect(url)
            opened.callback(made.close)
            return made

        yield open_as


@pytest.fixture
def application(connect: Callable[[str], psycopg.Connection], acme: Company) -> Connect:
    return lambda: connect(settings.DATABASE_URL)


@pytest.fixture
def owner(connect: Callable[[str], psycopg.Connection], acme: Company) -> Connect:
    return lambda: connect(settings.DATABASE_OWNER_URL)


@pytest.fixture
def supervisor() -> Actor:
    return Actor(
        kind="user",
        id="6f1d0c9e-8a53-4a0e-9d5e-0d6b2f0a9b11",
        name="佐藤 健一",
        roles=frozenset({"supervisor"}),
    )
