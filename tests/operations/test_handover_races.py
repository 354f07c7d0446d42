"""A hand-over is accepted in the very moment in which its case is given back, closed or lost."""

import os
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import pytest
from django.db import transaction

from audit.actors import Actor
from jobs.registry import Retry
from operations import cases, handovers, ladder
from operations.models import AccessGrant, Case
from tenants.models import Company
from tests.operations.conftest import silence
from tests.operations.racing import Duel, duel, racing, two_operators, waiting_case

__all__ = ["duel", "racing", "two_operators"]

ROUNDS = 667 if os.environ.get("PROVE") else 20

OLGAS = Callable[[Case, Actor], object]


def give_back(case: Case, olga: Actor) -> None:
    cases.give_back(case_id=case.public_id, operator=olga)


def close(case: Case, olga: Actor) -> None:
    cases.close_case(case_id=case.public_id, operator=olga, result="calmed")


def lose_console(case: Case, olga: Actor) -> None:
    """As the clock of her console does it; it looks again later if otto's is there by now."""
    with suppress(Retry), transaction.atomic():
        lost = ladder.lost_case(case_id=case.public_id, turn=case.turn)
        if lost is not None:
            cases.return_to_queue(lost, "console_lost")


@pytest.mark.parametrize("leave", [give_back, close, lose_console])
def test_one_of_both_comes_first_and_none_waits_for_the_other_for_ever(
    leave: OLGAS, racing: Company, two_operators: tuple[Actor, Actor], duel: Duel
) -> None:
    olga, otto = two_operators
    seen: Counter[tuple[str, str]] = Counter()
    for number in range(ROUNDS):
        case = offered(waiting_case(racing, number), olga, otto)
        offer = case.handovers.get()
        accepted, left = duel(
            lambda offer=offer: handovers.accept(handover_id=offer.public_id, operator=otto),
            lambda case=case: leave(case, olga),
        )
        seen[accepted, left] += 1
        stands_as_one_of_both_left_it(case, accepted == "done", otto)
    assert not [pair for pair in seen if "DeadlockDetected" in pair], seen
    assert {pair[0] for pair in seen} <= {"done", "handover-over"}, seen


def offered(case: Case, olga: Actor, otto: Actor) -> Case:
    cases.claim(case_id=case.public_id, operator=olga)
    case.handovers.create(from_operator=olga.id, to_operator=otto.id, note="3階、店長が対応")
    silence(case)
    case.refresh_from_db()
    return case


def stands_as_one_of_both_left_it(case: Case, accepted: bool, otto: Actor) -> None:
    case.refresh_from_db()
    grants = AccessGrant.objects.in_force().owning().filter(case=case)
    assert not case.handovers.open().exists()
    if accepted:
        assert (case.state, str(case.owner_id)) == ("claimed", otto.id)
        assert [str(grant.operator_id) for grant in grants] == [otto.id]
    else:
        assert case.state in {"requested", "closed"}
        assert not grants.exclude(case__state="closed").exists()
