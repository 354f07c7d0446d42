"""The order in which people are called: pure, from who answers for whom to rungs with a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

Turn = tuple[bool, int]
"""On leave or not, then the priority."""


@dataclass(frozen=True, slots=True)
class PlannedRung:
    order: int
    after_seconds: int
    user_ids: tuple[int, ...]
    on_site: bool
    choice_seconds: int
    """So long this one waits for whoever confirmed to choose what happens now."""
    asks_support: bool = False


def plan(
    assigned: Sequence[tuple[Turn, int, bool]],
    *,
    has_support: bool,
    step_seconds: int,
    choice_seconds: int,
) -> list[PlannedRung]:
    """Rungs from (turn, user id, on site); those who share a turn are called together.

    The first rung is called at once, each further one ``step_seconds`` later. With a support
    contract the security company is always the last rung: no setting can take it away.
    """
    rungs: list[PlannedRung] = []
    for order, (_turn, group) in enumerate(groupby(sorted(assigned), key=lambda one: one[0])):
        members = list(group)
        users = tuple(user_id for _t, user_id, _on_site in members)
        on_site = any(one[2] for one in members)
        rungs.append(PlannedRung(order, order * step_seconds, users, on_site, choice_seconds))
    if has_support:
        last = len(rungs)
        rungs.append(
            PlannedRung(
                last, last * step_seconds, (), on_site=False, choice_seconds=choice_seconds,
                asks_support=True,
            )
        )  # fmt: skip
    return rungs
