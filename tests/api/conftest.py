from collections.abc import Iterator

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from tests.isolation.conftest import acme_side, pair

__all__ = ["acme_side", "pair"]


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """The application does not hang up between calls, as Django's own test client sees to."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
