"""The contact rule that HR saved decides when the next one is called: of alarms raised from then
on. The clock is read where it stands, in the incident."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from escalation.models import ContactRule, Rung
from incidents.models import Incident
from jobs.clock import database_now
from jobs.models import Job
from people.models import Employee
from portal.live.clock import milliseconds
from tenants.schemas import enter_schema
from tests.clock import time_passes
from tests.conftest import Phone, phone_of, signed_in
from tests.support.reach import ladder, look

RULES = "/admin/escalation/contactrule/"


@pytest.fixture(autouse=True)
def _nothing_decided(acme: object) -> None:
    """And nothing that other tests' companies still have to do."""
    ContactRule.objects.all().delete()
    Job.objects.all().delete()


def decide(hanna: User, step: int, choice: int = 60, site: object = "") -> None:
    """A new rule, or that of the place changed."""
    kept = ContactRule.objects.filter(site=site or None).first()
    form = {"step_seconds": step, "choice_seconds": choice} | ({} if kept else {"site": site})
    page = f"{kept.pk}/change/" if kept else "add/"
    assert signed_in(hanna).post(f"{RULES}{page}", form).status_code == 302
    enter_schema("acme")


def tap(phone: Phone) -> Incident:
    return Incident.objects.get(public_id=phone.tap().json()["id"])


def seconds_until_next_call(incident: Incident) -> int:
    """By the incident's own clock; what the tap and the test took is not the rule's."""
    incident.refresh_from_db()
    assert incident.next_move_at is not None
    return round((incident.next_move_at - database_now()).total_seconds() / 15) * 15


@pytest.fixture
def elsewhere(anna: Employee) -> Phone:
    """Of a colleague at another site, for whom people are called as well."""
    found = Employee.objects.exclude(site=anna.site).filter(department__code="40")
    return phone_of(found[0])


@pytest.mark.parametrize(
    ("company", "own", "hers", "others"),
    [
        (None, None, 30, 30),
        (45, None, 45, 45),
        (45, 15, 15, 45),
        (None, 75, 75, 30),
    ],
)
def test_the_sites_rule_goes_before_the_companys_and_that_before_the_usual(
    company: int | None,
    own: int | None,
    hers: int,
    others: int,
    annas_phone: Phone,
    elsewhere: Phone,
    anna: Employee,
    hanna: User,
) -> None:
    if company:
        decide(hanna, company)
    if own:
        decide(hanna, own, site=anna.site.pk)
    assert seconds_until_next_call(tap(annas_phone)) == hers
    assert seconds_until_next_call(tap(elsewhere)) == others


def test_a_running_alarm_keeps_the_rule_under_which_it_was_raised(
    annas_phone: Phone, anna: Employee, second: User, hanna: User
) -> None:
    decide(hanna, 45)
    incident = tap(annas_phone)
    decide(hanna, 90, choice=300)
    decide(hanna, 75, choice=300, site=anna.site.pk)
    time_passes(45)
    assert seconds_until_next_call(incident) == 45
    frozen = Rung.objects.filter(incident=incident).values_list("after_seconds", "choice_seconds")
    assert list(frozen) == [(0, 60), (45, 60), (90, 60)]


def test_anyone_who_confirms_has_as_long_to_choose_as_the_rule_said_at_the_tap(
    annas_phone: Phone, boris: User, hanna: User
) -> None:
    decide(hanna, 30, choice=90)
    incident = tap(annas_phone)
    decide(hanna, 30, choice=300)
    page = signed_in(boris)
    page.post(reverse("supervisor:acknowledge", args=[incident.public_id]))
    shown = page.get(f"/portal/incidents/{incident.public_id}/").content.decode()
    enter_schema("acme")
    incident.refresh_from_db()
    assert incident.acknowledged_at
    until = incident.acknowledged_at + timedelta(seconds=90)
    assert f'data-countdown="{milliseconds(until)}"' in shown
    assert incident.next_move_at == until


def test_the_check_of_the_reach_shows_the_seconds_that_an_alarm_freezes(
    annas_phone: Phone, anna: Employee, carla: User, hanna: User
) -> None:
    decide(hanna, 20, site=anna.site.pk)
    shown = [when for when, _who in ladder(look(hanna, employee=anna.pk))]
    frozen = tap(annas_phone).rungs.values_list("after_seconds", flat=True)
    assert (shown, list(frozen)) == (["すぐに", "20秒後", "40秒後"], [0, 20, 40])
    shared_phone = ladder(look(hanna, site=anna.site.pk))[-1:]
    assert shared_phone == [("すぐに", ["警備会社"])], "nobody is assigned to the site itself"


def test_no_rule_lets_the_security_company_be_asked_after_three_minutes(
    annas_phone: Phone, hanna: User
) -> None:
    form = {"step_seconds": 100, "choice_seconds": 60, "site": ""}
    refused = signed_in(hanna).post(f"{RULES}add/", form)
    enter_schema("acme")
    assert refused.status_code == 200
    assert "200秒後" in refused.content.decode()
    assert not ContactRule.objects.exists()
