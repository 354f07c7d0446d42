"""What stands in one cell of a list of employees, read as Japanese Excel writes it."""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.widgets import ForeignKeyWidget, Widget

from people.models import Employee

ERAS = {
    "M": 1867,
    "T": 1911,
    "S": 1925,
    "H": 1988,
    "R": 2018,
    "明治": 1867,
    "大正": 1911,
    "昭和": 1925,
    "平成": 1988,
    "令和": 2018,
}
WESTERN = re.compile(r"(\d{4})[/.\-年](\d{1,2})[/.\-月](\d{1,2})日?")
JAPANESE = re.compile(
    r"(M|T|S|H|R|明治|大正|昭和|平成|令和)(\d{1,2}|元)[/.\-年](\d{1,2})[/.\-月](\d{1,2})日?"
)
# What a spreadsheet computes or calls when it opens the list again; a number with its sign is none.
FORMULA = re.compile(r"[=@＝＠\t\r]|[+\-](?![\d\-() ]*$)")
EXCEL_DAY_ZERO = date(1899, 12, 30)
SERIALS = range(10_000, 80_000)


def harmless(text: str) -> str:
    """A cell for a spreadsheet, with formulas made text."""
    return f"'{text}" if FORMULA.match(text) else text


def plain(value: Any) -> str:
    """Text without surrounding spaces, and a whole number without decimals."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip().strip("　")


def half_width(value: Any) -> str:
    """For numbers, codes and dates. Never for names: it would change their characters."""
    return unicodedata.normalize("NFKC", plain(value))


class Text(Widget):
    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        text = plain(value)
        if FORMULA.match(text):
            raise ValueError(_("“%(text)s” looks like a formula.") % {"text": text[:20]})
        return text


class Code(Widget):
    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        return half_width(value)


class PhoneWidget(Widget):
    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        text = half_width(value)
        if not re.fullmatch(r"\+?[\d\-() ]*", text):
            raise ValueError(_("“%(text)s” is no phone number.") % {"text": text[:20]})
        return text


class Kana(Text):
    """Kana made full-width, so that people are sorted and found by it."""

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        return unicodedata.normalize("NFKC", super().clean(value, row))


class DayWidget(Widget):
    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> date | None:
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        text = half_width(value)
        if not text:
            return None
        try:
            return read_day(text)
        except ValueError:
            raise ValueError(_("“%(text)s” is no date.") % {"text": text[:20]}) from None

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return f"{value:%Y/%m/%d}" if value else ""


def read_day(text: str) -> date:
    """2026/4/1, 2026年4月1日, R8.4.1, 令和8年4月1日, a day as Excel counts. Raises ValueError."""
    if match := WESTERN.fullmatch(text):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := JAPANESE.fullmatch(text.upper()):
        year = 1 if match[2] == "元" else int(match[2])
        return date(ERAS[match[1]] + year, int(match[3]), int(match[4]))
    if text.isdigit() and int(text) in SERIALS:
        return EXCEL_DAY_ZERO + timedelta(days=int(text))
    raise ValueError(text)


class StartDay(DayWidget):
    """A day; an empty cell is today."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date:
        return super().clean(value, row, **kwargs) or timezone.localdate()


class Kind(Widget):
    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        text = plain(value)
        if not text:
            return str(Employee.Employment.REGULAR)
        for kind in Employee.Employment:
            if text in {kind.value, str(kind.label)}:
                return str(kind.value)
        known = "、".join(str(kind.label) for kind in Employee.Employment)
        words = {"text": text[:20], "known": known}
        raise ValueError(_("“%(text)s” is no kind of employment (%(known)s).") % words)

    def render(self, value: Any, obj: Any = None, **_kwargs: Any) -> str:
        return str(Employee.Employment(value).label) if value else ""


class Known(ForeignKeyWidget):
    """A row that exists, named in the file as people name it. Read once, when a file begins."""

    def begin(self) -> None:
        self.all = {str(getattr(one, self.field)): one for one in self.model.objects.all()}

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        text = half_width(value) if self.field == "code" else plain(value)
        if not text:
            return None
        instance = self.all.get(text)
        if instance is None:
            words = {"what": self.model._meta.verbose_name, "text": text[:20]}
            raise ValueError(_("%(what)s “%(text)s” is not registered.") % words)
        return instance
