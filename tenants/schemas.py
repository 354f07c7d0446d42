"""The schema that this thread's connection is in: django-tenants' additions, with types."""

from typing import Any, cast

from django.db import connection

_connection = cast(Any, connection)


def current_schema() -> str:
    return str(_connection.schema_name)


def enter_schema(schema: str) -> None:
    _connection.set_schema(schema)


def leave_schema() -> None:
    _connection.set_schema_to_public()
