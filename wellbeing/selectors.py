"""Reading conditions: one's own, a team's board, care tasks. Readers see what duty needs."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from incidents.models import Incident
from people.calendar.work_calendar import Calendar
from people.models import Department, Employee
from people.supervision.duties import Exclusions, duties_of
from people.supervision.selectors import supervisors_of
from wellbeing.care import health_staff
from wellbeing.followups import eligible_contacts
from wellbeing.icons import icons_now
from wellbeing.models import (
    CareTask,
    CheckIn,
    FollowUpChoice,
    IncidentFigure,
    Look,
    SupportLine,
    WeeklyFigure,
    WellbeingSettings,
)
from wellbeing.models.checkins import CheckInAudience
from wellbeing.services import is_asked, working_today
from wellbeing.statistics import MINIMUM_GROUP_SIZE, Counted, counted_tree, publishable

HISTORY_DAYS = 30
BOARD_DAYS = 14


# One's own


def own_conditions(employee: Employee) -> dict[str, Any]:
    today = working_today(employee)
    since = today - timedelta(days=HISTORY_DAYS)
    history = list(CheckIn.objects.filter(employee=employee, date__gte=since))
    return {
        "is_on": is_asked(employee),
        "today": today,
        "audiences": audiences_of(employee),
        "default_audience": history[0].note_audience if history else CheckInAudience.SUPERVISOR,
        "health_available": bool(health_staff(employee)),
        "lines": SupportLine.objects.all(),
        "history": history,
        "icons": icons_now(),
    }


def own_month(employee: Employee, month: date) -> dict[str, Any]:
    """Every day of the month that contains ``month``, answered or not, up to its last."""
    first = month.replace(day=1)
    last = first.replace(day=monthrange(first.year, first.month)[1])
    own = CheckIn.objects.filter(employee=employee)
    answers = {one.date: one for one in own.filter(date__range=(first, last))}
    calendar = Calendar([employee.pk], first, last)
    dates = [first + timedelta(days=n) for n in range(last.day)]
    return {
        "days": [_own_day(on, answers.get(on), calendar.works(employee.pk, on)) for on in dates],
        "today": working_today(employee),
        "is_first": not own.filter(date__lt=first).exists(),
    }


def _own_day(on: date, answer: CheckIn | None, works: bool) -> dict[str, Any]:
    return {
        "date": on,
        "condition": answer.condition if answer else None,
        "note": answer.note if answer else "",
        "is_working": works,
    }


def audiences_of(employee: Employee) -> list[dict[str, Any]]:
    """The choices with the people who really can read the note today, by name."""
    chain = [assignment.supervisor.user for assignment in supervisors_of(employee)]
    supervisors = [user.get_full_name() for user in chain if user is not None]
    health = [user.get_full_name() for user in health_staff(employee)]
    readers = {
        CheckInAudience.SUPERVISOR: [*supervisors, *health],
        CheckInAudience.HEALTH: health,
        CheckInAudience.NOBODY: [],
    }
    return [
        {"value": audience.value, "text": audience.label, "readers": readers[audience]}
        for audience in CheckInAudience
    ]


def condition_views_of(employee: Employee) -> list[dict[str, Any]]:
    looks = Look.objects.filter(employee=employee).select_related("viewer")[:100]
    return [{"who": look.viewer.get_full_name(), "on": look.on} for look in looks]


def care_after(incident: Incident) -> dict[str, Any]:
    choice = FollowUpChoice.objects.filter(incident=incident).select_related("contact").first()
    contacts = eligible_contacts(incident)
    return {
        "contacts": [
            {"id": user.public_id, "name": user.get_full_name(), "role": _role_of(user)}
            for user in contacts
        ],
        "chosen": choice.contact.public_id if choice and choice.contact else None,
        "declined": bool(choice and choice.declined),
        "days": list(incident.follow_ups.values_list("due_on", flat=True)),
        "lines": SupportLine.objects.all(),
    }


def _role_of(contact: User) -> str:
    """What somebody who may be chosen is to the person: more than a name, which may be unknown."""
    is_health = Role.OCCUPATIONAL_HEALTH in contact.roles
    return str((Role.OCCUPATIONAL_HEALTH if is_health else Role.SUPERVISOR).label)


# The board


@dataclass(frozen=True, slots=True)
class Cell:
    on: date
    condition: str | None
    is_working: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class TeamRow:
    employee: Employee
    cells: list[Cell]
    reasons: list[Any] = field(default_factory=list)
    """Of the open care task, newest first."""


def team_of(viewer: User) -> QuerySet[Employee]:
    """The people whose conditions this viewer has the duty to know, never their own."""
    if Role.OCCUPATIONAL_HEALTH in viewer.roles and viewer.is_active:
        scope = Q()
    else:
        scope = duties_of(viewer).people()
    hidden = Exclusions(viewer).employee_ids()
    employees = Employee.objects.filter(scope, ended_on__isnull=True).exclude(pk__in=hidden)
    return employees.exclude(user=viewer).select_related("department", "site")


def circle_of(viewer: User) -> CheckInAudience:
    is_health = Role.OCCUPATIONAL_HEALTH in viewer.roles
    return CheckInAudience.HEALTH if is_health else CheckInAudience.SUPERVISOR


def board(
    viewer: User, employees: list[Employee], today: date, days: int = BOARD_DAYS
) -> list[TeamRow]:
    """The rows of these people of the viewer's team, today last; the caller notes the look."""
    first = today - timedelta(days=days - 1)
    ids = [employee.pk for employee in employees]
    calendar = Calendar(ids, first, today)
    answers: dict[int, dict[date, CheckIn]] = {}
    for check_in in CheckIn.objects.filter(employee__in=ids, date__range=(first, today)):
        answers.setdefault(check_in.employee_id, {})[check_in.date] = check_in
    reasons = _reasons(viewer, ids)
    dates = [first + timedelta(days=n) for n in range(days)]
    circle = circle_of(viewer)
    return [
        TeamRow(
            employee,
            [_cell(employee.pk, on, answers, calendar, circle) for on in dates],
            reasons.get(employee.pk, []),
        )
        for employee in employees
    ]


