"""備え: what each site is worth when somebody presses, and what HR should put right next."""

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from escalation.models import ContactRule, Exercise
from incidents.models import Incident
from people.models import Site, SupervisorAssignment
from readiness.checklist import CompanyFacts, steps
from readiness.facts import ReachableSupervisors, site_facts
from readiness.score import SiteFacts, ranked, readiness_of
from tenants.schemas import enter_schema
from tests.conftest import signed_in
from tests.support.crowds import crowd

WHOLE = SiteFacts(1, "本店", 10, 10, 10, 10, 10, 30, True)
READY = CompanyFacts(True, 2, 10, 0, 0, 9, 2, 1, ContactRule())


def test_a_site_with_everything_has_a_hundred_and_nothing_to_put_right():
    assert readiness_of(WHOLE).score == 100
    assert readiness_of(WHOLE).next is None


@pytest.mark.parametrize(
    ("change", "score", "first"),
    [
        ({"covered": 9}, 97, "covered"),
        ({"covered": 0, "reached": 0, "with_deputy": 0, "enrolled": 0}, 20, "covered"),
        ({"reached": 0}, 85, "reached"),
        ({"enrolled": 5}, 90, "enrolled"),
        ({"with_deputy": 0}, 85, "deputies"),
        ({"exercise_days": None}, 85, "exercise"),
        ({"exercise_days": 366}, 85, "exercise"),
        ({"exercise_days": 365}, 100, ""),
        ({"has_guide": False}, 95, "guide"),
    ],
)
def test_what_is_missing_costs_what_it_is_worth(change, score, first):
    found = readiness_of(replace(WHOLE, **change))
    assert found.score == score
    assert (found.next.name if found.next else "") == first


def test_nothing_more_in_place_ever_scores_less():
    for people, covered, enrolled in itertools.product((1, 3, 7), range(4), range(4)):
        if max(covered, enrolled) < people:
            site = replace(
                WHOLE, people=people, covered=covered, enrolled=enrolled, reached=0, with_deputy=0
            )
            better = replace(site, covered=covered + 1)
            assert readiness_of(site).score <= readiness_of(better).score <= 100


def test_those_without_a_site_are_not_asked_for_its_guide():
    assert readiness_of(replace(WHOLE, key=None, has_guide=False)).score == 100


def test_the_least_prepared_site_comes_first_and_an_empty_one_not_at_all():
    poor, empty = replace(WHOLE, name="支店", covered=1), replace(WHOLE, people=0)
    assert [one.site.name for one in ranked([WHOLE, poor, empty])] == ["支店", "本店"]


@pytest.mark.parametrize(
    ("change", "open_step"),
    [
        ({}, None),
        ({"has_purpose": False}, 0),
        ({"sites": 0}, 1),
        ({"uncovered": 1}, 3),
        ({"contact_rule": None}, 4),
        ({"unconfirmed": 1}, 5),
        ({"enrolled": 8}, 6),
        ({"hr_admins": 1}, 7),
        ({"exercises_passed": 0}, 8),
    ],
)
def test_each_step_stays_open_until_it_is_done(change, open_step):
    left = [n for n, step in enumerate(steps(replace(READY, **change))) if not step.is_done]
    assert left[:1] == ([] if open_step is None else [open_step])


def test_an_empty_company_has_done_nothing():
    assert not any(step.is_done for step in steps(CompanyFacts(False, 0, 0, 0, 0, 0, 0, 0, None)))


def facts(site: Site) -> SiteFacts:
    return next(one for one in site_facts(ReachableSupervisors()) if one.key == site.pk)


def test_a_supervisor_whom_no_message_reaches_covers_nobody(anna, hanna):
    assert facts(anna.site).covered > 0
    supervisors = SupervisorAssignment.objects.values("supervisor__user")
    User.objects.filter(pk__in=supervisors).update(email=None)
    assert facts(anna.site).covered == 0
    page = signed_in(hanna).get("/portal/hr/readiness/").content.decode()
    assert "次の上司には連絡が届きません" in page


def test_nobody_covers_themselves(anna, boris):
    SupervisorAssignment.objects.all().delete()
    SupervisorAssignment.objects.create(supervisor=boris.employee, site=boris.employee.site)
    found = facts(boris.employee.site)
    assert found.covered == found.people - 1


def test_a_device_and_a_passed_exercise_count(anna, annas_phone, hanna):
    before = facts(anna.site)
    assert before.enrolled >= 1
    assert before.exercise_days is None
    incident = Incident.objects.get(public_id=annas_phone.tap(drill=True).json()["id"])
    enter_schema("acme")
    now = timezone.now()
    Exercise.objects.create(
        site=anna.site,
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        announced_by=hanna,
        passed_at=now,
        passed_with=incident,
    )
    assert facts(anna.site).exercise_days == 0


def test_every_step_on_the_start_page_leads_somewhere(hanna):
    page = signed_in(hanna).get("/admin/").content.decode()
    assert "利用開始の準備" in page
    for step in steps(READY):
        answer = signed_in(hanna).get(reverse(step.page, urlconf="config.urls_company"))
        assert answer.status_code in {200, 302}, step.page


def test_two_hundred_sites_and_five_thousand_people_cost_the_same_queries(
    acme, hanna, django_assert_max_num_queries
):
    crowd(5000, 200)
    with django_assert_max_num_queries(6):
        found = site_facts(ReachableSupervisors())
    assert sum(one.people for one in found) >= 5000
    crowded = [one for one in found if one.name.startswith("拠点0")]
    # The one supervisor of a department is covered by nobody.
    assert {(one.people, one.covered) for one in crowded} == {(25, 24)}
    browser = signed_in(hanna)
    with django_assert_max_num_queries(50):  # what a process remembers may be unknown yet
        assert browser.get("/admin/").status_code == 200
