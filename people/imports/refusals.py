"""What was wrong with a file of employees, as a file of the same kind: its rows, each with the line
and the reason, to be put right and uploaded again."""

import csv
import logging
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import Workbook

from people.imports.files import WORKBOOK
from people.parsing import harmless

logger = logging.getLogger("people")

ADDED = ("行", "理由")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class RefusedFile:
    name: str
    kind: str
    content: bytes


def reasons_of(result: Any, columns: dict[str, str]) -> dict[int, str]:
    """Reasons row by row; ``columns`` is what the file calls each field."""
    reasons = {
        line: " ".join(_sentence(one.error) for one in errors)
        for line, errors in result.row_errors()
    }
    invalid = {row.number: " ".join(_sentences(row.error, columns)) for row in result.invalid_rows}
    return dict(sorted((reasons | invalid).items()))


def _sentence(error: Exception) -> str:
    """An error's text; ours are written for people, any other is a bug and is logged."""
    if type(error) is ValueError:
        return str(error)
    logger.error("people.row_failed", exc_info=error)
    return _("This row cannot be stored.")


def _sentences(error: ValidationError, columns: dict[str, str]) -> list[str]:
    return [
        _("%(column)s: %(why)s") % {"column": columns.get(name, name), "why": why}
        for name, messages in error.message_dict.items()
        for why in messages
    ]


def line_of(row: int) -> int:
    """A row's number as spreadsheets count: the first line has the headings."""
    return row + 1


def refused_file(dataset: Any, reasons: dict[int, str]) -> RefusedFile:
    rows = [[*dataset[row - 1], line_of(row), why] for row, why in reasons.items()]
    table = [[*dataset.headers, *ADDED], *rows]
    written = getattr(dataset, "written", "utf-8-sig")
    if written == WORKBOOK:
        return RefusedFile("errors.xlsx", XLSX, _workbook(table))
    return RefusedFile("errors.csv", f"text/csv; charset={written}", _csv(table, written))


def _csv(table: list[list[Any]], encoding: str) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [[_safe(one) for one in row] for row in table]
    )
    return text.getvalue().encode(encoding, errors="replace")


def _safe(value: Any) -> str:
    """A cell as it stood in the file, with formulas made text."""
    if isinstance(value, date | datetime):
        return f"{value:%Y/%m/%d}"
    return harmless("" if value is None else str(value))


def _workbook(table: list[list[Any]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in table:
        sheet.append([_safe(one) if isinstance(one, str) else one for one in row])
    content = BytesIO()
    book.save(content)
    return content.getvalue()
