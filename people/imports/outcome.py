"""What the page says about a list of employees that was looked at or imported: plain data, in the
language of the uploader."""

from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from import_export.results import RowResult

from people.employment.planned_changes import Transfer
from people.employment.sign_ins import SignIn, SignIns
from people.imports.refusals import RefusedFile, line_of, reasons_of, refused_file
from people.imports.resource import EmployeeResource
from people.imports.table import ImportTable
from people.models import Department, Employee
from people.models.planned_change import transfer_in_words

MOST_SHOWN = 300
"""Rows that a browser still scrolls through; all of them are looked at."""
Outcome = dict[str, Any]


def is_refused(result: Any) -> bool:
    return bool(result.has_errors() or result.has_validation_errors())


def refusal(
    table: ImportTable, resource: EmployeeResource, result: Any
) -> tuple[Outcome, RefusedFile]:
    columns = {name: str(field.column_name) for name, field in resource.fields.items()}
    reasons = reasons_of(result, columns)
    file = refused_file(table.given, reasons)
    shown = [[line_of(row), why] for row, why in list(reasons.items())[:MOST_SHOWN]]
    return {"lines": shown, "wrong": len(reasons), "name": file.name, "kind": file.kind}, file


def outcome_of(table: ImportTable, resource: EmployeeResource, result: Any) -> Outcome:
    """The page's data about what can be imported, or was."""
    count, done = result.totals, resource.run is not None
    sign_ins = resource.sign_ins.wanted
    return {
        "rows": result.total_rows,
        "added": count[RowResult.IMPORT_TYPE_NEW],
        "changed": count[RowResult.IMPORT_TYPE_UPDATE],
        "same": count[RowResult.IMPORT_TYPE_SKIP],
        "headings": result.diff_headers,
        "shown": [[row.import_type, list(row.diff)] for row in result.rows[:MOST_SHOWN]],
        "ignored": _ignored(table, resource),
        "invited": [_invited(one, done=done) for one in sign_ins if not one.problem],
        "planned": [_planned(one) for one in resource.transfers.values()],
        "leaving": [_leaving(one) for one in resource.leaving],
        "unreachable": [_unreachable(one) for one in sign_ins if one.problem],
    }


def _ignored(table: ImportTable, resource: EmployeeResource) -> list[str]:
    """Headings that are not known: one with a typing error must not be ignored in silence."""
    known = {str(field.column_name) for field in resource.fields.values()}
    return [name for name in table.dataset.headers if name and name not in known]


def _invited(sign_in: SignIn, *, done: bool) -> dict[str, str]:
    words = {
        "mail": sign_in.employee.email,
        "username": sign_in.user.username if sign_in.user else "",
    }
    if sign_in.user is None and done:
        what = _("was given a sign-in as supervisor, and an invitation to %(mail)s")
    elif sign_in.user is None:
        what = _("gets a sign-in as supervisor, and an invitation to %(mail)s")
    elif done:
        what = _("was given the role of supervisor (sign-in: %(username)s)")
    else:
        what = _("gets the role of supervisor (sign-in: %(username)s)")
    return {"who": _who(sign_in), "what": what % words}


def _unreachable(sign_in: SignIn) -> dict[str, str]:
    return {"who": _who(sign_in), "what": sign_in.problem}


def _planned(transfer: Transfer) -> dict[str, str]:
    others = None if transfer.others is None else Department.objects.filter(pk__in=transfer.others)
    what = transfer_in_words(transfer.values, others, transfer.supervisor)
    for sign_in in SignIns([transfer.supervisor] if transfer.supervisor else []).wanted:
        what += f"（{sign_in.problem or _invited(sign_in, done=False)['what']}）"
    return {"who": _who(transfer), "day": _day(transfer.on), "what": what}


def _leaving(employee: Employee) -> dict[str, str]:
    assert employee.ended_on
    return {"who": f"{employee.number} {employee.full_name}", "day": _day(employee.ended_on)}


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _who(item: SignIn | Transfer) -> str:
    return f"{item.employee.number} {item.employee.full_name}"
