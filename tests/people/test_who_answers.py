"""Who answers for somebody is asked in SQL where an alarm begins, and in memory where a page goes
through a whole company. Both must name the same people in the same order."""

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from people.models import (
    Department,
    Employee,
    Exclusion,
    Leave,
    Post,
    Site,
    SupervisorAssignment,
)
from people.supervision.coverage import Supervisors
from people.supervision.selectors import answerable_for
from tenants.models import Company

TODAY = timezone.localdate


def a_day(chance: random.Random, *, or_never: bool = True):
    """Around today, so that half of what begins and ends is over or still to come."""
    if or_never and chance.random() < 0.5:
        return None
    return TODAY() + timedelta(days=chance.choice([-9, -1, 0, 1, 9]))


def shuffle(chance: random.Random) -> None:
    """Departments in a circle, people in several, assignments of each width, leave, conflicts of
    interest, people who leave and whose sign-in is stopped."""
    departments, sites = list(Department.objects.all()), list(Site.objects.all())
    for department in departments:
        others = [one for one in departments if one != department]
        Department.objects.filter(pk=department.pk).update(parent=chance.choice([None, *others]))
    employees = list(Employee.objects.all())
    callable_ones = [one for one in employees if one.user_id]
    SupervisorAssignment.objects.all().delete()
    for _ in range(40):
        scope = {
            "department": chance.choice(departments),
            "site": chance.choice(sites),
            "employee": chance.choice(employees),
        }
        width = chance.choice(list(scope))
        starts = a_day(chance, or_never=False)
        ends = a_day(chance)
        SupervisorAssignment.objects.create(
            supervisor=chance.choice(callable_ones + employees[:3]),
            priority=chance.randint(1, 3),
            on_site=chance.random() < 0.3,
            starts_on=starts,
            ends_on=max(starts, ends) if ends else None,
            **{width: scope[width]},
        )
    for employee in employees:
        site = chance.choice([None, *sites])
        Employee.objects.filter(pk=employee.pk).update(site=site, ended_on=a_day(chance))
        if chance.random() < 0.3:
            employee.other_departments.add(chance.choice(departments))
    for employee in chance.sample(callable_ones, 4):
        starts = a_day(chance, or_never=False)
        ends = starts + timedelta(days=chance.choice([0, 5]))
        Leave.objects.create(employee=employee, starts_on=starts, ends_on=ends)
    hanna = User.objects.get(username="hanna")
    for employee in chance.sample(callable_ones, 3):
        for about in chance.sample(employees, 3):
            ended = chance.choice([None, timezone.now()])
            Exclusion.objects.create(
                user=employee.user, employee=about, decided_by=hanna, reason="x", ended_at=ended
            )
    stopped = chance.choice([one for one in callable_ones if one.user_id != hanna.pk])
    User.objects.filter(pk=stopped.user_id).update(is_active=False)


def in_memory(supervisors: Supervisors, holder: Employee | Post) -> list[tuple]:
    assigned = [
        one
        for one in supervisors.assigned(holder)
        if isinstance(holder, Post) or not supervisors.is_excluded(one.supervisor.user, holder)
    ]
    return [
        (one.pk, one.supervisor_id, one.supervisor.user_id, one.priority, one.on_site, one.is_away)
        for one in sorted(assigned, key=lambda one: one.is_away)
    ]


def in_sql(holder: Employee | Post) -> list[tuple]:
    return [
        (
            one.assignment_id,
            one.supervisor_id,
            one.user_id,
            one.priority,
            one.on_site,
            one.is_away,
        )
        for one in answerable_for(holder)
    ]


@pytest.mark.parametrize("seed", range(8))
def test_an_alarm_calls_whom_the_pages_count(acme: Company, seed: int) -> None:
    shuffle(random.Random(seed))
    Post.objects.create(site=Site.objects.all()[0], name="受付")
    supervisors = Supervisors()
    holders = [*Employee.objects.all(), *Post.objects.all()]
    answers = {holder: in_sql(holder) for holder in holders}
    assert len({tuple(answer) for answer in answers.values()}) > 4, "too much alike"
    assert answers == {holder: in_memory(supervisors, holder) for holder in holders}
