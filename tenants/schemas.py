"""The schema that this thread's connection is in: django-tenants' additions, with types."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.db import connection

T = TypeVar("T")
_connection = cast(Any, connection)


def current_schema() -> str:
    return str(_connection.schema_name)


def enter_schema(schema: str) -> None:
    _connection.set_schema(schema)


def leave_schema() -> None:
    _connection.set_schema_to_public()


def in_public(fn: Callable[[], T]) -> T:
    """Run it outside every company, for code that creates or changes companies themselves."""
    before = current_schema()
    leave_schema()
    try:
        return fn()
    finally:
        enter_schema(before)
