"""Anyone who is on leave is called last, but is called before nobody is."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from escalation.models import Rung
from notifications.models import Notice
from people.models import Leave, SupervisorAssignment
from tests.conftest import Phone


def send_on_leave(user: User, until: int) -> None:
    """Until so many days from now."""
    today = timezone.localdate()
    ends = today + timedelta(days=until)
    Leave.objects.create(employee=user.employee, starts_on=today - timedelta(days=9), ends_on=ends)


def reached(phone: Phone) -> list[str]:
    return [one["name"] for one in phone.get("device").json()["reachable"]]


def test_the_deputy_is_called_before_a_supervisor_on_leave(
    annas_phone: Phone, boris: User, second: User
) -> None:
    assert reached(annas_phone)[0] == boris.get_full_name()
    send_on_leave(boris, until=0)
    names = reached(annas_phone)
    assert (names[0], names[-1]) == (second.get_full_name(), boris.get_full_name())


def test_an_alarm_calls_the_deputy_at_once_and_who_is_on_leave_later(
    annas_phone: Phone, boris: User, second: User
) -> None:
    send_on_leave(boris, until=0)
    incident = annas_phone.tap().json()["id"]
    called = Notice.objects.filter(incident_id=incident, recipient_user__isnull=False)
    assert [one.recipient_user for one in called] == [second]
    rungs = Rung.objects.filter(incident__public_id=incident).order_by("order")
    assert [rung.user_ids for rung in rungs] == [[second.pk], [boris.pk], []]


def test_better_somebody_on_leave_than_nobody(
    annas_phone: Phone, boris: User, second: User
) -> None:
    SupervisorAssignment.objects.filter(supervisor=second.employee).delete()
    send_on_leave(boris, until=3)
    assert reached(annas_phone) == [boris.get_full_name()]


def test_who_is_back_is_called_first_again(annas_phone: Phone, boris: User) -> None:
    send_on_leave(boris, until=-1)
    assert reached(annas_phone)[0] == boris.get_full_name()
