"""How many statements some work costs."""

from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext


def queries_of(work: Callable[[], object]) -> int:
    """Without those that find a host's company, which is remembered for ten seconds: by chance one
    of two counts would have them."""
    with CaptureQueriesContext(connection) as caught:
        work()
    return sum("tenants_" not in one["sql"] and "SET " not in one["sql"][:4] for one in caught)