def _cell(
    pk: int,
    on: date,
    answers: dict[int, dict[date, CheckIn]],
    calendar: Calendar,
    circle: CheckInAudience,
) -> Cell:
    answer = answers.get(pk, {}).get(on)
    works = calendar.works(pk, on)
    if answer is None:
        return Cell(on, None, works)
    return Cell(on, answer.condition, works, answer.note_for(circle))


def _reasons(viewer: User, ids: list[int]) -> dict[int, list[Any]]:
    tasks = care_tasks(viewer).filter(employee__in=ids)
    reasons: dict[int, list[Any]] = {}
    for task in tasks:
        reasons.setdefault(task.employee_id, []).extend(task.reasons.all())
    return reasons


# Care


def care_tasks(viewer: User) -> QuerySet[CareTask]:
    """Open tasks that this viewer may settle: their team's, or all for occupational health."""
    return _in_reach(viewer, CareTask.objects.open())


def just_settled(viewer: User) -> QuerySet[CareTask]:
    """What this viewer has settled and may still take back."""
    return _in_reach(viewer, CareTask.objects.settled_just_now(viewer)).order_by("-done_at")


def _in_reach(viewer: User, tasks: QuerySet[CareTask]) -> QuerySet[CareTask]:
    tasks = tasks.prefetch_related("reasons")
    tasks = tasks.select_related("employee__department", "owner", "follow_up")
    hidden = Exclusions(viewer)
    tasks = tasks.exclude(employee__in=hidden.employee_ids()).exclude(
        follow_up__incident__public_id__in=hidden.incident_ids()
    )
    tasks = tasks.exclude(employee__user=viewer)
    if Role.OCCUPATIONAL_HEALTH in viewer.roles and viewer.is_active:
        return tasks
    in_team = duties_of(viewer).people("employee__") & Q(follow_up__isnull=True)
    # A contact after an incident is between the person and whom she chose.
    owned = Q(owner=viewer)
    return tasks.filter(in_team | owned, circle=CareTask.Circle.SUPERVISOR)


# Figures


def shown_figures(weeks: int) -> list[WeeklyFigure]:
    """Frozen figures of the newest weeks, the oldest first, less what a raised minimum hides."""
    figures = WeeklyFigure.objects.filter(of_answers=True)
    newest = figures.order_by("-week").values_list("week", flat=True).distinct()
    frozen = figures.filter(week__in=list(newest[:weeks])).select_related("department")
    minimum = WellbeingSettings.current().small_group_floor
    if minimum == MINIMUM_GROUP_SIZE:
        return list(frozen)
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    by_week: dict[date, list[WeeklyFigure]] = {}
    for figure in frozen:
        by_week.setdefault(figure.week, []).append(figure)
    return [figure for week in by_week.values() for figure in _above(minimum, week, parents)]


def shown_quarters(quarters: int) -> list[IncidentFigure]:
    """Frozen figures of the newest quarters, the oldest first, less what a raised minimum hides."""
    frozen = IncidentFigure.objects.order_by("-quarter")
    minimum = WellbeingSettings.current().small_group_floor
    if minimum > MINIMUM_GROUP_SIZE:
        frozen = frozen.filter(at_least__gte=minimum)
    return list(frozen[:quarters])[::-1]


def _above(
    minimum: int, week: list[WeeklyFigure], parents: Mapping[int, int | None]
) -> list[WeeklyFigure]:
    groups = [Counted(figure.department_id, figure.people, figure.answered) for figure in week]
    shown = {group.department for group in publishable(counted_tree(groups, parents), minimum)}
    return [figure for figure in week if figure.department_id in shown]
