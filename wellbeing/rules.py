"""When somebody should ask how a person is: pure, from days to findings, each saying why.

bad_now    bad today
drop       from good to bad since the answer before
many_bad   ``count`` times bad within the last ``within_days`` days
silence    no answer on the last ``count`` working days
flat       the same answer ``count`` days running: perhaps nobody is really answering
asked      the person wishes to be spoken to (cannot be switched off)
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

GOOD, BAD = "good", "bad"
ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one person. ``condition`` None: no answer."""

    on: date
    condition: str | None
    is_working: bool
    wants_contact: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    is_on: bool = True
    count: int = 0
    within_days: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """``on`` is the day it is about; the same rule and day are one finding forever."""

    rule: str
    on: date
    facts: dict[str, Any] = field(default_factory=dict)


DEFAULTS: dict[str, Limits] = {
    "bad_now": Limits(),
    "drop": Limits(),
    "many_bad": Limits(count=3, within_days=5),
    "silence": Limits(count=3),
    # Most who are always well simply are: only on where a company wishes to ask.
    "flat": Limits(is_on=False, count=20),
}
LEAST_SPAN = timedelta(days=14)
FRESH = timedelta(days=3)

Rule = Callable[[Sequence[Day], Limits], Finding | None]


def findings(days: Sequence[Day], limits: Mapping[str, Limits] = DEFAULTS) -> list[Finding]:
    """What the rules say of one person's days, the oldest first and today last."""
    if not days:
        return []
    results = [
        RULES[name](days, limits[name]) for name in RULES if name in limits and limits[name].is_on
    ]
    results.append(_asked(days))
    return [finding for finding in results if finding is not None]


def dry_run(days: Sequence[Day], limits: Mapping[str, Limits], *, first: date) -> list[Finding]:
    """What would have been found had the rules run every day from ``first`` on, each once."""
    once: dict[tuple[str, date], Finding] = {}
    for end in range(1, len(days) + 1):
        if days[end - 1].on >= first:
            for finding in findings(days[:end], limits):
                once.setdefault((finding.rule, finding.on), finding)
    return list(once.values())


def _bad_now(days: Sequence[Day], _limits: Limits) -> Finding | None:
    if days[-1].condition != BAD:
        return None
    run = _length(day.condition == BAD for day in reversed(days) if day.condition or day.is_working)
    return Finding("bad_now", days[-1].on, {"in_a_row": run})


def _drop(days: Sequence[Day], _limits: Limits) -> Finding | None:
    answered = [day for day in days if day.condition]
    if days[-1].condition != BAD or len(answered) < 2 or answered[-2].condition != GOOD:
        return None
    return Finding("drop", days[-1].on, {"since": answered[-2].on.isoformat()})


def _many_bad(days: Sequence[Day], limits: Limits) -> Finding | None:
    since = days[-1].on - timedelta(days=limits.within_days - 1)
    bad = [day.on for day in days if day.condition == BAD and day.on >= since]
    if len(bad) < limits.count:
        return None
    # About its newest bad day, so that it is found again only when another one comes.
    return Finding("many_bad", bad[-1], {"times": len(bad), "days": limits.within_days})


def _silence(days: Sequence[Day], limits: Limits) -> Finding | None:
    """A silence, found once, about its first day. Today is not over, so it does not count."""
    silent: list[date] = []
    for day in reversed(days[:-1]):
        if day.condition or day.wants_contact:
            break
        if day.is_working:
            silent.append(day.on)
    if days[-1].condition or len(silent) < limits.count:
        return None
    return Finding("silence", silent[-1], {"days": len(silent)})


def _flat(days: Sequence[Day], limits: Limits) -> Finding | None:
    """A flat run, found once, about the day that made it ``count``. A run whose beginning is out of
    sight, or that reached ``count`` long before the rule was on, is none."""
    counted = [day for day in days if day.condition or day.is_working]
    if counted and counted[-1] is days[-1] and not days[-1].condition:
        counted.pop()  # today is not over
    newest = counted[-1].condition if counted else None
    run = _length(day.condition == newest for day in reversed(counted))
    if newest is None or not limits.count <= run < len(counted):
        return None
    reached = counted[limits.count - run - 1]
    if days[-1].on - reached.on > FRESH:
        return None
    return Finding("flat", reached.on, {"times": limits.count, "condition": newest})


def span_of(limits: Mapping[str, Limits]) -> timedelta:
    """Days that these rules must look back: days off lie between the days that they count."""
    on = {name: limit for name, limit in limits.items() if limit.is_on}
    days = [limit.within_days for limit in on.values()]
    days += [3 * on[name].count for name in ("silence", "flat") if name in on]
    return max(LEAST_SPAN, timedelta(days=max(days, default=0)))


def _asked(days: Sequence[Day]) -> Finding | None:
    return Finding(ASKED, days[-1].on) if days[-1].wants_contact else None


def _length(run: Iterable[bool]) -> int:
    count = 0
    for holds in run:
        if not holds:
            break
        count += 1
    return count


RULES: dict[str, Rule] = {
    "bad_now": _bad_now,
    "drop": _drop,
    "many_bad": _many_bad,
    "silence": _silence,
    "flat": _flat,
}
