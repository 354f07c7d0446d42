"""The board of conditions and the care rules with 5,000 people, against a company of fifty.

Three companies of 5,000 people together and one of fifty, each with a month of answers. The board
is asked for page by page in turns, as a supervisor of fifty and as occupational health, who is
responsible for everybody.
"""

import random
import time
from collections.abc import Iterator
from datetime import timedelta

from django.db import connection, transaction
from django.test import Client, override_settings
from django.utils import timezone

from accounts.models import Role, User
from bench.figures import Figure, percentile, progress, settle, sized
from bench.fixtures import QUICK_HASHES, company
from people.models import Department, Employee, SupervisorAssignment
from tenants.context import run_in
from tenants.models import Company
from wellbeing.care import look_after
from wellbeing.daily import run_rules
from wellbeing.models import CareTask, CheckIn

DAYS = 30
TEAM = 50
MOODS = ("good", "good", "good", "normal", "normal", "bad", None)
BOARD = "/portal/conditions/"


def figures() -> Iterator[Figure]:
    small = _lived_in("mood50", TEAM)
    sizes = [sized(3000, 300), sized(1500, 150), sized(500, 50)]
    large = [_lived_in(f"mood{number}", size) for number, size in enumerate(sizes)]
    yield from _rules(large)
    run_in(small, run_rules, timezone.localdate())
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum would have done meanwhile
    settle()
    for who in ("boris", "keiko"):
        yield from _boards(who, small, large[0], sizes[0])


def _rules(companies: list[Company]) -> Iterator[Figure]:
    people, findings, start = 0, 0, time.perf_counter()
    for tenant in progress("companies through the rules", companies, len(companies)):
        people += run_in(tenant, Employee.objects.count)
        findings += run_in(tenant, run_rules, timezone.localdate())
    took = time.perf_counter() - start
    note = f"{people} people, {findings} found"
    yield Figure("rules of three companies, first run", took, "s", "<= 10", note)
    start = time.perf_counter()
    for tenant in companies:
        run_in(tenant, run_rules, timezone.localdate())
    yield Figure("the same again, nothing new", time.perf_counter() - start, "s", "<= 10")
    yield Figure("rules right after one answer: p95", _after_one_answer(companies[0]), "s")


def _after_one_answer(company: Company) -> float:
    def took() -> list[float]:
        today, times = timezone.localdate(), []
        for employee in Employee.objects.order_by("pk")[: sized(200, 20)]:
            start = time.perf_counter()
            look_after(employee, today)
            times.append(time.perf_counter() - start)
        return times

    return percentile(run_in(company, took), 0.95)


def _boards(who: str, small: Company, large: Company, size: int) -> Iterator[Figure]:
    fifty, many = _signed_in(small, who), _signed_in(large, who)
    for browser in (fifty, many):
        _seconds(browser)
    took: dict[str, list[float]] = {"fifty": [], "many": []}
    for _turn in range(sized(100, 10)):
        took["fifty"].append(_seconds(fifty))
        took["many"].append(_seconds(many))
    few, more = percentile(took["fifty"], 0.95), percentile(took["many"], 0.95)
    role = "supervisor" if who == "boris" else "occupational health"
    yield Figure(f"board, {role}, 50 people: p95", few, "s")
    yield Figure(f"board, {role}, {size} people: p95", more, "s")
    yield Figure(f"board, {role}, {size} / 50", more / few, "x", "<= 1.3")


def _signed_in(company: Company, username: str) -> Client:
    client = Client(headers={"Host": f"{company.schema}.localhost"})
    run_in(company, lambda: client.force_login(User.objects.get(username=username)))
    return client


def _seconds(browser: Client) -> float:
    start = time.perf_counter()
    answer = browser.get(BOARD)
    assert answer.status_code == 200, answer
    return time.perf_counter() - start


def _lived_in(schema: str, size: int) -> Company:
    made = company(schema)
    run_in(made, _people, size)
    run_in(made, _answers, schema)
    return made


@override_settings(PASSWORD_HASHERS=QUICK_HASHES)
@transaction.atomic
def _people(size: int) -> None:
    """Departments of fifty with a supervisor each; boris answers for the first."""
    departments = Department.objects.bulk_create(
        Department(code=f"{n:04d}", name=f"{n}課") for n in range(-(-size // TEAM))
    )
    people = Employee.objects.bulk_create(_employee(n, departments[n // TEAM]) for n in range(size))
    for index, (username, role) in enumerate(
        (("boris", Role.SUPERVISOR), ("keiko", Role.OCCUPATIONAL_HEALTH))
    ):
        user = User.objects.create_user(username, "x", family_name=username, roles=[role])
        Employee.objects.filter(pk=people[index].pk).update(user=user)
    for number, department in enumerate(departments):
        boss = people[number * TEAM]
        if number:
            user = User.objects.create_user(f"s{number}", "x", roles=[Role.SUPERVISOR])
            Employee.objects.filter(pk=boss.pk).update(user=user)
        SupervisorAssignment.objects.create(supervisor=boss, department=department)


def _employee(number: int, department: Department) -> Employee:
    return Employee(
        number=f"{number:06d}",
        family_name="髙橋",
        given_name=f"美咲{number}",
        family_kana=f"タカハシ{number * 7919 % 9973}",
        given_kana="ミサキ",
        department=department,
    )


def _answers(schema: str) -> None:
    chance, today = random.Random(schema), timezone.localdate()
    people = list(Employee.objects.values_list("pk", "department"))
    CheckIn.objects.bulk_create(
        (
            CheckIn(
                employee_id=pk,
                department_id=department,
                date=today - timedelta(days=back),
                condition=mood,
                wants_contact=mood == "bad" and chance.random() < 0.1,
            )
            for pk, department in people
            for back in range(DAYS)
            if (mood := chance.choice(MOODS))
        ),
        batch_size=5000,
    )
    assert not CareTask.objects.exists()
