"""Anyone who reads every figure that the pages give learns nothing about a group under five.

A company of thirty with transfers, a leaver whose answers are erased, and a department of four
beside its parent of nine. The attacker knows the organisation chart of every week and who reported
in every quarter, and asks for every department and week there is, also for those that the page
does not offer, and again after every change.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import permutations
from zoneinfo import ZoneInfo

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Role, User
from incidents.models import Incident
from people.models import Department, Device, Employee
from tenants.models import Company
from tenants.provisioning import create_company
from tenants.schemas import enter_schema, leave_schema
from tests.conftest import signed_in
from tests.support.condition_settings import settings_form
from wellbeing import statistics, weekly_figures
from wellbeing.models import CheckIn, IncidentFigure, WeeklyFigure, WellbeingSettings
from wellbeing.statistics import Counted, counted_tree, publishable

MONDAY = date(2026, 10, 5)
WEEKS = 4
HOST = "thirty.localhost"
TOKYO, NOON = ZoneInfo("Asia/Tokyo"), time(12)
ROW = re.compile(
    r'<th scope="row">(\d+)/(\d+)/(\d+)</th><td>(\d+)</td><td>(\d+)</td>'
    r"<td>(\d+)%</td><td>(\d+)%</td><td>(\d+)%</td><td>(\d+)%</td>"
)
QUARTER = re.compile(
    r'<th scope="row">(\d+/\d+–\d+)</th><td>(\d+)人以上</td>'
    r"<td>(\d+)%</td><td>(\d+)%</td><td>(\d+)%</td>"
)
TABLE_ROW = re.compile(r'<tr><th scope="row">')  # not the running week's, which has no figures
TEXTS = re.compile(r"<text[^>]*>([^<]*)</text>")


@dataclass(frozen=True)
class Figure:
    week: date
    people: int
    answered: int
    rate: int
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
        number=number,
        family_name=number,
        given_name="花",
        family_kana="ア",
        given_kana="ハナ",
        department=department,
        started_on=MONDAY,
    )


def answer_all(week: date) -> None:
    CheckIn.objects.bulk_create(
        CheckIn(
            employee=one,
            department_id=one.department_id,
            date=week + timedelta(days=day),
            condition=("good", "normal", "bad")[(one.pk + day) % 3],
        )
        for one in Employee.objects.filter(ended_on=None)
        for day in range(5)
    )


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
        weekly_figures.close_weeks(week + timedelta(days=9))
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
    hr = User.objects.create_user("hr", None, family_name="人事", roles=[Role.HR_ADMIN])
    return signed_in(hr, HOST)


def everything_shown(portal: Client) -> dict[tuple[date, int | None], Figure]:
    """Every allowed and every other filter that can be typed, over table and picture."""
    shown: dict[tuple[date, int | None], Figure] = {}
    for department in [None, *Department.objects.values_list("pk", flat=True), 999]:
        page = portal.get(f"/portal/conditions/figures/?department={department or ''}")
        text = page.content.decode()
        rows = [tuple(map(int, row)) for row in ROW.findall(text)]
        is_own = department is None or f'value="{department}" selected' in text
        for y, m, d, people, answered, rate, good, normal, bad in rows:
            figure = Figure(date(y, m, d), people, answered, rate, (good, normal, bad))
            if is_own:
                shown[figure.week, department] = figure
            else:
                assert shown[figure.week, None] == figure, "an unknown filter shows the whole"
        in_picture = {one for one in TEXTS.findall(text) if one}
        axis = {f"{share}%" for share in (0, 25, 50, 75, 100)}
        assert len(TABLE_ROW.findall(text)) == len(rows) + len(QUARTER.findall(text))
        weeks = {f"{m}/{d}" for _y, m, d, *_rest in rows}
        assert in_picture - axis <= weeks | {label for label, *_rest in QUARTER.findall(text)}
    return shown


def quarters_shown(portal: Client) -> dict[str, tuple[int, ...]]:
    """By its label: at least so many people, and the shares. The same under every filter."""
    found = []
    for department in ["", *Department.objects.values_list("pk", flat=True), 999, "四人課"]:
        page = portal.get(f"/portal/conditions/figures/?department={department}")
        rows = QUARTER.findall(page.content.decode())
        found.append({label: tuple(map(int, numbers)) for label, *numbers in rows})
    assert all(one == found[0] for one in found), "no filter cuts reporters into groups"
    return found[0]


def test_no_pair_of_figures_gives_a_group_under_five(portal: Client) -> None:
    chart: dict[tuple[date, int | None], set[int]] = {}
    live_through(chart)
    shown = everything_shown(portal)
    assert len({week for week, _department in shown}) == WEEKS, "something is shown every week"
    for (week, one), figure in shown.items():
        assert figure.answered >= 5, (week, one)
        assert sum(figure.shares) == 100
        assert figure.rate == round(100 * figure.answered / figure.people), "nothing new in it"
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
    weekly_figures.close_weeks(MONDAY + timedelta(weeks=WEEKS, days=2))
    assert everything_shown(portal) == before


def test_without_the_floor_the_same_attack_finds_the_four(
    portal: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weekly_figures.publishable, "__defaults__", (1,))
    chart: dict[tuple[date, int | None], set[int]] = {}
    live_through(chart)
    four = Department.objects.get(name="四人課")
    assert WeeklyFigure.objects.get(week=MONDAY, department=four).answered == 4
    shown = everything_shown(portal)
    assert shown[MONDAY, four.pk].answered == 4


def floor_saved(portal: Client, floor: int) -> str:
    """Through the admin's form, and what it answered."""
    exists = WellbeingSettings.objects.exists()
    page = f"/admin/wellbeing/wellbeingsettings/{'1/change' if exists else 'add'}/"
    answer = portal.post(page, settings_form(small_group_floor=str(floor)))
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


