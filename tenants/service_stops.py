"""Stopping a company's service, and what must not begin while it stops.

Doors know of a suspension only after some seconds (`hosts`). What somebody has to hear of asks the
row itself, under a lock that the suspension takes too: either it was there before and everybody in
it is advised to call 110, or it is refused like everything else in a suspended company.
"""

from django.db import connection

from tenants.models import Company
from tenants.schemas import current_schema

_NAME = "service:{schema}"
# Two statements: the second sees what was committed while the first one waited.
_SERVED = """
SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 0));
SELECT EXISTS (SELECT FROM public.tenants_company WHERE schema_name = %s AND is_suspended)"""


class ServiceStopped(Exception):
    """The company is suspended: nobody would get a notice."""


def must_be_served() -> None:
    """Keep the service from stopping until the transaction ends. Raises ServiceStopped."""
    schema = current_schema()
    with connection.cursor() as cursor:
        cursor.execute(_SERVED, [_NAME.format(schema=schema), schema])
        cursor.nextset()
        (is_suspended,) = cursor.fetchone()
    if is_suspended:
        raise ServiceStopped


def wait_for_what_has_begun(company: Company) -> None:
    """Wait before stopping it; what comes now waits for the end of this transaction."""
    with connection.cursor() as cursor:
        name = _NAME.format(schema=company.schema)
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
