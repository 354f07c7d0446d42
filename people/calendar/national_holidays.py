"""The national holidays of Japan, substitute days included, from a library that follows the law."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import holidays
from django.db import transaction
from django.utils import timezone

from people.models import Holiday

YEARS_AHEAD = 2


class UnknownYear(Exception):
    """A year that is not offered."""


@dataclass(frozen=True, slots=True)
class Year:
    number: int
    days: Sequence[tuple[date, str]]
    missing: int


def offered_years() -> list[Year]:
    """This year and those that people plan already."""
    this = timezone.localdate().year
    return [_year(number) for number in range(this, this + YEARS_AHEAD + 1)]


def _year(number: int) -> Year:
    days = sorted(holidays.country_holidays("JP", years=number, language="ja").items())
    known = _known([on for on, _name in days])
    return Year(number, days, sum(on not in known for on, _name in days))


def _known(days: list[date]) -> set[date]:
    whole = Holiday.objects.filter(site=None, on__in=days)
    return set(whole.values_list("on", flat=True))


@transaction.atomic
def add_national_holidays(*, year: int) -> int:
    """Add the missing ones for the whole company; what was entered by hand stays as it is.

    Returns how many were added. Raises UnknownYear.
    """
    chosen = next((one for one in offered_years() if one.number == year), None)
    if chosen is None:
        raise UnknownYear
    made = [
        Holiday.objects.get_or_create(on=on, site=None, defaults={"name": name})
        for on, name in chosen.days
    ]
    return sum(is_new for _one, is_new in made)
