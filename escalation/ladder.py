"""The order in which people are called: pure, from who answers for whom to rungs with a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

STEP_SECONDS = 30
CHOICE_SECONDS = 60
"""Seconds within which whoever confirmed must have chosen what happens now."""


@dataclass(frozen=True, slots=True)
class PlannedRung:
    order: int
    after_seconds: int
    user_ids: tuple[int, ...]
    on_site: bool
    asks_support: bool = False


def plan(assigned: Sequence[tuple[int, int, bool]], *, has_support: bool) -> list[PlannedRung]:
    """Rungs from (priority, user id, on site) in calling order.

    The first rung is called at once, each further one 30 seconds later. With a support contract
    the security company is always the last rung: no setting can take it away.
    """
    rungs: list[PlannedRung] = []
    for order, (_priority, group) in enumerate(groupby(sorted(assigned), key=lambda one: one[0])):
        members = list(group)
        users = tuple(user_id for _p, user_id, _on_site in members)
        on_site = any(one[2] for one in members)
        rungs.append(PlannedRung(order, order * STEP_SECONDS, users, on_site))
    if has_support:
        last = len(rungs)
        rungs.append(PlannedRung(last, last * STEP_SECONDS, (), on_site=False, asks_support=True))
    return rungs
