"""Whoever reads every figure that the pages give learns nothing about a group under five.

A company of thirty with transfers, a leaver whose answers are erased, and a department of four
beside its parent of nine. The attacker knows the organisation chart of every week and asks for
every department and week there is, also for those that the page does not offer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Role, User
from people.models import Department, Employee
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import enter_schema, leave_schema
from tests.conftest import signed_in
from wellbeing import daily
from wellbeing.models import CheckIn, WeeklyFigure, WellbeingSettings
from wellbeing.statistics import Counted, counted_tree, publishable

MONDAY = date(2026, 10, 5)
WEEKS = 4
HOST = "thirty.localhost"
ROW = re.compile(
    r'<th scope="row">(\d+)/(\d+)/(\d+)</th><td>(\d+)</td><td>(\d+)</td>'
    r"<td>(\d+)%</td><td>(\d+)%</td><td>(\d+)%</td>"
)
TEXTS = re.compile(r"<text[^>]*>([^<]*)</text>")


@dataclass(frozen=True)
class Figure:
    week: date
    people: int
    answered: int
    shares: tuple[int, int, int]


@pytest.fixture
def thirty(db: None) -> Iterator[Company]:
    company = create_company(name="三十人商店", schema="thirty", domain=HOST)
    enter_schema("thirty")
    parents = {"親": None, "四人課": "親", "八人課": None, "十三人課": None}
    sizes = {"親": 5, "四人課": 4, "八人課": 8, "十三人課": 13}
    made: dict[str, Department] = {}
    for code, (name, parent) in enumerate(parents.items()):
        made[name] = Department.objects.create(
            code=str(code), name=name, parent=made[parent] if parent else None
        )
    for name, size in sizes.items():
        for number in range(size):
            hire(made[name], f"{name}{number}")
    yield company
    leave_schema()


def hire(department: Department, number: str) -> Employee:
    return Employee.objects.create(
        number=number, family_name=number, given_name="花", family_kana="ア", given_kana="ハナ",
        department=department, started_on=MONDAY,
    )  # fmt: skip


def answer_all(week: date) -> None:
    CheckIn.objects.bulk_create(
        CheckIn(employee=one, department_id=one.department_id, date=week + timedelta(days=day),
                condition=("good", "normal", "bad")[(one.pk + day) % 3])
        for one in Employee.objects.filter(ended_on=None)
        for day in range(5)
    )  # fmt: skip


def live_through(chart: dict[tuple[date, int | None], set[int]]) -> None:
    """Four weeks, closed one after the other; people move, one leaves and is erased."""
    parent, four, eight, thirteen = Department.objects.order_by("code")
    for number in range(WEEKS):
        week = MONDAY + timedelta(weeks=number)
        if number == 1:
            Employee.objects.filter(number="八人課0").update(department=four)
        if number == 2:
            Employee.objects.filter(number="親0").update(department=thirteen)
        if number == 3:
            leaver = Employee.objects.get(number="十三人課0")
            Employee.objects.filter(pk=leaver.pk).update(ended_on=week)
            CheckIn.objects.filter(employee=leaver).delete()
        answer_all(week)
        daily.close_weeks(week + timedelta(days=9))
        for department in (None, parent, four, eight, thirteen):
            chart[week, department.pk if department else None] = members(department)


def members(department: Department | None) -> set[int]:
    found = Employee.objects.filter(ended_on=None)
    if department is not None:
        below = [department.pk, *department.children.values_list("pk", flat=True)]
        found = found.filter(department__in=below)
    return set(found.values_list("pk", flat=True))


@pytest.fixture
def portal(thirty: Company) -> Client:
    hr = User.objects.create_user("hr", "x", family_name="人事", roles=[Role.HR_ADMIN])
    return signed_in(hr, HOST)


def everything_shown(portal: Client) -> dict[tuple[date, int | None], Figure]:
    """Every allowed and every other filter that can be typed, over table and picture."""
    shown: dict[tuple[date, int | None], Figure] = {}
    for department in [None, *Department.objects.values_list("pk", flat=True), 999]:
        page = portal.get(f"/portal/conditions/figures/?department={department or ''}")
        text = page.content.decode()
        rows = [tuple(map(int, row)) for row in ROW.findall(text)]
        is_own = department is None or f'value="{department}" selected' in text
        for y, m, d, people, answered, *shares in rows:
            figure = Figure(date(y, m, d), people, answered, (shares[0], shares[1], shares[2]))
            if is_own:
                shown[figure.week, department] = figure
            else:
                assert shown[figure.week, None] == figure, "an unknown filter shows the whole"
        in_picture = {one for one in TEXTS.findall(text) if one}
        axis = {f"{share}%" for share in (0, 25, 50, 75, 100)}
        assert in_picture - axis <= {f"{m}/{d}" for _y, m, d, *_rest in rows}
    return shown


def test_no_pair_of_figures_gives_a_group_under_five(portal: Client) -> None:
    chart: dict[tuple[date, int | None], set[int]] = {}
    live_through(chart)
    shown = everything_shown(portal)
    assert len({week for week, _department in shown}) == WEEKS, "something is shown every week"
    for (week, one), figure in shown.items():
        assert figure.answered >= 5, (week, one)
        assert sum(figure.shares) == 100
    for (week, one), (other_week, other) in permutations(shown, 2):
        left = chart[week, one] - chart[other_week, other]
        inside = chart[other_week, other] <= chart[week, one]
        # Other weeks hold other answers: only figures of one week can be taken from each other.
        if week == other_week and inside and left:
            assert len(left) >= 5, (week, one, other)
    assert any(department for _week, department in shown), "not only the whole is shown"


def test_an_erased_leaver_changes_no_figure_of_an_older_week(portal: Client) -> None:
    chart: dict[tuple[date, int | None], set[int]] = {}
    live_through(chart)
    before = everything_shown(portal)
    CheckIn.objects.filter(employee__number="親1").delete()
    daily.close_weeks(MONDAY + timedelta(weeks=WEEKS, days=2))
    assert everything_shown(portal) == before


def test_without_the_floor_the_same_attack_finds_the_four(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daily.publishable, "__defaults__", (1,))
    chart: dict[tuple[date, int | None], set[int]] = {}
    live_through(chart)
    four = Department.objects.get(name="四人課")
    assert WeeklyFigure.objects.get(week=MONDAY, department=four).answered == 4
    shown = everything_shown(portal)
    assert shown[MONDAY, four.pk].answered == 4


def floor_saved(portal: Client, floor: int) -> str:
    """Through the admin's form, and what it answered."""
    form = {"is_on": "on", "remind_after_minutes": "30", "keep_days": "730", "exports_reason": ""}
    exists = WellbeingSettings.objects.exists()
    page = f"/admin/wellbeing/wellbeingsettings/{'1/change' if exists else 'add'}/"
    answer = portal.post(page, form | {"small_group_floor": str(floor)})
    return answer.content.decode() if answer.status_code == 200 else ""


