"""What was wrong with a file of employees, as a file of the same kind: its rows, each with the line
and the reason, to be put right and uploaded again."""

import csv
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import Any

from django.core.cache import cache
from django.core.exceptions import ValidationError
from openpyxl import Workbook

from people.import_files import WORKBOOK

KEPT_SECONDS = 3600
ADDED = ("行", "理由")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class RefusedFile:
    name: str
    kind: str
    content: bytes


def refused_file(dataset: Any, result: Any) -> RefusedFile | None:
    """None where no single row is to blame."""
    reasons = dict(_reasons(result))
    if not reasons:
        return None
    rows = [[*dataset[line - 1], line + 1, reasons[line]] for line in sorted(reasons)]
    table = [[*dataset.headers, *ADDED], *rows]
    written = getattr(dataset, "written", "utf-8-sig")
    if written == WORKBOOK:
        return RefusedFile("errors.xlsx", XLSX, _workbook(table))
    return RefusedFile("errors.csv", f"text/csv; charset={written}", _csv(table, written))


def _reasons(result: Any) -> Any:
    for line, errors in result.row_errors():
        yield line, "、".join(str(one.error) for one in errors)
    for row in result.invalid_rows:
        yield row.number, "、".join(_sentences(row.error))


def _sentences(error: ValidationError) -> list[str]:
    return [str(one) for one in error.messages]


def _csv(table: list[list[Any]], encoding: str) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(
        [[_safe(one) for one in row] for row in table]
    )
    return text.getvalue().encode(encoding, errors="replace")


def _safe(value: Any) -> str:
    """As it stood in the file; what a spreadsheet would compute is made text."""
    if isinstance(value, date | datetime):
        return f"{value:%Y/%m/%d}"
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in {"=", "@", "\t"} else text


def _workbook(table: list[list[Any]]) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in table:
        sheet.append([_safe(one) if isinstance(one, str) else one for one in row])
    content = BytesIO()
    book.save(content)
    return content.getvalue()


def keep_for(user_id: uuid.UUID, file: RefusedFile) -> str:
    """For whoever uploaded it, for an hour; in the company's own part of the cache."""
    key = uuid.uuid4().hex
    cache.set(f"refused:{user_id}:{key}", file, KEPT_SECONDS)
    return key


def kept_for(user_id: uuid.UUID, key: str) -> RefusedFile | None:
    found: RefusedFile | None = cache.get(f"refused:{user_id}:{key}")
    return found
