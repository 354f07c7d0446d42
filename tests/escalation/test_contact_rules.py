"""The contact rule that HR saved decides when the next one is called: of alarms raised from then
on. The clock is read where it stands, in the jobs' due_at."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from escalation.models import ContactRule, Rung
from incidents.models import Incident
from jobs.models import Job
from jobs.running import run_next
from people.models import Employee
from portal.supervisor.clock import milliseconds
from tenants.schemas import enter_schema
from tests.admin.test_reach import ladder, look
from tests.conftest import Phone, phone_of, signed_in

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


def promised(incident: Incident) -> Job:
    """The call of the next one."""
    return Job.objects.get(
        kind="escalation.climb",
        payload__incident=str(incident.public_id),
        state=Job.State.PENDING,
    )


def seconds_between_calls(phone: Phone) -> int:
    before = timezone.now()
    wait = promised(tap(phone)).due_at - before
    return int(wait.total_seconds() // 15 * 15)  # that the tap itself took is not the rule's


def climb(incident: Incident) -> None:
    """The clock is a column, so a test may move it."""
    Job.objects.exclude(kind="escalation.climb").delete()
    Job.objects.filter(pk=promised(incident).pk).update(due_at="2020-01-01T00:00:00Z")
    assert run_next(0, "test")


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
        (None, 120, 120, 30),
    ],
)
def test_the_sites_rule_goes_before_the_companys_and_that_before_the_usual(
    company: int | None, own: int | None, hers: int, others: int,
    annas_phone: Phone, elsewhere: Phone, anna: Employee, hanna: User,
) -> None:  # fmt: skip
    if company:
        decide(hanna, company)
    if own:
        decide(hanna, own, site=anna.site.pk)
    assert seconds_between_calls(annas_phone) == hers
    assert seconds_between_calls(elsewhere) == others


def test_a_running_alarm_keeps_the_rule_under_which_it_was_raised(
    annas_phone: Phone, anna: Employee, second: User, hanna: User
) -> None:
    decide(hanna, 45)
    incident = tap(annas_phone)
    decide(hanna, 120, choice=300)
    decide(hanna, 180, choice=300, site=anna.site.pk)
    before = timezone.now()
    climb(incident)
    step = timedelta(seconds=45)
    assert before + step <= promised(incident).due_at <= timezone.now() + step
    frozen = Rung.objects.filter(incident=incident).values_list("after_seconds", "choice_seconds")
    assert list(frozen) == [(0, 60), (45, 60), (90, 60)]


def test_whoever_confirms_has_as_long_to_choose_as_the_rule_said_at_the_tap(
    annas_phone: Phone, boris: User, hanna: User
) -> None:
    decide(hanna, 30, choice=90)
    incident = tap(annas_phone)
    decide(hanna, 30, choice=300)
    page = signed_in(boris)
    page.post(reverse("portal:acknowledge", args=[incident.public_id]))
    shown = page.get(f"/portal/incidents/{incident.public_id}/").content.decode()
    enter_schema("acme")
    incident.refresh_from_db()
    assert incident.acknowledged_at
    until = incident.acknowledged_at + timedelta(seconds=90)
    assert f'data-countdown="{milliseconds(until)}"' in shown
    climb(incident)
    assert promised(incident).due_at == until


def test_the_check_of_the_reach_shows_the_seconds_that_an_alarm_freezes(
    annas_phone: Phone, anna: Employee, carla: User, hanna: User
) -> None:
    decide(hanna, 20, site=anna.site.pk)
    shown = [when for when, _who in ladder(look(hanna, employee=anna.pk))]
    frozen = tap(annas_phone).rungs.values_list("after_seconds", flat=True)
    assert (shown, list(frozen)) == (["すぐに", "20秒後", "40秒後"], [0, 20, 40])
    shared_phone = ladder(look(hanna, site=anna.site.pk))[-1:]
    assert shared_phone == [("すぐに", ["警備会社"])], "nobody is assigned to the site itself"
