"""The order of calls as a table: who is assigned, and the seconds of the rule."""

import pytest

from escalation.contact_plan import plan

HERE, AWAY = False, True
BORIS, SECOND, CARLA = 1, 2, 3


@pytest.mark.parametrize(
    ("assigned", "has_support", "step", "rungs"),
    [
        ([], False, 30, []),
        ([], True, 30, [(0, (), True)]),
        ([((HERE, 1), BORIS, False)], False, 45, [(0, (BORIS,), False)]),
        (
            [((HERE, 2), SECOND, False), ((HERE, 1), BORIS, False)],
            True,
            30,
            [(0, (BORIS,), False), (30, (SECOND,), False), (60, (), True)],
        ),
        (
            [((HERE, 2), SECOND, False), ((HERE, 1), BORIS, False)],
            True,
            180,
            [(0, (BORIS,), False), (180, (SECOND,), False), (360, (), True)],
        ),
        # Who shares a turn is called together; who is on leave comes after everybody else.
        (
            [((AWAY, 1), BORIS, False), ((HERE, 1), SECOND, False), ((HERE, 1), CARLA, False)],
            True,
            15,
            [(0, (SECOND, CARLA), False), (15, (BORIS,), False), (30, (), True)],
        ),
    ],
)
def test_each_is_called_so_many_seconds_after_the_one_before(assigned, has_support, step, rungs):
    found = plan(assigned, has_support=has_support, step_seconds=step, choice_seconds=90)
    assert [(one.after_seconds, one.user_ids, one.asks_support) for one in found] == rungs
    assert {one.choice_seconds for one in found} <= {90}
