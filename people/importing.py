"""The list of employees from a spreadsheet: what Japanese Excel writes, read without asking.

All or nothing: one row that cannot be right and nothing is stored. Supervisors are linked in a
second pass, when everybody is known.
"""

import re
import unicodedata
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.translation import gettext as _
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import Error
from import_export.widgets import ForeignKeyWidget, Widget
from tablib import Dataset  # type: ignore[import-untyped]

from people.import_links import SupervisorLinks
from people.import_refusals import line_of, reasons_of, refused_file
from people.import_undo import Change, record_import, snapshot
from people.models import Department, Employee, Site

MOST_ROWS = 20_000
ERAS = {"M": 1867, "T": 1911, "S": 1925, "H": 1988, "R": 2018,
        "明治": 1867, "大正": 1911, "昭和": 1925, "平成": 1988, "令和": 2018}  # fmt: skip
WESTERN = re.compile(r"(\d{4})[/.\-年](\d{1,2})[/.\-月](\d{1,2})日?")
JAPANESE = re.compile(
    r"(M|T|S|H|R|明治|大正|昭和|平成|令和)(\d{1,2}|元)[/.\-年](\d{1,2})[/.\-月](\d{1,2})日?"
)
EXCEL_DAY_ZERO = date(1899, 12, 30)
SERIALS = range(10_000, 80_000)
SUPERVISOR = "上司従業員番号"
# As people write them in the files that they have.
OTHER_HEADINGS = {"社員番号": "従業員番号", "上司社員番号": SUPERVISOR, "勤務地": "拠点"}


def plain(value: Any) -> str:
    """Without the spaces around it, and a whole number without its decimals."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None else str(value).strip().strip("　")


def half_width(value: Any) -> str:
    """For numbers, codes and dates. Never for names: it would change their characters."""
    return unicodedata.normalize("NFKC", plain(value))


class Text(Widget):  # type: ignore[misc]
    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        text = plain(value)
        if text[:1] in {"=", "@", "\t"}:
            raise ValueError(_("“%(text)s” looks like a formula.") % {"text": text[:20]})
        return text


class Code(Widget):  # type: ignore[misc]
    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        return half_width(value)


class Phone(Widget):  # type: ignore[misc]
    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        text = half_width(value)
        if not re.fullmatch(r"\+?[\d\-() ]*", text):
            raise ValueError(_("“%(text)s” is no phone number.") % {"text": text[:20]})
        return text


class Kana(Text):
    """Half-width kana become full-width, so that people sort and are found."""

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> str:
        return unicodedata.normalize("NFKC", super().clean(value, row))


class Day(Widget):  # type: ignore[misc]
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


class StartDay(Day):
    """Empty: today."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> date:
        return super().clean(value, row, **kwargs) or timezone.localdate()


class Kind(Widget):  # type: ignore[misc]
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


class Known(ForeignKeyWidget):  # type: ignore[misc]
    """A row that exists, named in the file as people name it. Read once, when a file begins."""

    def begin(self) -> None:
        self.all = {str(getattr(one, self.field)): one for one in self.model.objects.all()}

    def clean(self, value: Any, row: Any = None, **_kwargs: Any) -> Any:
        text = half_width(value) if self.field == "code" else plain(value)
        if not text:
            return None
        found = self.all.get(text)
        if found is None:
            words = {"what": self.model._meta.verbose_name, "text": text[:20]}
            raise ValueError(_("%(what)s “%(text)s” is not registered.") % words)
        return found


def as_given(dataset: Any) -> Dataset:
    """A copy with the headings that the file had."""
    copy = Dataset(*(tuple(row) for row in dataset), headers=list(dataset.headers or []))
    copy.written = getattr(dataset, "written", "utf-8-sig")
    return copy


class Loader(BaseInstanceLoader):  # type: ignore[misc]
    """Everybody is read once, not row by row."""

    def __init__(self, resource: Any, dataset: Any = None) -> None:
        super().__init__(resource, dataset)
        self._all = {one.number: one for one in Employee.objects.select_related(
            "department", "site")}  # fmt: skip

    def get_instance(self, row: Any) -> Employee | None:
        return self._all.get(row["従業員番号"])


class WholeCells(resources.Diff):  # type: ignore[misc]
    """Old and new cell side by side. Within a word, Japanese differs by whole words anyway."""

    def as_html(self) -> list[str]:
        return [self._cell(*pair) for pair in zip(self.left, self.right, strict=False)]

    def _cell(self, old: Any, new: Any) -> str:
        if self.new:
            return format_html("<ins>{}</ins>", new)
        return escape(new) if old == new else format_html("<del>{}</del> <ins>{}</ins>", old, new)


