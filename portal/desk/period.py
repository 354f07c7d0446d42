"""A period that somebody chose by its first and last day, and tables for a spreadsheet."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from people.parsing import harmless

TOKYO = ZoneInfo("Asia/Tokyo")
LONGEST = timedelta(days=366)


class PeriodForm(forms.Form):
    since = forms.DateField()
    until = forms.DateField()


@dataclass(frozen=True, slots=True)
class Period:
    """Both days are part of it."""

    first: date
    last: date

    @classmethod
    def of(cls, request: HttpRequest, days: int) -> "Period":
        """The period asked for, at most a year of it; the last so many days if none is."""
        today = timezone.localdate(timezone=TOKYO)
        form = PeriodForm(request.GET)
        if not form.is_valid():
            return cls(today - timedelta(days=days - 1), today)
        first, last = sorted((form.cleaned_data["since"], form.cleaned_data["until"]))
        return cls(max(first, last - LONGEST), last)

    @property
    def since(self) -> datetime:
        return datetime.combine(self.first, time(), TOKYO)

    @property
    def until(self) -> datetime:
        return datetime.combine(self.last, time(), TOKYO) + timedelta(days=1)

    @property
    def query(self) -> str:
        return f"since={self.first}&until={self.last}"


def spreadsheet(name: str, heads: list[str], rows: Iterable[list[object]]) -> HttpResponse:
    """CSV, with a byte order mark so that Excel reads the Japanese."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    writer = csv.writer(response)
    writer.writerow(heads)
    writer.writerows(
        [harmless(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
    )
    return response