# Before and after incidents


@pytest.fixture
def device(thirty: Company) -> Device:
    holder = Employee.objects.get(number="八人課1")
    return Device.objects.create(employee=holder, kind=Device.Kind.IPHONE, token_hash=b"0")


def report(number: str, on: date, device: Device, after: str = "bad") -> Incident:
    """Well before it, and after it as said; her answers are there already or are added."""
    person = Employee.objects.get(number=number)
    for away, condition in ((-3, "good"), (3, after)):
        CheckIn.objects.get_or_create(
            employee=person,
            date=on + timedelta(days=away),
            defaults={"department": person.department, "condition": condition},
        )
    return Incident.objects.create(
        number=Incident.objects.count() + 1,
        reporter=person,
        device=device,
        level="alarm",
        state="closed",
        opened_at=datetime.combine(on, NOON, TOKYO),
        outcome="resolved",
        closed_at=datetime.combine(on, NOON, TOKYO),
    )


SPRING, SUMMER = date(2026, 5, 11), date(2026, 8, 10)
SPRING_IS_CLOSED, SUMMER_IS_CLOSED = date(2026, 7, 17), date(2026, 10, 17)


def two_quarters(device: Device) -> dict[str, set[str]]:
    """Nine reported in spring. In summer only four did, all of them among the nine."""
    nine = {f"十三人課{n}" for n in range(5)} | {f"四人課{n}" for n in range(4)}
    four = {f"四人課{n}" for n in range(4)}
    for number in sorted(nine):
        report(number, SPRING, device, after="normal" if number in four else "good")
    weekly_figures.close_quarter(SPRING_IS_CLOSED)
    for number in sorted(four):
        report(number, SUMMER, device)
    report("親1", SUMMER, device)
    Incident.objects.filter(reporter__number="親1").update(outcome="mistaken")
    weekly_figures.close_quarter(SUMMER_IS_CLOSED)
    return {"2026/4–6": nine, "2026/7–9": four}


def test_no_quarter_and_no_pair_of_them_gives_a_group_under_five(
    portal: Client, device: Device
) -> None:
    reporters = two_quarters(device)
    shown = quarters_shown(portal)
    assert shown == {"2026/4–6": (5, 0, 60, 40)}
    for label in shown:
        assert len(reporters[label]) >= 5
    for one, other in permutations(shown, 2):
        assert not reporters[one] & reporters[other]


def test_a_frozen_quarter_stays_as_it_was_no_matter_who_leaves_is_erased_or_called_it_a_mistake(
    portal: Client, device: Device
) -> None:
    """Otherwise the difference between today's page and tomorrow's would be one person."""
    two_quarters(device)
    before = quarters_shown(portal)
    CheckIn.objects.filter(employee__number="四人課0").delete()
    Employee.objects.filter(number="四人課1").update(ended_on=SPRING)
    Incident.objects.filter(reporter__number="十三人課2").update(outcome="mistaken")
    report("親2", SPRING, device)
    weekly_figures.close_quarter(SPRING_IS_CLOSED)
    assert quarters_shown(portal) == before


@pytest.mark.parametrize("count", range(1, 12))
def test_trying_one_reporter_more_counts_nobody_out(
    count: int, portal: Client, device: Device
) -> None:
    for number in range(count):
        report(f"十三人課{number}", SPRING, device)
    weekly_figures.close_quarter(SPRING_IS_CLOSED)
    expected = {} if count < 5 else {"2026/4–6": (count // 5 * 5, 0, 0, 100)}
    assert quarters_shown(portal) == expected


def test_a_raised_floor_hides_quarters_that_may_have_fewer(portal: Client, device: Device) -> None:
    """Nine reported, of whom the page says five or more: not surely six."""
    two_quarters(device)
    shown = quarters_shown(portal)
    assert floor_saved(portal, 6) == ""
    assert quarters_shown(portal) == {}
    assert floor_saved(portal, 5) == ""
    assert quarters_shown(portal) == shown != {}


def test_a_quarter_waits_for_the_two_weeks_after_its_last_day(
    portal: Client, device: Device
) -> None:
    for number in range(6):
        report(f"十三人課{number}", SPRING, device)
    weekly_figures.close_quarter(SPRING_IS_CLOSED - timedelta(days=1))
    assert quarters_shown(portal) == {}
    weekly_figures.close_quarter(SPRING_IS_CLOSED)
    assert quarters_shown(portal)


def test_without_the_floor_the_four_of_summer_are_shown(
    portal: Client, device: Device, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statistics, "MINIMUM_GROUP_SIZE", 1)
    off = WellbeingSettings(pk=1, small_group_floor=1)
    monkeypatch.setattr(WellbeingSettings, "current", lambda: off)
    two_quarters(device)
    assert quarters_shown(portal)["2026/7–9"] == (4, 0, 0, 100)
    assert IncidentFigure.objects.count() == 2
