"""A company that was made ahead is what any other is, and until then it is nobody's."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.conf import settings

from tenants.spares import ENOUGH, keep_spares
from tests.tenants.catalogue import CATALOGUE, Session, known

OIDS = """
SELECT n.oid FROM public.spare_schema s JOIN pg_namespace n ON n.nspname = s.name"""


@pytest.fixture
def owner() -> Iterator[Session]:
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as session:
        yield session


@pytest.fixture(autouse=True)
def spares(owner: Session, django_db_setup: None, django_db_blocker: Any) -> set[int]:
    """As a timekeeper keeps them."""
    with django_db_blocker.unblock():
        keep_spares()
    return lying_ready(owner)


def lying_ready(owner: Session) -> set[int]:
    return {oid for (oid,) in owner.execute(OIDS)}


@contextmanager
def platform() -> Iterator[Session]:
    """A transaction of the application that is not committed."""
    with psycopg.connect(settings.DATABASE_URL) as session:
        session.execute("SET lock_timeout = '20s'")
        yield session
        session.rollback()


def made(session: Session, name: str) -> int:
    """The oid of the company's schema, which it keeps whatever it is called."""
    session.execute("SELECT public.provision_company(%s)", [name])
    row = session.execute("SELECT %s::regnamespace::oid", [name]).fetchone()
    assert row
    return int(row[0])


@contextmanager
def none_left() -> Iterator[None]:
    """Somebody takes all of them."""
    with psycopg.connect(settings.DATABASE_OWNER_URL) as others:
        others.execute("SELECT FROM public.spare_schema FOR UPDATE")
        yield
        others.rollback()


@pytest.mark.parametrize("what", CATALOGUE)
def test_it_is_what_a_company_made_anew_is(spares: set[int], what: str) -> None:
    with platform() as ahead:
        assert made(ahead, "hooli") in spares
        from_spare = known(ahead, "hooli", what)
    with none_left(), platform() as today:
        assert made(today, "umbrella") not in spares
        assert known(today, "umbrella", what) == from_spare


def test_two_companies_made_at_once_take_one_each(spares: set[int]) -> None:
    with platform() as one, platform() as other:
        taken = {made(one, "hooli"), made(other, "umbrella")}
        assert len(taken) == 2
        assert taken < spares


def test_a_company_that_is_given_up_gives_its_spare_back(spares: set[int], owner: Session) -> None:
    with platform() as session:
        assert made(session, "hooli") in spares
        session.rollback()
        assert lying_ready(owner) == spares
        assert made(session, "umbrella") in spares


def test_one_of_a_former_template_is_taken_by_nobody_and_made_anew(
    spares: set[int], owner: Session, django_db_blocker: Any
) -> None:
    owner.execute("UPDATE public.spare_schema SET fingerprint = 'of a former template'")
    try:
        with platform() as session:
            assert made(session, "hooli") not in spares
        with django_db_blocker.unblock():
            keep_spares()
        assert len(lying_ready(owner) - spares) == ENOUGH
    finally:
        for (name,) in owner.execute(FORMER).fetchall():
            owner.execute(f'DROP SCHEMA "{name}" CASCADE'.encode())


FORMER = "DELETE FROM public.spare_schema WHERE fingerprint = 'of a former template' RETURNING name"


def test_one_that_is_missing_in_a_restored_copy_is_not_waited_for(owner: Session) -> None:
    with psycopg.connect(settings.DATABASE_OWNER_URL) as restored:
        restored.execute("UPDATE public.spare_schema SET name = 'zz_spare_' || left(md5(name), 12)")
        assert made(restored, "hooli")
        restored.rollback()


def test_it_belongs_to_nobody(owner: Session) -> None:
    (name,) = owner.execute("SELECT name FROM public.spare_schema LIMIT 1").fetchone() or ("",)
    refused = psycopg.errors.InvalidSchemaName
    with platform() as session:
        with pytest.raises(refused), session.transaction():
            session.execute("SELECT public.provision_company(%s)", [name])
        with pytest.raises(refused), session.transaction():
            session.execute("SELECT public.audit_append(%s, 's', '{}')", [name])
        assert (
            session.execute(
                "SELECT FROM public.tenants_company WHERE schema_name = %s", [name]
            ).fetchall()
            == []
        )


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT FROM public.spare_schema",
        "INSERT INTO public.spare_schema VALUES ('zz_spare_0123456789ab', '')",
        "UPDATE public.spare_schema SET name = name",
        "DELETE FROM public.spare_schema",
    ],
)
def test_the_application_takes_one_in_no_other_way(statement: str) -> None:
    with platform() as session, pytest.raises(psycopg.errors.InsufficientPrivilege):
        session.execute(statement.encode())
