"""Appending to the audit, in the caller's transaction: no entry, no act."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from audit.actors import Actor
from tenants.schemas import current_schema

ADMIN_STREAM = "admin"


def append(stream: str, verb: str, actor: Actor, /, **facts: Any) -> int:
    """Append one entry to a stream (an incident's or recording's public id, or ``admin``).

    Facts are ids, codes and numbers, never names, so that erasing a person leaves the chain whole.
    The stream stays locked until the transaction ends. Returns the entry's number in it.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public.audit_append(%s, %s, %s::jsonb)",
            [current_schema(), str(stream), payload_of(verb, actor, **facts)],
        )
        (seq,) = cursor.fetchone()
    return int(seq)


def payload_of(verb: str, actor: Actor, /, **facts: Any) -> str:
    """The JSON of an entry, for those who call public.audit_append() over their own connection."""
    who = {"kind": actor.kind, "id": actor.id, "roles": sorted(actor.roles)}
    return json.dumps({**facts, "verb": verb, "actor": who}, cls=DjangoJSONEncoder)


def is_protected() -> bool:
    """Whether this connection's role is unable to change what has been appended."""
    table = f"{current_schema()}.audit_event"
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(%s, 'UPDATE, DELETE, TRUNCATE')", [table])
        (may_change,) = cursor.fetchone()
    return not may_change
