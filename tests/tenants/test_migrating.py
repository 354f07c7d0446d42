"""`migrate` beside people who press: what it finds to do, and whom it never holds up."""

import time
from collections.abc import Iterator

import psycopg
import pytest

from tenants.provisioning import TEMPLATE
from tenants.spares import ENOUGH
from tests.tenants.releases.house import COMPANIES, PATIENCE, House

# The database is made in the first test that asks for it, and each `migrate` is a process.
pytestmark = pytest.mark.timeout(600)

ALL = {*COMPANIES, TEMPLATE}


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    made = House()
    yield made
    made.drop()


def marks(house: House, schema: str) -> list[tuple[str, ...]]:
    return house.owner(f"SELECT fingerprint FROM {schema}.applied_sql")


def test_a_new_company_knows_which_sql_it_has(house: House) -> None:
    house.migrated()
    house.create("hooli")
    assert marks(house, "hooli") == marks(house, TEMPLATE)
    assert house.migrated().brought_up == set()
    house.forget("hooli")


def lacks_view(house: House) -> None:
    house.migrated()
    for schema in ALL:
        house.owner(f"DROP VIEW IF EXISTS {schema}.release_view")


def test_a_release_that_changes_only_sql_reaches_every_company(house: House) -> None:
    lacks_view(house)
    assert house.migrated("view").brought_up >= set(COMPANIES)
    assert house.having("release_view") == ALL
    assert house.migrated("view").brought_up == set()


def test_sql_that_did_not_come_to_its_end_is_applied_again(house: House) -> None:
    house.migrated("view")
    house.owner("DROP VIEW acme.ops_fix; DELETE FROM acme.applied_sql")
    assert house.migrated("view").brought_up == {"acme"}
    assert house.having("ops_fix") == ALL


def test_a_company_lags_by_the_names_of_its_migrations(house: House) -> None:
    """Of two branches it has as many as the template, and not the same."""
    # One that changes no table, so that it can be done twice, and that nothing comes after.
    lost = "app = 'admin' AND name = '0003_logentry_add_action_flag_choices'"
    house.migrated()
    house.owner(f"UPDATE globex.django_migrations SET name = 'of_a_branch' WHERE {lost}")
    assert house.migrated().brought_up == {"globex"}
    assert house.owner(f"SELECT count(*) FROM globex.django_migrations WHERE {lost}") == [(1,)]


def lacks_column(house: House, *companies: str) -> None:
    house.migrated("column")
    for company in companies:
        house.owner(f"ALTER TABLE {company}.incidents_incident DROP COLUMN of_release")
        house.owner(f"DELETE FROM {company}.django_migrations WHERE app = 'column'")


def test_a_migration_that_fails_in_one_company_is_named_and_the_others_go_on(house: House) -> None:
    lacks_column(house, "acme", "globex")
    house.owner("ALTER TABLE globex.incidents_incident ADD COLUMN of_release integer")
    migrate = house.migrate("column")
    assert migrate.ends() == 1
    assert "1 not brought up to date:\n  globex: column.0001_initial: " in migrate.said
    assert house.having("of_release") == ALL
    house.owner("ALTER TABLE globex.incidents_incident DROP COLUMN of_release")
    assert house.migrated("column").brought_up == {"globex"}


def test_a_long_report_keeps_nobody_from_pressing_while_migrate_waits(house: House) -> None:
    lacks_column(house, "acme")
    with house.reader("SELECT count(*) FROM acme.incidents_incident") as report:
        migrate = house.migrate("column")
        with psycopg.connect(house.as_application, autocommit=True) as anna:
            anna.execute("SET lock_timeout = '20s'")
            while "acme waits" not in migrate.said:
                anna.execute("UPDATE acme.incidents_incident SET level = level")
        assert migrate.hears("(2/")
        assert migrate.process.poll() is None
        report.commit()
    assert migrate.ends() == 0
    assert house.having("of_release") == ALL


def test_two_at_once_follow_one_another(house: House) -> None:
    lacks_column(house, "acme")
    with house.reader("SELECT count(*) FROM acme.incidents_incident") as report:
        first = house.migrate("column")
        assert first.hears("acme waits")
        second = house.migrate("column")
        assert second.hears("Another migrate")
        assert second.brought_up == set()
        report.commit()
    assert (first.ends(), second.ends()) == (0, 0)
    assert (first.brought_up, second.brought_up) == ({"acme"}, set())


def test_an_index_of_all_companies_that_was_broken_off_is_made_anew(house: House) -> None:
    old = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM tenants_company"
    with house.reader(old) as report:
        migrate = house.migrate("index")
        assert migrate.hears("public waits")
        report.commit()
    assert migrate.ends() == 0, migrate.said
    valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'job_of_release'::regclass"
    assert house.owner(valid) == [(True,)]


def test_a_company_that_is_being_made_from_the_old_template_is_not_forgotten(house: House) -> None:
    lacks_view(house)
    with psycopg.connect(house.as_application) as platform:
        platform.execute("SELECT public.provision_company('umbrella')")
        platform.execute(
            "INSERT INTO tenants_company (schema_name, name, kind, time_zone, is_suspended,"
            " created_at) VALUES ('umbrella', 'umbrella', 'company', 'Asia/Tokyo', false, now())"
        )
        migrate = house.migrate("view")
        assert migrate.hears(f"{TEMPLATE} waits")
        platform.commit()
    assert migrate.ends() == 0, migrate.said
    assert house.having("release_view") == {*ALL, "umbrella"}
    house.forget("umbrella")


def test_a_timekeeper_keeps_spares_and_a_release_drops_those_of_the_former(house: House) -> None:
    """The companies are brought up; a spare is none."""
    lacks_view(house)
    house.migrated()
    with house.timekeeper():
        latest = time.monotonic() + PATIENCE
        while len(house.spares) < ENOUGH:
            assert time.monotonic() < latest, house.spares
            time.sleep(0.1)
    former = house.spares
    assert house.migrated().brought_up == set()
    assert house.spares == former
    assert house.migrated("view").brought_up == set(COMPANIES)
    assert house.spares == set()
    assert house.owner("SELECT name FROM public.spare_schema") == []
    house.keep_spares()
    assert house.having("release_view") == {*ALL, *house.spares}
    house.create("hooli")
    assert len(house.spares) == ENOUGH - 1
    assert marks(house, "hooli") == marks(house, TEMPLATE)
    house.forget("hooli")
