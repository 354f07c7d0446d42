"""Named conditions as an Excel sheet. Off until HR has switched it on with a reason."""

from io import BytesIO

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from portal.conditions.screen import ConditionBoard


def workbook_of(board: ConditionBoard, printed_by: str) -> bytes:
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = _("Condition")
    sheet.append([_("Not used for evaluation. Who looks at it is recorded."), "", printed_by])
    sheet.append([])
    sheet.append(
        [_("Employee number"), _("Name"), _("Department"), *board.dates, _("What has changed")]
    )
    for cell in sheet[3]:
        cell.font = Font(bold=True)
    for line in board.lines:
        person = line.employee
        marks = [mark.name for mark in line.marks]
        reasons = "、".join(line.reasons)
        sheet.append([person.number, person.full_name, person.department.name, *marks, reasons])
    sheet.freeze_panes = "D4"
    target = BytesIO()
    book.save(target)
    return target.getvalue()
