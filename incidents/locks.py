"""Locks of what may have no row yet: whose incident is to be opened, which tap is to come."""

from uuid import UUID

from django.db import connection

from tenants.schemas import current_schema


def hold(*names: str) -> None:
    """Hold names within the company until the transaction ends, one after the other."""
    company = current_schema()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(one, 0)) FROM unnest(%s::text[]) AS one",
            [[f"{company}:{name}" for name in names]],
        )


def of_holder(employee_id: int | None, post_id: int | None) -> str:
    return f"{employee_id}:{post_id}"


def of_tap(tap_id: UUID) -> str:
    return str(tap_id)
