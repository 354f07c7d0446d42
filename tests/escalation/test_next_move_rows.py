"""What the walk over `decide()` cannot see: the rows that its states are read from and kept in."""

from django.urls import reverse

from accounts.models import User
from audit.actors import Actor
from incidents.models import Incident
from notifications.models import Notice
from operations.cases import claim, close_case
from operations.models import Case
from people.models import Employee, SupervisorAssignment
from tests.clock import run_due, time_passes
from tests.conftest import Phone, signed_in
from tests.operations.conftest import olga

__all__ = ["olga"]


def test_hr_joins_a_plan_that_ends_at_the_desk(annas_phone: Phone, hanna: User) -> None:
    """From the third lap, and the ladder goes on: the desk's rung keeps the place that it has."""
    pk = annas_phone.tap().json()["id"]
    time_passes(20 * 60)
    incident = Incident.objects.get(public_id=pk)
    assert incident.lap > 3
    assert list(incident.rungs.filter(is_hr=True, called_round__isnull=False)) != []


def test_a_cry_the_next_day_calls_at_once_who_has_become_responsible(
    annas_phone: Phone, anna: Employee, boris: User, second: User, carla: User
) -> None:
    pk = annas_phone.tap().json()["id"]
    time_passes(35)
    annas_phone.post(f"incidents/{pk}/answer", {"answer": "safe"})
    time_passes(13 * 60 * 60)
    SupervisorAssignment.objects.create(supervisor=carla.employee, site=anna.site, priority=3)

    annas_phone.tap()
    called = Notice.objects.filter(incident_id=pk, kind="alarm", recipient_user=carla)
    assert called.exists()


def test_one_transaction_never_pages_and_tells_the_same_person(
    annas_phone: Phone, boris: User, second: User, olga: Actor
) -> None:
    """What the desk did is taken over in the same transaction as her press."""
    pk = annas_phone.tap(level="support").json()["id"]
    case = Case.objects.get(incident_id=pk)
    claim(case_id=case.public_id, operator=olga)
    run_due()
    signed_in(boris).post(reverse("supervisor:head-out", args=[pk]))
    time_passes(40)
    before = set(Notice.objects.values_list("pk", flat=True))
    close_case(case_id=case.public_id, operator=olga, result="calmed")

    annas_phone.tap()
    new = Notice.objects.filter(incident_id=pk).exclude(pk__in=before).exclude(recipient_user=None)
    notified = [(notice.recipient_user.username, notice.kind) for notice in new]
    assert sorted(notified) == [("boris", "alarm"), ("second", "alarm")]
