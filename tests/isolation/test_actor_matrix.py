"""Nine actors, five kinds of thing, every address of a company: who has the right gets an answer,
everybody else what somebody gets who asks for what does not exist.

An address without a row fails in test_matrix.py, so none is missing here. The suite asks the five
of every address that names an alarm or something of hers, PROVE=1 of every address.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction

from tenants.context import run_in
from tenants.schemas import leave_schema
from tests.isolation.actors import ACTORS, SUBJECTS, hire, subjects
from tests.isolation.rights import rightful
from tests.isolation.row import Row
from tests.isolation.rows import ROWS
from tests.isolation.test_matrix import Pair, send
from tests.isolation.world import Reply, Side, alike, missing

COMPANY = [row for row in ROWS if row.kind == "company" and rightful(row) is not None]
World = dict[str, Side]
OURS = "own"


def asked_of(row: Row) -> list[str]:
    """All five where the address names an alarm; where it names what only this company has one of,
    the three that differ."""
    if "{incident}" in row.address:
        return list(SUBJECTS)
    if row.names_something and not row.by_key:
        return [OURS, "other company", "erased"]
    return list(SUBJECTS) if "PROVE" in os.environ else [OURS]


CELLS = [(row, subject) for row in COMPANY for subject in asked_of(row)]


@pytest.fixture(scope="module")
def world(pair: Pair, django_db_blocker: Any) -> Iterator[World]:
    """In a transaction around this module's tests, whose own ones are savepoints within it."""
    acme, globex = pair
    before = dict(globex.credentials)
    with django_db_blocker.unblock(), transaction.atomic():
        run_in(globex.company, hire, globex)
        yield subjects(acme, globex)
        transaction.set_rollback(True)
    globex.credentials.clear()
    globex.credentials |= before
    with django_db_blocker.unblock():
        leave_schema()
        connection.close()


def asked(row: Row, side: Side, actor: str) -> Reply:
    """What it changed is taken back, so that the next one finds the same."""
    with transaction.atomic():
        reply = send(row, side, side.credentials[ACTORS[actor]], side)
        transaction.set_rollback(True)
    return reply


def expected(row: Row, subject: str) -> frozenset[str]:
    entitled = rightful(row) or frozenset()
    repeated = row.idempotent and "{incident}" not in row.address
    if not row.names_something or row.by_key or repeated:
        return entitled
    if subject in {"other company", "erased"}:
        return frozenset()
    # HR keeps every record; a device and a supervisor have to do with their own people only.
    return entitled & {"hr_admin"} if subject == "other department" else entitled


@pytest.mark.parametrize(("row", "subject"), CELLS, ids=str)
def test_only_who_has_the_right_gets_an_answer(
    row: Row, subject: str, world: World, db: None
) -> None:
    side, nothing = world[subject], missing(world[subject])
    replies = {actor: asked(row, side, actor) for actor in ACTORS}
    answered = {actor for actor, reply in replies.items() if not reply.is_refusal}
    assert answered == expected(row, subject)
    if not row.names_something or row.by_key or row.idempotent:
        return
    for actor in set(ACTORS) - answered:
        reply = replies[actor]
        if reply.status == 403 and "hr_admin" in actor and subject != "other company":
            continue  # may read the alarm, so she learns nothing by not answering it
        assert alike(reply, side) == alike(asked(row, nothing, actor), nothing), actor


def test_every_actor_is_rightful_somewhere_and_every_subject_is_asked_about() -> None:
    """A cast of which one is refused everywhere would prove nothing of that one's refusals."""
    served = set().union(*(rightful(row) or set() for row in COMPANY))
    assert served == set(ACTORS) - {"anonymous", "operator"}
    assert {subject for _row, subject in CELLS} == set(SUBJECTS)
