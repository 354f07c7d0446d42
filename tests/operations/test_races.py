"""Two hundred cases, twenty operators at once: one owner each. Committed rows, real threads."""

import os
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from django.db import connection

from audit.actors import Actor
from operations.cases import claim
from operations.dispatches import cancel, reserve, send_responder
from operations.errors import AlreadyClaimed, ResponderBusy, ResponderReserved
from operations.models import AccessGrant, Case, Centre, Dispatch, Responder, Shift
from operations.selectors import queue
from operations.shifts import start_shift
from tenants.models import Company
from tests.operations.racing import racing, waiting_case

__all__ = ["racing"]

CASES, OPERATORS = (200, 20) if os.environ.get("PROVE") else (20, 5)


@pytest.fixture
def waiting(racing: Company) -> list[uuid.UUID]:
    return [waiting_case(racing, number).public_id for number in range(CASES)]


@pytest.fixture
def operators(waiting: list[uuid.UUID]) -> Iterator[list[Actor]]:
    centre = Centre.objects.get(name="東京管制センター")
    actors = [Actor(kind="operator", id=str(uuid.uuid4())) for _number in range(OPERATORS)]
    for actor in actors:
        start_shift(operator=actor, centre=centre)
    yield actors
    Shift.objects.filter(operator_id__in=[actor.id for actor in actors]).delete()


def test_every_case_has_exactly_one_owner(
    waiting: list[uuid.UUID], operators: list[Actor], django_db_blocker: Any
) -> None:
    start = threading.Barrier(OPERATORS)

    def take_all(operator: Actor) -> Counter[str]:
        with django_db_blocker.unblock():
            start.wait(60)
            try:
                return Counter(take(case_id, operator) for case_id in waiting)
            finally:
                connection.close()

    with ThreadPoolExecutor(OPERATORS) as pool:
        outcome = sum(pool.map(take_all, operators), Counter[str]())
    assert outcome == {"won": CASES, "lost": CASES * (OPERATORS - 1)}
    owners = Counter(AccessGrant.objects.in_force().values_list("case__public_id", flat=True))
    assert {owners[case_id] for case_id in waiting} == {1}
    claimed = Case.objects.filter(public_id__in=waiting, state="claimed")
    for case in claimed:
        assert AccessGrant.objects.get(case=case).operator_id == case.owner_id
    assert claimed.count() == CASES


def take(case_id: uuid.UUID, operator: Actor) -> str:
    try:
        claim(case_id=case_id, operator=operator)
    except AlreadyClaimed:
        return "lost"
    return "won"


ROUNDS = 60 if os.environ.get("PROVE") else 12


def test_all_reserve_one_responder_while_he_leaves_and_one_case_gets_him(
    waiting: list[uuid.UUID], operators: list[Actor], django_db_blocker: Any
) -> None:
    owners = dict(zip(waiting, operators, strict=False))
    for case_id, operator in owners.items():
        claim(case_id=case_id, operator=operator)
    unit = Responder.objects.get(call_sign="B-07")
    send_responder(case_id=waiting[0], responder_id=unit.public_id, operator=operators[0])
    for _round in range(ROUNDS):
        busy = Dispatch.objects.active().select_related("case").get(responder=unit)
        acts = [
            partial(reserve, case_id=case_id, responder_id=unit.public_id, operator=operator)
            for case_id, operator in owners.items()
            if case_id != busy.case.public_id
        ]
        leave = partial(cancel, dispatch_id=busy.public_id, operator=owners[busy.case.public_id])
        won = race([*acts, leave], django_db_blocker)
        # Who spoke before he left was first; the one who comes after that may reserve him anew.
        reserved = Dispatch.objects.reserved().filter(responder=unit)
        assert Dispatch.objects.active().filter(responder=unit).count() == 1
        assert won - 1 == 1 + reserved.count()
        reserved.update(state="cancelled")


def race(acts: list[Callable[[], object]], django_db_blocker: Any) -> int:
    """How many came through, when all begin at once."""
    start = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> int:
        with django_db_blocker.unblock():
            start.wait(60)
            try:
                act()
            except (ResponderReserved, ResponderBusy):
                return 0
            finally:
                connection.close()
            return 1

    with ThreadPoolExecutor(len(acts)) as pool:
        return sum(pool.map(run, acts))


def test_the_queue_takes_as_many_statements_for_many_cases_as_for_one(
    waiting: list[uuid.UUID], django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        assert len(queue()) >= CASES
