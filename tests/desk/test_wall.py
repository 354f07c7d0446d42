"""The big screen shows what waits and how fast the desk answers, and nobody's name."""

from datetime import timedelta

from django.utils import timezone

from incidents.models import Incident
from operations.models import AccessGrant, Case
from tests.responder.conftest import case, desk_browser, grant, olga
from tests.support.answers import answered

__all__ = ["case", "grant", "olga"]


def test_the_wall_shows_the_queue_with_ages_and_todays_answers(case: Case) -> None:
    answered(case.company, 5)
    asked = timezone.now() - timedelta(minutes=2)
    Case.objects.filter(pk=case.pk).update(requested_at=asked, waiting_since=asked)
    wall = desk_browser("olga").get("/desk/wall/").content.decode()
    for text in ("受信待ち", case.company.name, case.site_name, 'class="late"', "50.0%"):
        assert text in wall, text


def test_what_has_just_come_makes_no_share_worse(case: Case) -> None:
    wall = desk_browser("olga").get("/desk/wall/").content.decode()
    assert "0.0%" not in wall
    answered(case.company, 5)
    assert desk_browser("olga").get("/desk/wall/").content.decode().count("100.0%") == 2


def test_no_person_stands_on_the_wall_not_even_of_the_desk(case: Case, grant: AccessGrant) -> None:
    wall = desk_browser("olga").get("/desk/wall/").content.decode()
    assert case.company.name in wall
    incident = Incident.objects.get(public_id=case.incident_id)
    assert incident.reporter is not None
    for name in (incident.reporter.family_name, incident.reporter.phone, "大野", "岸本"):
        assert name not in wall, name


def test_somebody_who_drives_has_no_wall(case: Case) -> None:
    assert desk_browser("rosa").get("/desk/wall/").status_code == 403
