"""The one way from the desk into a company: as `sobani_ops`, for one grant, written down first.

`read` and `write` open a transaction, take the database role that sees nothing but the views of
the grant, and append to the COMPANY's audit before anything is looked at: no entry, no data. The
views and functions check the grant again, by the database's clock (sql/company.sql).
"""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from django.db.utils import ProgrammingError
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from audit.actors import Actor
from operations.errors import NoGrant
from operations.models import AccessGrant
from tenants.context import run_in
from tenants.schemas import current_schema

T = TypeVar("T")


def read(*, grant_id: UUID, operator: Actor, verb: str, query: Callable[[], T]) -> T:
    """What `query` returns, after the look was appended to the company's audit under `verb`.

    `query` must return plain values: a lazy queryset would be read outside. Raises NoGrant.
    """

    def look() -> T:
        call("ops_append", verb, "{}")
        return query()

    return _inside(grant_id, operator, look)


def write(*, grant_id: UUID, operator: Actor, query: Callable[[], T]) -> T:
    """Run a query that appends to the audit itself (`ops_event`, …). Raises NoGrant."""
    return _inside(grant_id, operator, query)


def call(function: str, *arguments: Any) -> Any:
    """Call a function granted to the desk, in the schema that was entered."""
    marks = sql.SQL(", ").join([sql.Placeholder()] * len(arguments))
    statement = sql.SQL("SELECT {}.{}({})").format(
        sql.Identifier(current_schema()), sql.Identifier(function), marks
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        row = cursor.fetchone()
    return row[0] if row else None


def _inside(grant_id: UUID, operator: Actor, query: Callable[[], T]) -> T:
    grants = AccessGrant.objects.in_force().filter(public_id=grant_id, operator_id=operator.id)
    grant = grants.select_related("company").first()
    if grant is None:
        raise NoGrant
    try:
        with transaction.atomic():
            _become_desk(grant)
            done = run_in(grant.company, query)
            _become_application()
            return done
    except ProgrammingError as error:
        if isinstance(error.__cause__, InsufficientPrivilege):  # it ended in this very moment
            raise NoGrant from error
        raise


def _become_desk(grant: AccessGrant) -> None:
    _set("sobani.grant", str(grant.public_id))
    _set("sobani.operator", str(grant.operator_id))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE sobani_ops")


def _become_application() -> None:
    """Reset the role: the transaction may go on around us. After a failure the rollback does it."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
    _set("sobani.grant", "")
    _set("sobani.operator", "")


def _set(name: str, value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, %s, true)", [name, value])
