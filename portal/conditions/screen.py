"""The board and the list of care tasks, as their templates read them."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from accounts.models import User
from people.models import Employee
from portal.conditions.texts import questions_of, reasons_of, why
from wellbeing.icons import Icon, Icons, icons_now
from wellbeing.models import CareTask
from wellbeing.models.checkins import Condition
from wellbeing.selectors import BOARD_DAYS, Cell, TeamRow, board, care_tasks, just_settled

NAMES = dict(Condition.choices)
BESIDE = 10
"""Care tasks beside the table, the most urgent ones; all are on the page of their own."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One day of one person on the board."""

    on: date
    icon: Icon | None
    condition: str
    name: str
    is_working: bool
    note: str


@dataclass(frozen=True, slots=True)
class ConditionLine:
    employee: Employee
    marks: list[Mark]
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Care:
    task: CareTask
    reasons: list[str]
    note: str
    is_overdue: bool
    questions: list[tuple[str, Any, list[tuple[str, Any]]]]


class ConditionBoard:
    """People by days, today last; the caller notes the looks at ``seen`` before it is shown."""

    def __init__(
        self, viewer: User, employees: list[Employee], today: date, days: int = BOARD_DAYS
    ) -> None:
        self.today = today
        rows = board(viewer, employees, today, days)
        tasks = care_tasks(viewer)
        self.cared_for = tasks.count()
        self.wishes = tasks.filter(reasons__rule="asked", reasons__on=today).count()
        self.care = care_of(tasks[:BESIDE], today, {row.employee.pk: row for row in rows})
        self.settled = list(just_settled(viewer))
        self.icons = icons_now()
        self.lines = [_line(row, self.icons) for row in rows]
        self.dates = [cell.on for cell in rows[0].cells] if rows else []

    @property
    def seen(self) -> list[Employee]:
        people = [line.employee for line in self.lines] + [one.task.employee for one in self.care]
        people += [task.employee for task in self.settled]
        return list({one.pk: one for one in people}.values())

    @property
    def people(self) -> int:
        return len(self.lines)

    @property
    def _todays(self) -> list[Mark]:
        return [line.marks[-1] for line in self.lines]

    @property
    def answered(self) -> int:
        return sum(bool(mark.condition) for mark in self._todays)

    @property
    def counts(self) -> list[tuple[str, str, int, Icon]]:
        """Counts of today as (condition, name, number, icon), good first."""
        counted = Counter(mark.condition for mark in self._todays)
        return [
            (one.value, str(one.label), counted[one.value], self.icons[one]) for one in Condition
        ]


def _line(row: TeamRow, icons: Icons) -> ConditionLine:
    reasons = list(dict.fromkeys(why(reason) for reason in row.reasons))
    return ConditionLine(row.employee, [_mark(cell, icons) for cell in row.cells], reasons)


def _mark(cell: Cell, icons: Icons) -> Mark:
    condition = cell.condition or ""
    return Mark(
        on=cell.on,
        icon=icons[Condition(condition)] if condition else None,
        condition=condition,
        name=str(NAMES[condition]) if condition else "",
        is_working=cell.is_working,
        note=cell.note,
    )


class PersonScreen:
    """One person's days, as weeks from Monday; the caller notes the look before it is shown."""

    def __init__(self, viewer: User, employee: Employee, today: date, weeks: int) -> None:
        days = 7 * (weeks - 1) + today.weekday() + 1
        (row,) = board(viewer, [employee], today, days)
        self.employee = employee
        self.today = today
        self.line = _line(row, icons_now())
        marks = self.line.marks
        self.weeks = [marks[start : start + 7] for start in range(0, len(marks), 7)]

    @property
    def noted(self) -> list[Mark]:
        """Days with a word that this viewer may read, the newest first."""
        return [mark for mark in reversed(self.line.marks) if mark.note]


def care_of(tasks: Iterable[CareTask], today: date, rows: dict[int, TeamRow]) -> list[Care]:
    """Cards of care tasks; the caller has noted the looks at these people."""
    return [
        Care(
            task=task,
            reasons=reasons_of(task),
            note=_latest_note(rows.get(task.employee_id), today),
            is_overdue=task.due_on < today,
            questions=questions_of(task),
        )
        for task in tasks
    ]


def _latest_note(row: TeamRow | None, today: date) -> str:
    """What the person wrote yesterday or today, as far as this viewer may read it."""
    if row is None:
        return ""
    recent = [cell.note for cell in row.cells if cell.on >= today - timedelta(days=1) and cell.note]
    return recent[-1] if recent else ""
