"""Lena, who leads, reads olga's case along: without sound, without a pen, and by name."""

import uuid

import pytest
from django.utils import timezone

from audit.actors import Actor
from incidents.access_log import access_log_of
from incidents.models import Incident, IncidentEvent
from operations import errors
from operations.cases import close_case, give_back
from operations.company_access import door
from operations.grants import read_along
from operations.models import AccessGrant, Case, SeenRecording
from tests.conftest import Phone
from tests.operations.conftest import desk_actor
from tests.support.console import console, looks, page

HTMX = {"HX-Request": "true"}
STREAM = {"sample_rate": 48000, "frames_per_unit": 47}


@pytest.fixture
def reading(grant: AccessGrant, lena: Actor) -> AccessGrant:
    return read_along(case_id=grant.case.public_id, lead=lena)


def test_she_presses_and_reads_and_the_company_knows_by_name(
    grant: AccessGrant, lena: Actor, incident: Incident
) -> None:
    lenas, case = console("lena"), grant.case
    assert "閲覧する" in lenas.get("/console/queue/").content.decode()
    pressed = lenas.post(f"{page(case)}read-along/")
    assert pressed.headers["Location"] == page(case)
    assert looks(case) == [], "a press is no look"
    shown = lenas.get(page(case)).content.decode()
    assert ("髙橋 美咲" in shown, "大野 玲子さん" in shown, "閲覧中" in shown) == (True, True, True)
    assert looks(case) == ["case.read_along"]
    (entry,) = access_log_of(incident)
    assert ("三宅 礼子" in entry.who, entry.what) == (True, "主任として案件を閲覧しました")


def test_the_page_of_a_reader_has_no_button_that_does_anything(reading: AccessGrant) -> None:
    shown = console("lena").get(page(reading.case)).content.decode()
    for pen in ("dialog-note", "dialog-police", "dialog-close", "dialog-reference", "/step/"):
        assert f'id="{pen}"' not in shown
        assert f'data-dialog="{pen}"' not in shown
    assert "tel:" not in shown


@pytest.mark.parametrize(
    ("press", "body"),
    [
        ("note", {"text": "x"}),
        ("message", {"client_id": str(uuid.uuid4()), "text": "x"}),
        ("phoned", {"whom": "1"}),
        ("close", {"result": "calmed"}),
        ("step", {"step": "1"}),
        ("hand-over", {"to": str(uuid.uuid4()), "note": "x"}),
    ],
)
def test_what_a_reader_sends_all_the_same_changes_nothing(
    press: str, body: dict[str, str], reading: AccessGrant, incident: Incident
) -> None:
    before = IncidentEvent.objects.filter(incident=incident).count()
    answer = console("lena").post(f"{page(reading.case)}{press}/", body, headers=HTMX)
    assert answer.status_code in {404, 422}
    assert IncidentEvent.objects.filter(incident=incident).count() == before
    reading.case.refresh_from_db()
    assert reading.case.state == Case.State.CLAIMED


def test_a_reader_hears_nothing_whom_the_holder_hears(
    reading: AccessGrant,
    grant: AccessGrant,
    lena: Actor,
    olga: Actor,
    incident: Incident,
    annas_phone: Phone,
) -> None:
    take = STREAM | {"client_id": str(uuid.uuid4()), "tap_id": str(incident.taps.get().tap_id)}
    heard = annas_phone.post("recordings", take).json()["id"]
    sound = SeenRecording.objects.count
    counted = [
        door.read(grant_id=one.public_id, operator=who, verb="case.viewed", query=sound)
        for one, who in ((grant, olga), (reading, lena))
    ]
    assert counted == [1, 0]
    answers = [
        console(who).post(
            f"{page(reading.case)}recordings/{heard}/listen",
            {"mode": "live"},
            content_type="application/json",
        )
        for who in ("olga", "lena")
    ]
    assert [answer.status_code for answer in answers] == [201, 404]


def test_nobody_but_the_lead_reads_along(grant: AccessGrant, otto: Actor) -> None:
    with pytest.raises(errors.NotTheLead):
        read_along(case_id=grant.case.public_id, lead=otto)
    assert "閲覧する" not in console("otto").get("/console/queue/").content.decode()
    assert console("otto").post(f"{page(grant.case)}read-along/").status_code == 404


def test_what_waits_is_taken_and_not_read_along(case: Case, lena: Actor) -> None:
    with pytest.raises(errors.NobodyHoldsIt):
        read_along(case_id=case.public_id, lead=lena)


def test_off_duty_the_lead_reads_nothing(grant: AccessGrant) -> None:
    with pytest.raises(errors.NotOnShift):
        read_along(case_id=grant.case.public_id, lead=desk_actor("lena"))


def test_it_goes_on_through_other_hands_and_ends_by_itself(
    reading: AccessGrant, olga: Actor
) -> None:
    lenas = console("lena")
    give_back(case_id=reading.case.public_id, operator=olga)
    assert lenas.get(page(reading.case)).status_code == 200
    AccessGrant.objects.filter(pk=reading.pk).update(expires_at=timezone.now())
    assert lenas.get(page(reading.case)).status_code == 404


def test_what_has_ended_needs_break_glass(grant: AccessGrant, olga: Actor, lena: Actor) -> None:
    close_case(case_id=grant.case.public_id, operator=olga, result="calmed")
    with pytest.raises(errors.CaseClosed):
        read_along(case_id=grant.case.public_id, lead=lena)
