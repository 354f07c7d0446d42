"""What nobody can do with the audit: the application by its rights, the owner by the triggers."""

import uuid

import psycopg
import pytest
from django.conf import settings

TABLES = ("audit_event", "audit_head")
BY_THE_APPLICATION = [
    *[f"UPDATE acme.{table} SET seq = seq + 1" for table in TABLES],
    *[f"DELETE FROM acme.{table}" for table in TABLES],
    *[f"TRUNCATE acme.{table} CASCADE" for table in TABLES],
    "INSERT INTO acme.audit_event VALUES ('s', 1, now(), '{}', '{}', '', '')",
    "INSERT INTO acme.audit_head VALUES ('s', 1, '')",
    "COPY acme.audit_event FROM STDIN",
    "SELECT * FROM acme.audit_head FOR UPDATE",
    *[f"ALTER TABLE acme.{table} DISABLE TRIGGER ALL" for table in TABLES],
    "DROP TRIGGER audit_event_no_change ON acme.audit_event",
    *[f"DROP TABLE acme.{table} CASCADE" for table in TABLES],
    "CREATE TRIGGER mine BEFORE INSERT ON acme.audit_event"
    " EXECUTE FUNCTION public.audit_no_change()",
    "ALTER FUNCTION public.audit_append(text, text, jsonb) SECURITY INVOKER",
    "DROP FUNCTION public.audit_append(text, text, jsonb)",
    "CREATE OR REPLACE FUNCTION public.audit_no_change() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RETURN OLD; END'",
    "CREATE TABLE acme.audit_more (stream text)",
    "SET session_replication_role = replica",
]
BY_THE_OWNER = [
    "UPDATE {schema}.audit_event SET payload = '{{}}'",
    "DELETE FROM {schema}.audit_event",
    "TRUNCATE {schema}.audit_event",
    "UPDATE {schema}.audit_head SET seq = seq - 1",
    "UPDATE {schema}.audit_head SET seq = seq + 2",
    "UPDATE {schema}.audit_head SET hash = ''",
    "UPDATE {schema}.audit_head SET stream = 'other', seq = seq + 1",
    "DELETE FROM {schema}.audit_head",
    "TRUNCATE {schema}.audit_head",
]
RIGHTS = """
SELECT table_name, privilege_type FROM information_schema.role_table_grants
WHERE table_schema = 'acme' AND table_name = ANY(%s) AND grantee IN (%s, 'PUBLIC')
ORDER BY 1, 2
"""


def write_one(session: psycopg.Connection) -> str:
    stream = str(uuid.uuid4())
    session.execute("SELECT public.audit_append('acme', %s, '{}')", [stream])
    return stream


@pytest.mark.parametrize("statement", BY_THE_APPLICATION)
def test_the_application_is_refused(application, statement):
    session = application()
    write_one(session)
    with pytest.raises((psycopg.errors.InsufficientPrivilege, psycopg.errors.UndefinedObject)):
        session.execute(statement)


def test_the_application_cannot_become_the_owner(application):
    session = application()
    role = psycopg.conninfo.conninfo_to_dict(settings.DATABASE_OWNER_URL)["user"]
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(f'SET ROLE "{role}"')


def test_the_application_may_select_and_nothing_else(application):
    granted = application().execute(RIGHTS, [list(TABLES), settings.APP_ROLE]).fetchall()
    assert granted == [(table, "SELECT") for table in TABLES]


@pytest.mark.parametrize("statement", BY_THE_OWNER)
def test_not_even_the_owner_changes_what_is_written(owner, statement):
    session = owner()
    write_one(session)
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        session.execute(statement.format(schema="acme"))


def test_a_planted_table_is_not_written(application):
    """Its trigger would run with the owner's rights."""
    session = application()
    session.execute(
        "CREATE TEMP TABLE audit_head (stream text PRIMARY KEY, seq bigint, hash bytea)"
    )
    session.execute("CREATE TEMP TABLE audit_event (LIKE acme.audit_event)")
    (schema,) = session.execute(
        "SELECT nspname FROM pg_namespace WHERE oid = pg_my_temp_schema()"
    ).fetchone()
    session.execute(
        "INSERT INTO public.tenants_company"
        " (schema_name, name, kind, time_zone, is_suspended, created_at)"
        " VALUES (%s, 'planted', 'company', 'Asia/Tokyo', false, now())",
        [schema],
    )
    with pytest.raises(psycopg.errors.InvalidSchemaName):
        session.execute("SELECT public.audit_append(%s, 's', '{}')", [schema])


def test_planted_functions_are_not_called(owner):
    """Whatever the caller's search_path holds, the chain is made by the built-in functions."""
    session = owner()
    session.execute("CREATE SCHEMA planted")
    session.execute(
        "CREATE FUNCTION planted.sha256(bytea) RETURNS bytea LANGUAGE sql AS $$ SELECT ''::bytea $$"
    )
    session.execute("SET search_path = planted, acme, public, pg_catalog")
    assert session.execute("SELECT length(sha256('x'))").fetchone() == (0,)
    stream = write_one(session)
    (digest,) = session.execute(
        "SELECT hash FROM acme.audit_head WHERE stream = %s", [stream]
    ).fetchone()
    assert len(digest) == 32
