"""What test_matrix.py asks of every address, asked of the console's and of the responder's page:
both annas have called the security company, olga holds globex's case, otto acme's, rosa drives to
globex. The desk is set up once; what each request changes is taken back."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from operations.models import AccessGrant
from tenants.schemas import leave_schema
from tests.isolation.desk import take_case
from tests.isolation.expectations import Judge, World
from tests.isolation.pairs import AT_THE_CONSOLE, Pair
from tests.isolation.row import Row
from tests.isolation.twin_company import DESK_THINGS, ask

# What only the holder of the case may do.
HELD = [row for row in AT_THE_CONSOLE if "{case}" in row.address and not row.desk_wide]
every_row = pytest.mark.parametrize("row", AT_THE_CONSOLE, ids=str)


@pytest.fixture(scope="module")
def desk(pair: Pair, world: World, django_db_blocker: Any) -> Iterator[Pair]:
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
def test_only_who_has_the_right_gets_an_answer(row: Row, desk: Pair, db: None) -> None:
    acme, globex = desk
    other = replace(globex, names=globex.names | {n: acme.names[n] for n in DESK_THINGS})
    wrong = Judge(row, acme, {"own": globex, "other company": other}).wrong()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("row", HELD, ids=str)
def test_when_her_grant_has_ended_there_is_no_such_case(row: Row, desk: Pair, db: None) -> None:
    acme, globex = desk
    judge = Judge(row, acme, {"own": globex})
    assert not judge.good.reply.is_refusal
    AccessGrant.objects.filter(case__public_id=globex.names["case"]).update(closed_at=Now())
    after = judge.ask(globex.credentials["olga"], globex)
    assert after.bare == judge.nothing("olga").bare
    assert not after.changed
