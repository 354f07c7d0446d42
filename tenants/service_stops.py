"""Stopping a company's service, and what must not begin while it stops.

Doors know of a suspension only after some seconds (`hosts`). What somebody has to hear of asks the
row itself, under a lock that the suspension takes too: either it was there before and everybody in
it is advised to call 110, or it is refused like everything else in a suspended company.
"""

from django.db import connection

from tenants.models import Company
from tenants.schemas import current_schema

_NAME = "service:{schema}"


class ServiceStopped(Exception):
    """The company is suspended: nobody would get a notice."""


def must_be_served() -> None:
    """Keep the service from stopping until the transaction ends. Raises ServiceStopped."""
    schema = current_schema()
    _lock("pg_advisory_xact_lock_shared", schema)
    if Company.objects.filter(schema_name=schema, is_suspended=True).exists():
        raise ServiceStopped


def wait_for_what_has_begun(company: Company) -> None:
    """Wait before stopping it; what comes now waits for the end of this transaction."""
    _lock("pg_advisory_xact_lock", company.schema)


def _lock(function: str, schema: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {function}(hashtextextended(%s, 0))", [_NAME.format(schema=schema)])