def test_a_raised_floor_hides_small_groups_of_past_weeks_at_once(portal: Client) -> None:
    live_through({})
    eight = Department.objects.get(name="八人課")
    before = everything_shown(portal)
    assert before[MONDAY, eight.pk].answered == 8
    assert floor_saved(portal, 9) == ""
    after = everything_shown(portal)
    assert (MONDAY, None) in after
    assert (MONDAY, eight.pk) not in after
    assert "9人に満たない集まり" in portal.get("/portal/conditions/figures/").content.decode()
    entry = LogEntry.objects.get_for_model(WellbeingSettings).get()
    assert entry.changes_dict["small_group_floor"] == ["None", "9"]
    assert floor_saved(portal, 5) == ""
    assert everything_shown(portal) == before


def test_a_raised_floor_counts_what_is_left_over_as_well() -> None:
    """Thirteen and eight of thirty leave nine: with a floor of ten, the eight hide the nine."""
    sizes = {None: 30, 1: 13, 2: 8}
    groups = [Counted(at, size, size) for at, size in sizes.items()]
    company = counted_tree(groups, {1: None, 2: None})
    assert [one.department for one in publishable(company, 8)] == [None, 2, 1]
    assert [one.department for one in publishable(company, 10)] == [None, 1]


def test_the_floor_is_never_lowered(portal: Client) -> None:
    assert "5人未満の集計では、誰の回答かが分かるおそれがあります" in floor_saved(portal, 4)
    assert not WellbeingSettings.objects.exists()
    with pytest.raises(IntegrityError, match="floor_is_never_lowered"), transaction.atomic():
        WellbeingSettings.objects.create(pk=1, small_group_floor=4)
