"""Files of employees: CSV in whatever encoding Excel chose, or a workbook; content decides."""

import zipfile
from io import BytesIO
from typing import Any

from django.utils.translation import gettext as _
from import_export.formats import base_formats

LARGEST = 10 * 1024 * 1024
LARGEST_UNPACKED = 100 * 1024 * 1024
ENCODINGS = ("utf-8-sig", "cp932")  # cp932, not shift_jis: that one knows no 髙


class UnreadableFile(ValueError):
    """Why, in words for whoever chose the file."""


class EmployeeFile(base_formats.CSV):  # type: ignore[misc]
    def get_read_mode(self) -> str:
        return "rb"

    def is_binary(self) -> bool:
        return True

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> Any:
        content = in_stream if isinstance(in_stream, bytes) else str(in_stream).encode()
        if len(content) > LARGEST:
            raise UnreadableFile(_("The file is larger than 10 MB."))
        if content[:2] == b"PK":
            return workbook(content)
        return super().create_dataset(decoded(content), **kwargs)

    def export_data(self, dataset: Any, **kwargs: Any) -> bytes:
        """With the mark by which Excel knows UTF-8."""
        text: str = super().export_data(dataset, **kwargs)
        return text.encode("utf-8-sig")


def decoded(content: bytes) -> str:
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile(_("The characters cannot be read. Save the file as CSV (UTF-8) or XLSX."))


def workbook(content: bytes) -> Any:
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            size = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        raise UnreadableFile(_("The workbook is damaged.")) from None
    if size > LARGEST_UNPACKED:
        raise UnreadableFile(_("The workbook is too large when unpacked."))
    xlsx = base_formats.XLSX()
    if not xlsx.can_import():
        raise UnreadableFile(_("Workbooks cannot be read here. Save it as CSV."))
    return xlsx.create_dataset(content)
