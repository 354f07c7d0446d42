"""The SQL that protects the audit: written to be run again, with one role or two."""

from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from audit import services

FOLDER = Path(services.__file__).parent / "sql"
OWNER = conninfo_to_dict(settings.DATABASE_OWNER_URL)["user"]
TRIGGERS = """
SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger
WHERE tgrelid IN ('acme.audit_event'::regclass, 'acme.audit_head'::regclass) ORDER BY 1, 2
"""


def install(session: psycopg.Connection, role: str) -> None:
    for name in ("public", "company"):
        text = (FOLDER / f"{name}.sql").read_text()
        session.execute(text.replace("{schema}", "acme").replace("{app_role}", role))


def test_it_can_be_run_again(owner):
    session = owner()
    before = session.execute(TRIGGERS).fetchall()
    for _ in range(2):
        install(session, settings.APP_ROLE)
    assert session.execute(TRIGGERS).fetchall() == before
    assert len(before) == 5


@pytest.mark.parametrize("statement", ["DELETE FROM acme.audit_event", "TRUNCATE acme.audit_head"])
def test_with_one_role_for_everything_it_works_and_the_triggers_stand(owner, statement):
    session = owner()
    install(session, str(OWNER))
    session.execute("SELECT public.audit_append('acme', 'one-role', '{}')")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        session.execute(statement)
