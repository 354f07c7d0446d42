"""Files of employees: CSV in whatever encoding Excel chose, or a workbook; content decides."""

import re
import zipfile
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from import_export.formats import base_formats

LARGEST = 10 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "cp932")  # cp932, not shift_jis: that one knows no 髙
WORKBOOK = "xlsx"
SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
MERGED = re.compile(rb'<mergeCell ref="([A-Z]+\d+:[A-Z]+\d+)"')


class UnreadableFile(ValueError):
    """The file cannot be read; the message says why, for the uploader."""


class EmployeeFile(base_formats.CSV):
    def get_read_mode(self) -> str:
        return "rb"

    def is_binary(self) -> bool:
        return True

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> Any:
        content = in_stream if isinstance(in_stream, bytes) else str(in_stream).encode()
        if len(content) > LARGEST:
            raise UnreadableFile(_("The file is larger than 10 MB."))
        if content[:2] == b"PK":
            dataset, written = workbook(content), WORKBOOK
        else:
            text, written = decoded(content)
            dataset = super().create_dataset(text, **kwargs)
        dataset.written = written
        return dataset

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        """The file with the byte order mark by which Excel knows UTF-8."""
        text: str = base_formats.CSV().export_data(dataset, **kwargs)
        return text.encode("utf-8-sig")


class EmployeeFileOfOldExcel(EmployeeFile):
    """CSV for programs that read only CP932; a character it lacks becomes a question mark."""

    def get_title(self) -> str:
        return "csv (Shift_JIS)"

    def get_format(self) -> Any:
        return base_formats.CSV().get_format()

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        text = super().export_data(dataset, **kwargs).decode("utf-8-sig")
        return text.encode("cp932", errors="replace")


def decoded(content: bytes) -> tuple[str, str]:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(_("The characters cannot be read. Save the file as CSV (UTF-8) or XLSX."))


def workbook(content: bytes) -> Any:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > LARGEST_UNPACKED:
                raise UnreadableFile(_("The workbook is too large when unpacked."))
            sheets = [one for one in packed.namelist() if SHEET.fullmatch(one)]
            merged = [found for one in sheets if (found := MERGED.search(packed.read(one)))]
    except zipfile.BadZipFile:
        raise UnreadableFile(_("The workbook is damaged.")) from None
    if merged:
        words = {"cells": merged[0][1].decode()}
        raise UnreadableFile(_("Cells %(cells)s are merged. Please divide them.") % words)
    xlsx = base_formats.XLSX()
    if not xlsx.can_import():
        raise UnreadableFile(_("Workbooks cannot be read here. Save it as CSV."))
    return xlsx.create_dataset(content)
