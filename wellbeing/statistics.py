"""Which groups of a week may be published, and their figures. Pure.

A group is shown only if it has at least MINIMUM_GROUP_SIZE people who answered, and only together
with groups whose remainder (those in the parent but in no shown group) is empty or at least
as large, so that no subtraction of shown figures leaves fewer. Nobody stands in two groups of one
level, and weeks do not overlap, so these sums are the only ones there are.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

MINIMUM_GROUP_SIZE = 5


@dataclass(frozen=True, slots=True)
class Person:
    """One person's week; no answers: did not answer."""

    department: int
    answers: tuple[str, ...] = ()


@dataclass(slots=True)
class Group:
    """A department with everything below it; department None is the whole company."""

    department: int | None
    people: list[Person] = field(default_factory=list)
    children: list["Group"] = field(default_factory=list)

    @property
    def size(self) -> int:
        return len(self.people)

    @property
    def answered(self) -> int:
        return sum(bool(person.answers) for person in self.people)


@dataclass(slots=True)
class Counted:
    """A group of which only the numbers are left: a frozen figure."""

    department: int | None
    size: int
    answered: int
    children: list["Counted"] = field(default_factory=list)


AnyGroup = TypeVar("AnyGroup", Group, Counted)


def tree_of(people: Iterable[Person], parents: Mapping[int, int | None]) -> Group:
    """All people in the company's group, and each in the groups of all departments above."""
    groups: dict[int | None, Group] = {None: Group(None)}
    for department in parents:
        groups[department] = Group(department)
    for department, parent in parents.items():
        groups[parent if parent in groups else None].children.append(groups[department])
    for person in people:
        at: int | None = person.department
        seen: set[int | None] = set()
        while at is not None and at not in seen:
            seen.add(at)
            groups[at].people.append(person)
            at = parents.get(at)
        groups[None].people.append(person)
    return groups[None]


def counted_tree(groups: Iterable[Counted], parents: Mapping[int, int | None]) -> Counted:
    """Frozen groups, each below the nearest one above that was frozen with it."""
    known = {group.department: group for group in groups}
    company = known.setdefault(None, Counted(None, 0, 0))
    for department, group in known.items():
        if department is not None:
            known[_nearest(department, parents, known)].children.append(group)
    return company


def _nearest(
    department: int, parents: Mapping[int, int | None], known: Mapping[int | None, Counted]
) -> int | None:
    at, seen = parents.get(department), {department}
    while at is not None and at not in known and at not in seen:
        seen.add(at)
        at = parents.get(at)
    return at if at in known and at not in seen else None


def publishable(company: AnyGroup, minimum: int = MINIMUM_GROUP_SIZE) -> list[AnyGroup]:
    """The groups that may be shown, the company first; none at all for a small company."""
    if not _is_large(company.answered, minimum):
        return []
    shown = [company]
    for child in _shown_children(company, minimum):
        shown += publishable(child, minimum)
    return shown


def _shown_children(parent: AnyGroup, minimum: int) -> list[AnyGroup]:
    """As many children as leave a remainder that hides everybody in it."""
    fitting = [child for child in parent.children if _is_large(child.answered, minimum)]
    fitting.sort(key=lambda child: (child.answered, child.department or 0))
    while fitting:
        people = parent.size - sum(child.size for child in fitting)
        answered = parent.answered - sum(child.answered for child in fitting)
        if people == 0 or _is_large(answered, minimum):
            return fitting
        fitting.pop(0)
    return []


def _is_large(answered: int, minimum: int) -> bool:
    return answered >= minimum


def shares(counts: Mapping[str, int]) -> dict[str, int]:
    """Shares in per cent, in tens that add up to 100: the largest remainders are rounded up."""
    total = sum(counts.values())
    tens = {name: 10 * count // total for name, count in counts.items()}
    by_rest = sorted(counts, key=lambda name: 10 * counts[name] % total, reverse=True)
    for name in by_rest[: 10 - sum(tens.values())]:
        tens[name] += 1
    return {name: 10 * count for name, count in tens.items()}


def in_fives(count: int) -> int:
    """A lower bound in fives, which hides one person more or less. Zero: under the minimum."""
    return count // MINIMUM_GROUP_SIZE * MINIMUM_GROUP_SIZE
