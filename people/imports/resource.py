"""The list of employees from a spreadsheet: what Japanese Excel writes, read without asking.

All or nothing: one row that cannot be right and nothing is stored. Supervisors are linked in a
second pass, when everybody is known.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import Error

from people.calendar.company_days import today
from people.employment.departures import schedule_leaving
from people.employment.planned_changes import POST, Transfer, is_like, plan
from people.employment.sign_ins import SignIns
from people.employment.snapshots import Changes, snapshot
from people.imports.refusals import line_of
from people.imports.table import MOVES_ON, NUMBER, OTHERS, SUPERVISOR
from people.models import Department, Employee, ImportRun, PlannedChange, Site
from people.parsing import (
    Code,
    DayWidget,
    Kana,
    Kind,
    Known,
    PhoneWidget,
    StartDay,
    Text,
    half_width,
)
from people.supervision.assignments import SupervisorLinks, supervisor_numbers
from people.supervision.selectors import others_by_employee

Progress = Callable[[int], None]
"""Called with the number of rows looked at."""
BETWEEN = re.compile(r"[、;/,\s]+")


@dataclass(frozen=True)
class ImportedRow:
    """The columns of a row that are no field of the employee."""

    supervisor: str = ""
    others: frozenset[int] | None = None
    """None: nothing, the file has no such column."""
    moves_on: date | None = None


class EmployeeLoader(BaseInstanceLoader):
    """Finds employees by number; reads all of them once, not row by row."""

    def __init__(self, resource: Any, dataset: Any = None) -> None:
        super().__init__(resource, dataset)
        employees = Employee.objects.select_related("department", "site")
        self._by_number = {employee.number: employee for employee in employees}

    def get_instance(self, row: Any) -> Employee | None:
        return self._by_number.get(row[NUMBER])


def _cells(resource: Any, instance: Any) -> list[Any]:
    """All cells of an exported row, with what is no field of the employee."""
    return [resource.export_field(field, instance) for field in resource.get_user_visible_fields()]


class WholeCells(resources.Diff):
    """Diff that shows whole old and new cells: Japanese differs by whole words anyway."""

    def __init__(self, resource: Any, instance: Any, new: bool) -> None:
        self.left, self.new = _cells(resource, instance), new

    def compare_with(self, resource: Any, instance: Any) -> None:
        self.right = _cells(resource, instance)

    def as_html(self) -> list[str]:
        return [self._cell(*pair) for pair in zip(self.left, self.right, strict=False)]

    def _cell(self, old: Any, new: Any) -> str:
        if self.new:
            return format_html("<ins>{}</ins>", new)
        return escape(new) if old == new else format_html("<del>{}</del> <ins>{}</ins>", old, new)


class EmployeeResource(resources.ModelResource):
    number = Field("number", NUMBER, Code())
    family_name = Field("family_name", "姓", Text())
    given_name = Field("given_name", "名", Text())
    family_kana = Field("family_kana", "セイ", Kana())
    given_kana = Field("given_kana", "メイ", Kana())
    department = Field("department", "部署コード", Known(Department, "code"))
    job_title = Field("job_title", "役職", Text())
    site = Field("site", "拠点", Known(Site, "name"))
    floor = Field("floor", "階", Text())
    employment = Field("employment", "雇用区分", Kind())
    employer = Field("employer", "雇用元", Text())
    email = Field("email", "メールアドレス", Code())
    phone = Field("phone", "電話番号", PhoneWidget())
    started_on = Field("started_on", "入社日", StartDay())
    ended_on = Field("ended_on", "退職日", DayWidget())
    supervisor = Field(column_name=SUPERVISOR, readonly=True)
    other_departments = Field(column_name=OTHERS, readonly=True)
    moves_on = Field(column_name=MOVES_ON, readonly=True)

    class Meta:
        model = Employee
        import_id_fields = ("number",)
        fields = (
            "number",
            "family_name",
            "given_name",
            "family_kana",
            "given_kana",
            "department",
            "job_title",
            "site",
            "floor",
            "employment",
            "employer",
            "email",
            "phone",
            "started_on",
            "ended_on",
            "supervisor",
            "other_departments",
            "moves_on",
        )
        instance_loader_class = EmployeeLoader
        skip_unchanged = True
        report_skipped = True
        use_transactions = True
        store_row_values = True

    @classmethod
    def get_diff_class(cls) -> type[WholeCells]:
        return WholeCells

    def validate_instance(
        self, instance: Employee, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        """Validate each field by itself: numbers, departments and sites were looked up already."""
        errors = dict(import_validation_errors or {})
        try:
            instance.clean_fields(exclude={"user", "department", "site", *errors})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if "department" not in errors and instance.department_id is None:
            errors["department"] = [_("The department is missing.")]
        if errors:
            raise ValidationError(errors)

    def __init__(self, *, progress: Progress = lambda _done: None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._progress = progress
        self.run: ImportRun | None = None
        self.sign_ins = SignIns([])
        self.transfers: dict[int, Transfer] = {}
        """By the employee's key."""
        self.leaving: list[Employee] = []

    def before_export(self, queryset: Any, **kwargs: Any) -> None:
        self._begin()

    def _begin(self) -> None:
        """Read once for everybody what is no column of the employee."""
        self._supervisors = supervisor_numbers()
        self._codes = dict(Department.objects.values_list("pk", "code"))
        self._keys = {code: key for key, code in self._codes.items()}
        self._others = others_by_employee()
        self._imported: ImportedRow | None = None
        """Of the row being read, once it is in the employee."""

    def dehydrate_supervisor(self, employee: Employee) -> str:
        supervisor = self._imported.supervisor if self._imported else ""
        return supervisor or self._supervisors.get(employee.pk, "")

    def dehydrate_other_departments(self, employee: Employee) -> str:
        imported = self._imported.others if self._imported else None
        others = self._others.get(employee.pk, set()) if imported is None else imported
        return "、".join(sorted(self._codes[key] for key in others))

    def dehydrate_moves_on(self, _employee: Employee) -> str:
        moves_on = self._imported.moves_on if self._imported else None
        return f"{moves_on:%Y/%m/%d}" if moves_on else ""

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        self._begin()
        self.changes = Changes()
        for field in self.fields.values():
            if isinstance(field.widget, Known):
                field.widget.begin()
        self.digits = self._digits(dataset)
        self._seen: dict[str, int] = {}
        self._today = today()
        self._postponed: set[int] = set()
        waiting = PlannedChange.objects.waiting().select_related("supervisor")
        waiting = waiting.prefetch_related("other_departments")
        self._planned = {(change.employee_id, change.on): change for change in waiting}

    def _digits(self, dataset: Any) -> int:
        """Length of this company's numbers, because Excel drops leading zeros."""
        known = list(Employee.objects.values_list("number", flat=True)[:200])
        numbers = known or [half_width(value) for value in dataset[NUMBER]]
        lengths = {len(number) for number in numbers if number.isdigit()}
        return max(lengths, default=0) if (known and len(lengths) == 1) or not known else 0

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        self._imported = None
        if any(isinstance(cell, str) and "\0" in cell for cell in row.values()):
            raise ValueError(_("There is a character in it that cannot be stored."))
        for name in (NUMBER, SUPERVISOR):
            number = half_width(row.get(name))
            row[name] = number.zfill(self.digits) if number.isdigit() else number
        number, line = row[NUMBER], kwargs["row_number"]
        if not number:
            raise ValueError(_("The employee number is missing."))
        if (first := self._seen.setdefault(number, line)) != line:
            words = {"number": number, "line": line_of(first)}
            raise ValueError(_("Number %(number)s is in row %(line)s already.") % words)
        if row[SUPERVISOR] == number:
            raise ValueError(_("Nobody answers for themselves."))

    def import_instance(self, instance: Employee, row: Any, **kwargs: Any) -> None:
        """Fill the employee, and report every wrong column, not only the first."""
        others = self._others.get(instance.pk, set())
        self._before = snapshot(instance, others) if instance.pk else None
        self._ended_before = instance.ended_on
        was = {name: getattr(instance, name, None) for name in POST}
        errors: dict[str, Any] = {}
        imported = ImportedRow(
            row[SUPERVISOR],
            self._read(self._others_in, row, "other_departments", errors),
            self._read(self._day_in, row, "moves_on", errors),
        )
        try:
            super().import_instance(instance, row, **kwargs)
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)
        self._imported = imported
        if instance.pk and imported.moves_on and imported.moves_on > self._today:
            self._postpone(instance, was, imported)

    def _read(self, read: Callable[[Any], Any], row: Any, name: str, errors: Any) -> Any:
        try:
            return read(row)
        except ValueError as error:
            errors[name] = [str(error)]
            return None

    def _day_in(self, row: Any) -> date | None:
        return DayWidget().clean(row.get(MOVES_ON))

    def _others_in(self, row: Any) -> frozenset[int] | None:
        if OTHERS not in row:
            return None
        codes = [code for code in BETWEEN.split(half_width(row[OTHERS])) if code]
        if unknown := [code for code in codes if code not in self._keys]:
            words = {"what": Department._meta.verbose_name, "text": unknown[0][:20]}
            raise ValueError(_("%(what)s “%(text)s” is not registered.") % words)
        return frozenset(self._keys[code] for code in codes)

    def _postpone(self, instance: Employee, was: dict[str, Any], imported: ImportedRow) -> None:
        """Plan the new post for its day; the rest of the row counts at once."""
        on, supervisor = imported.moves_on, imported.supervisor
        assert on
        self._postponed.add(instance.pk)
        values = {name: getattr(instance, name) for name in POST}
        values = {name: value for name, value in values.items() if value != was[name]}
        if values.get("department", instance.department) is None:
            raise ValidationError({"department": [_("The department is missing.")]})
        instance.clean_fields(exclude={field.name for field in Employee._meta.fields} - set(values))
        for name in values:
            setattr(instance, name, was[name])
        others = imported.others if imported.others != self._others_of(instance) else None
        transfer = Transfer(instance, on, values, others)
        if supervisor == self._supervisors.get(instance.pk, ""):
            supervisor = ""
        if transfer.is_empty and not supervisor:
            return
        planned = self._planned.get((instance.pk, on))
        if planned and is_like(planned, transfer, supervisor):
            return  # the same list once more
        if planned:
            raise ValidationError(
                {
                    "moves_on": [
                        _(
                            "Another change is planned for that day. "
                            "Withdraw it on the employee's page first."
                        )
                    ]
                }
            )
        self.transfers[instance.pk] = transfer

    def _others_of(self, instance: Employee) -> frozenset[int]:
        return frozenset(self._others.get(instance.pk, set()))

    def skip_row(self, instance: Employee, original: Any, row: Any, *rest: Any) -> bool:
        """Skip unchanged rows; another supervisor or a further department is a change, too."""
        if instance.pk not in self._postponed and self._imported:
            supervisor, others = self._imported.supervisor, self._imported.others
            if supervisor and supervisor != self._supervisors.get(instance.pk, ""):
                return False
            if others is not None and others != self._others_of(instance):
                return False
        return bool(super().skip_row(instance, original, row, *rest))

    def after_save_instance(self, instance: Employee, row: Any, **_kwargs: Any) -> None:
        others = self._others_of(instance)
        current = None if instance.pk in self._postponed else self._imported
        imported = current.others if current else None
        if imported is not None and imported != others:
            instance.other_departments.set(imported)
            others = imported
        if instance.ended_on and instance.ended_on != self._ended_before:
            self.leaving.append(instance)
        self.changes.note(instance.pk, self._before, snapshot(instance, others))

    def after_import_row(self, row: Any, row_result: Any, **kwargs: Any) -> None:
        self._progress(kwargs["row_number"])

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """Run the second pass, for supervisors. An error here rolls everything back as well."""
        wanted = {
            row.object_id: (line, row.row_values[SUPERVISOR])
            for line, row in enumerate(result.rows, start=1)
            if not row.errors and not row.validation_error and row.row_values[SUPERVISOR]
        }
        links = SupervisorLinks({one: number for one, (_line, number) in wanted.items()})
        for employee, reason in links.refused():
            line, _number = wanted[employee]
            row = result.rows[line - 1]
            row.errors.append(Error(ValueError(reason), row=row.row_values, number=line))
            result.append_error_row(line, row.row_values, row.errors)
        if result.has_errors() or result.has_validation_errors():
            return
        for key, transfer in self.transfers.items():
            transfer.supervisor = links.supervisor_of(key)
        now = {one: number for one, (_line, number) in wanted.items() if one not in self._postponed}
        links = SupervisorLinks(now)
        self.sign_ins = SignIns(links.supervisors())
        if not kwargs["dry_run"]:
            self._store(links, **kwargs)

    def _store(self, links: SupervisorLinks, *, user: Any, file_name: str, **_kwargs: Any) -> None:
        links.make()
        for change in self.sign_ins.give():
            self.changes.note(*change)
        self.run = ImportRun.objects.create(
            by=user,
            file_name=file_name,
            changes=self.changes.all(),
            links=links.made,
            ended=links.ended,
            sign_ins=self.sign_ins.given,
        )
        for transfer in self.transfers.values():
            plan(transfer, run=self.run, by=user)
        for employee in self.leaving:
            schedule_leaving(employee)
