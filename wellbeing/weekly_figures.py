"""Closing a week and a quarter: what may be published is worked out once and kept.

Run again it changes nothing. What was too small to publish is looked at again until the next one
is over, and is still published as a whole or not at all.
"""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

from incidents.models import Incident
from people.models import Department
from tenants.context import current_company
from wellbeing.daily import asked_people
from wellbeing.models import CheckIn, IncidentFigure, WeeklyFigure
from wellbeing.models.checkins import STEPS, Condition
from wellbeing.statistics import Group, Person, in_fives, publishable, shares, tree_of

# Answers come late from devices without a network: nothing is closed before two days more.
LATE_ANSWERS = timedelta(days=2)
# Around an incident; its own day belongs to neither side.
SIDE = timedelta(days=14)
NOTICEABLE = 0.25
"""Between good and normal lies 1."""


def close_weeks(today: date) -> None:
    """Freeze the figures of the newest week that is over; older ones were frozen before."""
    last_day = today - LATE_ANSWERS - timedelta(days=1)
    monday = last_day - timedelta(days=(last_day.weekday() + 1) % 7 + 6)
    if not WeeklyFigure.objects.filter(week=monday).exists():
        figures = [figure_of(monday, group) for group in publishable(week_of(monday))]
        WeeklyFigure.objects.bulk_create(figures, ignore_conflicts=True)


def week_of(monday: date) -> Group:
    """Everybody asked in that week, each in one department: of the first answer, else today's."""
    parents = dict(Department.objects.values_list("pk", "parent_id"))
    answers = answers_between(monday, monday + timedelta(days=6))
    today = {employee.pk: employee.department_id for employee in asked_people()}
    then = {pk: check_ins[0].department_id for pk, check_ins in answers.items()}
    people = [
        Person(department, tuple(answer.condition for answer in answers.get(pk, ())))
        for pk, department in {**today, **then}.items()
    ]
    return tree_of(people, parents)


def answers_between(first: date, last: date) -> dict[int, list[CheckIn]]:
    """Answers by person, the oldest first."""
    answers: dict[int, list[CheckIn]] = {}
    for check_in in CheckIn.objects.filter(date__range=(first, last)).order_by("date"):
        answers.setdefault(check_in.employee_id, []).append(check_in)
    return answers


def figure_of(monday: date, group: Group) -> WeeklyFigure:
    counts: dict[str, int] = dict.fromkeys(Condition.values, 0)
    for person in group.people:
        for answer in person.answers:
            counts[answer] += 1
    return WeeklyFigure(
        week=monday,
        department_id=group.department,
        people=len(group.people),
        answered=group.answered,
        of_answers=True,
        **shares(counts),
    )


def close_quarter(today: date) -> None:
    """Freeze how people were before and after the incidents of the newest quarter that is over."""
    last_day = today - SIDE - LATE_ANSWERS - timedelta(days=1)
    following = quarter_of(last_day + timedelta(days=1))
    quarter = quarter_of(following - timedelta(days=1))
    if IncidentFigure.objects.filter(quarter=quarter).exists():
        return
    changes = changes_after_incidents(quarter, following - timedelta(days=1))
    if at_least := in_fives(len(changes)):
        counts = {name: changes.count(name) for name in ("better", "same", "worse")}
        figure = IncidentFigure(quarter=quarter, at_least=at_least, **shares(counts))
        IncidentFigure.objects.bulk_create([figure], ignore_conflicts=True)


def quarter_of(on: date) -> date:
    return on.replace(month=(on.month - 1) // 3 * 3 + 1, day=1)


def changes_after_incidents(first: date, last: date) -> list[str]:
    """Changes of everybody who reported in this time and answered on both sides."""
    answers = answers_between(first - SIDE, last + SIDE)
    changes = (
        _change(answers.get(person, []), on) for person, on in _first_reports(first, last).items()
    )
    return [change for change in changes if change]


def _first_reports(first: date, last: date) -> dict[int, date]:
    nothing = (Incident.Outcome.MISTAKEN, Incident.Outcome.DRILL)
    around = (first - timedelta(days=1), last + timedelta(days=1))
    real = Incident.objects.real().filter(reporter__isnull=False).exclude(outcome__in=nothing)
    real = real.filter(opened_at__date__range=around)
    zone = ZoneInfo(current_company().time_zone)
    reports: dict[int, date] = {}
    for person, opened_at in real.order_by("-opened_at").values_list("reporter_id", "opened_at"):
        on = timezone.localdate(opened_at, zone)
        if person is not None and first <= on <= last:
            reports[person] = on
    return reports


def _change(answers: list[CheckIn], reported_on: date) -> str:
    """The change of one person; empty without an answer on one of the sides."""
    before: list[int] = []
    after: list[int] = []
    for answer in answers:
        away = answer.date - reported_on
        if timedelta() < abs(away) <= SIDE:
            (after if away > timedelta() else before).append(STEPS[Condition(answer.condition)])
    if not before or not after:
        return ""
    step = sum(after) / len(after) - sum(before) / len(before)
    if abs(step) < NOTICEABLE:
        return "same"
    return "better" if step > 0 else "worse"
