"""Olga calls 110: what she records is true, is kept whole, and waits for its reference number."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from audit.actors import Actor
from incidents.models import Incident
from incidents.selectors import timeline
from operations import errors
from operations.company_access import entries
from operations.company_access.entries import CallMade
from operations.models import AccessGrant, Case, EmergencyCall
from tenants.models import Company
from tests.operations.conftest import kinds
from tests.support.console import console, page
from tests.support.emergency_calls import MADE

HTMX = {"HX-Request": "true"}


@pytest.fixture
def olgas(grant: AccessGrant) -> Client:
    return console("olga")


def record(olgas: Client, case: Case, **other: str) -> tuple[int, str]:
    """The answer's status and words."""
    body = {name: value for name, value in (MADE | other).items() if value}
    answer = olgas.post(f"{page(case)}emergency/", body, headers=HTMX)
    return answer.status_code, answer.content.decode()


def lines(incident: Incident) -> list[str]:
    return [entry.text for entry in timeline(incident)]


def test_the_form_asks_for_the_officer_and_begins_with_the_time_at_the_place(
    case: Case, olgas: Client
) -> None:
    Company.objects.filter(pk=case.company_id).update(time_zone="Asia/Kathmandu")
    before = f"{timezone.localtime(timezone=ZoneInfo('Asia/Kathmandu')):%H:%M}"
    shown = olgas.get(page(case)).content.decode()
    after = f"{timezone.localtime(timezone=ZoneInfo('Asia/Kathmandu')):%H:%M}"
    assert "応対した警察官" in shown
    assert "声かけ済み" not in shown
    assert any(f'type="time" value="{at}"' in shown for at in (before, after))


def test_all_of_it_is_kept_and_the_companys_line_stays_short(
    case: Case, incident: Incident, olgas: Client
) -> None:
    assert record(olgas, case)[0] == 200
    (line,) = [text for text in lines(incident) if "110番" in text]
    assert line == "警備会社 大野 玲子さんが110番通報しました（中央署、受理番号 A-4711）"
    shown = olgas.get(page(case)).content.decode()
    for kept in (
        "レジ前で店員を怒鳴っている",
        "男性1人、黒い上着",
        "佐々木巡査部長",
        "通報時刻：00:00",
    ):
        assert kept in shown
    assert "受理番号が未記入" not in shown


@pytest.mark.parametrize(
    ("service", "kind", "number"), [("police", "police", "110"), ("fire", "fire", "119")]
)
def test_without_a_reference_number_it_says_so_until_the_number_follows(
    service: str, kind: str, number: str, case: Case, incident: Incident, olgas: Client
) -> None:
    record(olgas, case, service=service, number_called=number, reference="", station="")
    assert f"警備会社 大野 玲子さんが{number}番通報しました（受理番号は確認中）" in lines(incident)
    assert "受理番号が未記入" in olgas.get(page(case)).content.decode()
    call = EmergencyCall.objects.get(case=case)
    follow_up = {"call": str(call.public_id), "reference": "A-4711"}
    parts = olgas.post(f"{page(case)}reference/", follow_up, headers=HTMX).content.decode()
    assert "受理番号が未記入" not in parts
    assert f"警備会社 大野 玲子さんが{number}番通報の受理番号を記録しました：A-4711" in lines(
        incident
    )
    assert f"{kind}_reference" in kinds(incident)
    again = olgas.post(f"{page(case)}reference/", follow_up | {"reference": "B"}, headers=HTMX)
    assert (again.status_code, "A-4711" in again.content.decode()) == (422, True)


@pytest.mark.parametrize("missing", ["made", "number_called", "called_at", "situation"])
def test_what_would_be_no_true_record_is_refused_kindly_and_leaves_nothing(
    missing: str, case: Case, incident: Incident, olgas: Client
) -> None:
    status, message = record(olgas, case, **{missing: ""})
    assert (status, "「通報した」" in message) == (422, True)
    case.refresh_from_db()
    assert case.police_called_at is None
    assert "police_called" not in kinds(incident)
    assert not EmergencyCall.objects.filter(case=case).exists()


def in_an_hour(case: Case) -> str:
    """Where the company is it is noon, so that an hour from now is still today."""
    offset = 12 - datetime.now(UTC).hour
    Company.objects.filter(pk=case.company_id).update(time_zone=f"Etc/GMT{-offset:+d}")
    return f"13:{datetime.now(UTC).minute:02}"


def test_nobody_has_called_at_a_time_to_come(case: Case, olgas: Client) -> None:
    status, message = record(olgas, case, called_at=in_an_hour(case))
    assert (status, "現在より後" in message) == (422, True)
    assert not EmergencyCall.objects.filter(case=case).exists()


def test_in_a_case_of_the_day_before_a_later_time_of_day_was_yesterday(
    case: Case, olgas: Client
) -> None:
    Case.objects.filter(pk=case.pk).update(requested_at=timezone.now() - timedelta(days=2))
    assert record(olgas, case, called_at=in_an_hour(case))[0] == 200
    ago = timezone.now() - EmergencyCall.objects.get(case=case).called_at
    assert timedelta(hours=22) < ago < timedelta(hours=24)


def test_the_databases_clock_decides_what_is_to_come(
    grant: AccessGrant, olga: Actor, incident: Incident
) -> None:
    soon = timezone.now() + timedelta(minutes=1)
    with pytest.raises(errors.CallFromFuture):
        entries.record_call(
            grant_id=grant.public_id, operator=olga, call=CallMade("police", "110", soon, "大声")
        )
    assert "police_called" not in kinds(incident)
