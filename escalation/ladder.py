"""The order in which people are called: pure, from who answers for whom to rungs with a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

STEP_SECONDS = 30
CHOICE_SECONDS = 60
"""Seconds within which whoever confirmed must have chosen what happens now."""


Turn = tuple[bool, int]
"""On leave or not, then the priority."""


@dataclass(frozen=True, slots=True)
class PlannedRung:
    order: int
    after_seconds: int
    user_ids: tuple[int, ...]
    on_site: bool
    asks_support: bool = False


def plan(assigned: Sequence[tuple[Turn, int, bool]], *, has_support: bool) -> list[PlannedRung]:
    """Rungs from (turn, user id, on site); those who share a turn are called together.

    The first rung is called at once, each further one 30 seconds later. With a support contract
    the security company is always the last rung: no setting can take it away.
    """
    rungs: list[PlannedRung] = []
    for order, (_turn, group) in enumerate(groupby(sorted(assigned), key=lambda one: one[0])):
        members = list(group)
        users = tuple(user_id for _t, user_id, _on_site in members)
        on_site = any(one[2] for one in members)
        rungs.append(PlannedRung(order, order * STEP_SECONDS, users, on_site))
    if has_support:
        last = len(rungs)
        rungs.append(PlannedRung(last, last * STEP_SECONDS, (), on_site=False, asks_support=True))
    return rungs
