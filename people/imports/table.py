"""The table in an uploaded file: its headings put in order before any row is looked at."""

import logging
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from tablib import Dataset  # type: ignore[import-untyped]  # tablib has no types

from people.imports.files import EmployeeFile, UnreadableFile
from people.parsing import plain

logger = logging.getLogger("people")

MOST_ROWS = 20_000
NUMBER = "従業員番号"
SUPERVISOR = "上司従業員番号"
OTHERS = "兼務部署コード"
MOVES_ON = "異動日"
REQUIRED = (NUMBER, "姓", "名", "セイ", "メイ", "部署コード")
# As people write them in the files that they have.
OTHER_HEADINGS = {
    "社員番号": NUMBER,
    "上司社員番号": SUPERVISOR,
    "勤務地": "拠点",
    "発令日": MOVES_ON,
    "兼務部署": OTHERS,
}


@dataclass(frozen=True)
class ImportTable:
    dataset: Any
    """With our headings."""
    given: Any
    """As it stood in the file, to be handed back."""


def read_table(content: bytes) -> ImportTable:
    """Read a file into a table. Raises UnreadableFile."""
    try:
        dataset = EmployeeFile().create_dataset(content)
    except UnreadableFile:
        raise
    except Exception as error:
        logger.info("people.unreadable_file", extra={"error": type(error).__name__})
        raise UnreadableFile(_("The file cannot be read as a list of employees.")) from error
    _drop_empty_end(dataset)
    given = Dataset(*(tuple(row) for row in dataset), headers=list(dataset.headers or []))
    given.written = dataset.written
    names = [OTHER_HEADINGS.get(name, name) for name in map(plain, dataset.headers or [])]
    _check(names, len(dataset))
    dataset.headers = names
    return ImportTable(dataset, given)


def _drop_empty_end(dataset: Any) -> None:
    """Drop rows that only have a format: spreadsheets keep them below the last one."""
    while len(dataset) and not any(plain(cell) for cell in dataset[-1]):
        del dataset[-1]


def _check(names: list[str], rows: int) -> None:
    if absent := [name for name in REQUIRED if name not in names]:
        words = {"names": "、".join(absent)}
        raise UnreadableFile(_("The columns %(names)s are missing.") % words)
    count = Counter(name for name in names if name)
    if twice := [name for name, times in count.items() if times > 1]:
        words = {"names": "、".join(twice)}
        raise UnreadableFile(_("The columns %(names)s are there twice.") % words)
    if not rows:
        raise UnreadableFile(_("The file has headings only and no row."))
    if rows > MOST_ROWS:
        raise UnreadableFile(_("At most %(n)s rows at once.") % {"n": f"{MOST_ROWS:,}"})