class EmployeeResource(resources.ModelResource):  # type: ignore[misc]
    number = Field("number", "従業員番号", Code())
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
    phone = Field("phone", "電話番号", Phone())
    started_on = Field("started_on", "入社日", StartDay())
    ended_on = Field("ended_on", "退職日", Day())
    supervisor = Field(column_name=SUPERVISOR, readonly=True)

    class Meta:
        model = Employee
        import_id_fields = ("number",)
        fields = (
            "number", "family_name", "given_name", "family_kana", "given_kana", "department",
            "job_title", "site", "floor", "employment", "employer", "email", "phone",
            "started_on", "ended_on", "supervisor",
        )  # fmt: skip
        instance_loader_class = Loader
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
        """Each field by itself: numbers were looked up, departments and sites found, already."""
        errors = dict(import_validation_errors or {})
        try:
            instance.clean_fields(exclude={"user", "department", "site", *errors})
        except ValidationError as error:
            errors = error.update_error_dict(errors)
        if "department" not in errors and instance.department_id is None:
            errors["department"] = [_("The department is missing.")]
        if errors:
            raise ValidationError(errors)

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        if len(dataset) > MOST_ROWS:
            raise ValidationError(_("At most %(n)s rows at once.") % {"n": MOST_ROWS})
        self._as_given = as_given(dataset)
        self.changes: list[Change] = []
        for field in self.fields.values():
            if isinstance(field.widget, Known):
                field.widget.begin()
        names = [plain(name) for name in dataset.headers or []]
        dataset.headers = [OTHER_HEADINGS.get(name, name) for name in names]
        required = [self.fields[name].column_name for name in
                    ("number", "family_name", "given_name", "family_kana", "given_kana",
                     "department")]  # fmt: skip
        if absent := [name for name in required if name not in dataset.headers]:
            raise ValidationError(_("The columns %(names)s are missing.") % {
                "names": "、".join(absent)})  # fmt: skip
        self.digits = self._digits(dataset)
        self._seen: dict[str, int] = {}

    def _digits(self, dataset: Any) -> int:
        """How long numbers are here: Excel drops the zeros in front."""
        known = list(Employee.objects.values_list("number", flat=True)[:200])
        numbers = known or [half_width(value) for value in dataset["従業員番号"]]
        lengths = {len(number) for number in numbers if number.isdigit()}
        return max(lengths, default=0) if (known and len(lengths) == 1) or not known else 0

    def before_import_row(self, row: dict[str, Any], **kwargs: Any) -> None:
        for name in ("従業員番号", SUPERVISOR):
            number = half_width(row.get(name))
            row[name] = number.zfill(self.digits) if number.isdigit() else number
        number, line = row["従業員番号"], kwargs["row_number"]
        if not number:
            raise ValueError(_("The employee number is missing."))
        if (first := self._seen.setdefault(number, line)) != line:
            words = {"number": number, "line": line_of(first)}
            raise ValueError(_("Number %(number)s is in row %(line)s already.") % words)
        if row[SUPERVISOR] == number:
            raise ValueError(_("Nobody answers for themselves."))

    def import_instance(self, instance: Employee, row: Any, **kwargs: Any) -> None:
        self._before = snapshot(instance) if instance.pk else None
        super().import_instance(instance, row, **kwargs)

    def after_save_instance(self, instance: Employee, row: Any, **_kwargs: Any) -> None:
        self.changes.append((instance.pk, self._before, snapshot(instance)))

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        """The second pass. What is wrong here takes everything back as well."""
        wanted = {
            row.object_id: (line, number)
            for line, row in enumerate(result.rows, start=1)
            if (number := half_width((row.row_values or {}).get(SUPERVISOR)))
            and not row.errors and not row.validation_error
        }  # fmt: skip
        links = SupervisorLinks({one: number for one, (_line, number) in wanted.items()})
        for employee, reason in links.refused():
            line, _number = wanted[employee]
            row = result.rows[line - 1]
            row.errors.append(Error(ValueError(reason), row=row.row_values, number=line))
            result.append_error_row(line, row.row_values, row.errors)
        columns = {name: str(field.column_name) for name, field in self.fields.items()}
        reasons = reasons_of(result, columns)
        result.refused = refused_file(self._as_given, reasons)
        result.reasons = [(line_of(row), why) for row, why in reasons.items()]
        if result.has_errors() or result.has_validation_errors():
            return
        made = links.make()
        if not kwargs.get("dry_run"):
            record_import(by=kwargs["user"], file_name=kwargs.get("file_name") or "",
                          changes=self.changes, links=made)  # fmt: skip
