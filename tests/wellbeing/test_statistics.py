"""No subtraction of published figures leaves a group under five.

The attack knows everything that is published and which groups contain which (the organisation
chart), and tries every sum and difference that the chart allows.
"""

import random
from itertools import product

import pytest

from wellbeing.statistics import Group, Person, publishable, shares, tree_of


def members(group: Group) -> frozenset[int]:
    return frozenset(id(person) for person in group.people)


def derivable(shown: list[Group]) -> set[int]:
    """Sizes of every group that sums and differences of shown ones give, up to all of them."""
    everybody = {id(person): person for group in shown for person in group.people}
    sets = [members(group) for group in shown]
    sizes = set()
    for signs in product((-1, 0, 1), repeat=len(sets)):
        weight = dict.fromkeys(everybody, 0)
        for sign, chosen in zip(signs, sets, strict=True):
            for one in chosen:
                weight[one] += sign
        if set(weight.values()) <= {0, 1}:
            left = [everybody[one] for one, value in weight.items() if value]
            sizes.add(sum(bool(person.answers) for person in left))
            sizes.add(len(left))
    return sizes - {0}


def numbered(sizes: dict[int, int], parents: dict[int, int | None], silent: int = 0) -> Group:
    """Each person an object of its own, so that the attack can tell them apart."""
    people = [Person(at, ("good",)) for at, size in sizes.items() for _n in range(size)]
    people += [Person(next(iter(sizes))) for _n in range(silent)]
    return tree_of(people, parents)


CHARTS = {
    # A department of four beside others below a parent of nine, in a company of thirty.
    "four below nine": ({1: 5, 2: 4, 3: 8, 4: 13}, {1: None, 2: 1, 3: None, 4: None}),
    "two fours": ({1: 4, 2: 4, 3: 22}, {1: None, 2: None, 3: None}),
    "one left over": ({1: 10, 2: 10, 3: 9, 4: 1}, {1: None, 2: None, 3: None, 4: None}),
    "deep": ({1: 3, 2: 6, 3: 7, 4: 5}, {1: None, 2: 1, 3: 2, 4: 3}),
    "circle": ({1: 6, 2: 6}, {1: 2, 2: 1}),
}


@pytest.mark.parametrize("name", CHARTS)
def test_nothing_under_five_can_be_derived(name: str) -> None:
    sizes, parents = CHARTS[name]
    for silent in (0, 1, 3):
        shown = publishable(numbered(sizes, parents, silent))
        assert all(size >= 5 for size in derivable(shown)), [one.department for one in shown]


def test_nothing_under_five_in_a_hundred_random_companies() -> None:
    chance = random.Random(11)
    for _company in range(100):
        sizes = {at: chance.choice((1, 3, 4, 5, 6, 9)) for at in range(1, 7)}
        parents = {at: chance.choice([None, *range(1, at)]) for at in sizes}
        shown = publishable(numbered(sizes, parents, chance.choice((0, 1, 2))))
        assert all(size >= 5 for size in derivable(shown)), (sizes, parents)


def test_the_attack_succeeds_where_the_floor_is_off() -> None:
    sizes, parents = CHARTS["four below nine"]
    assert min(derivable(publishable(numbered(sizes, parents), minimum=1))) == 4


def test_what_can_be_shown_is_shown() -> None:
    sizes = {1: 10, 2: 8, 3: 12}
    shown = publishable(numbered(sizes, {1: None, 2: None, 3: None}))
    assert [one.department for one in shown] == [None, 2, 1, 3]


def test_a_company_of_four_answers_shows_nothing() -> None:
    assert publishable(numbered({1: 4}, {1: None}, silent=20)) == []


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((5, 0, 0), (100, 0, 0)),
        ((13, 13, 1), (50, 50, 0)),
        ((1, 1, 1), (40, 30, 30)),
        ((26, 0, 1), (100, 0, 0)),
        ((3, 2, 2), (40, 30, 30)),
    ],
)
def test_shares_are_tens_that_add_up(
    counts: tuple[int, int, int], expected: tuple[int, int, int]
) -> None:
    found = shares(dict(zip(("good", "normal", "bad"), counts, strict=True)))
    assert tuple(found.values()) == expected
