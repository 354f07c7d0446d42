"""What test_matrix.py asks of every address, asked of the console's: both annas have called the
security company, olga holds globex's case, otto acme's. The desk is set up once; each test's own
changes are rolled back to there."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tenants.schemas import leave_schema
from tests.isolation import test_matrix as matrix
from tests.isolation.row import Row
from tests.isolation.test_matrix import CONSOLE, NAMED, Pair, inside
from tests.isolation.world import DESK_THINGS, ask, take_case

every_row = pytest.mark.parametrize("row", CONSOLE, ids=str)


@pytest.fixture(scope="module")
def desk(pair: Pair, django_db_blocker: Any) -> Iterator[Pair]:
    """In a transaction around this module's tests, whose own ones are savepoints within it."""
    with django_db_blocker.unblock(), transaction.atomic():
        for side, username in zip(pair, ("otto", "olga"), strict=True):
            path = f"/api/v1/incidents/{side.names['incident']}/raise"
            phone = side.credentials["anna's phone"]
            assert ask(phone, side.host, "POST", path, {"level": "support"}).status == 200
            side.names |= take_case(side, username)
        yield pair
        transaction.set_rollback(True)
    with django_db_blocker.unblock():
        leave_schema()
        connection.close()
    for side in pair:
        for name in DESK_THINGS:
            del side.names[name]


@every_row
def test_who_has_the_right_gets_what_is_theirs(row: Row, desk: Pair, db: None) -> None:
    matrix.test_who_has_the_right_gets_what_is_theirs(row, db, desk)


@every_row
def test_what_acme_has_is_worth_nothing_on_globex(row: Row, desk: Pair, db: None) -> None:
    matrix.test_what_acme_has_is_worth_nothing_on_globex(row, db, desk)


@pytest.mark.parametrize("row", [row for row in NAMED if row in CONSOLE], ids=str)
def test_a_name_from_acme_is_unknown_on_globex(row: Row, desk: Pair, db: None) -> None:
    matrix.test_a_name_from_acme_is_unknown_on_globex(row, db, desk)


@pytest.mark.parametrize(("row", "who"), inside(CONSOLE), ids=str)
def test_others_at_the_desk_get_what_the_table_says(
    row: Row, who: str, desk: Pair, db: None
) -> None:
    matrix.test_others_of_the_same_company_get_what_the_table_says(row, who, db, desk)
