"""What a rule would have found in the past weeks, before a company switches it on.

For people who set up and read no answers: counts of people only, none under the minimum, and
rounded down to its multiples, so that trying one number after the other counts nobody out.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from wellbeing.care import days_of
from wellbeing.daily import BATCH, asked_people
from wellbeing.models import WellbeingSettings
from wellbeing.rules import Limits, dry_run, span_of

WEEKS = 4


@dataclass(frozen=True, slots=True)
class Week:
    monday: date
    at_least: int
    """Zero: fewer than the minimum, perhaps nobody."""


def rehearse(rule: str, limits: Limits, today: date) -> list[Week]:
    """Rehearse a rule over the last four full weeks, the oldest first."""
    monday = today - timedelta(days=today.weekday() + 7 * WEEKS)
    last = monday + timedelta(days=7 * WEEKS - 1)
    people_of: dict[date, set[int]] = {monday + timedelta(weeks=n): set() for n in range(WEEKS)}
    first = monday - span_of({rule: limits})
    people = [employee.pk for employee in asked_people()]
    for start in range(0, len(people), BATCH):
        days = days_of(people[start : start + BATCH], first, last)
        for pk, days_of_person in days.items():
            for finding in dry_run(days_of_person, {rule: limits}, first=monday):
                if finding.rule == rule and finding.on >= monday:
                    people_of[finding.on - timedelta(days=finding.on.weekday())].add(pk)
    minimum = WellbeingSettings.current().small_group_floor
    return [Week(week, len(people) // minimum * minimum) for week, people in people_of.items()]
