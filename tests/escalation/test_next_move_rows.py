"""What the walk over `decide()` cannot see: the rows that its states are read from and kept in."""

from accounts.models import User
from incidents.models import Incident
from tests.clock import time_passes
from tests.conftest import Phone


def test_hr_joins_a_plan_that_ends_at_the_desk(annas_phone: Phone, hanna: User) -> None:
    """From the third lap, and the ladder goes on: the desk's rung keeps the place that it has."""
    pk = annas_phone.tap().json()["id"]
    time_passes(20 * 60)
    incident = Incident.objects.get(public_id=pk)
    assert incident.lap > 3
    assert list(incident.rungs.filter(is_hr=True, called_round__isnull=False)) != []
