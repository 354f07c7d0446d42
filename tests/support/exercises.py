"""An exercise that is announced."""

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from escalation.exercises import announce_exercise
from escalation.models import Exercise
from people.models import Employee
from tests.live.conftest import ANNA


def announce() -> None:
    now = timezone.now()
    site = Employee.objects.get(number=ANNA).site
    one = Exercise(site=site, starts_at=now, ends_at=now + timedelta(hours=1))
    announce_exercise(exercise=one, actor=User.objects.get(username="hanna").as_actor())
