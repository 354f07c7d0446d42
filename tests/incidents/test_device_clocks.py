"""A phone's clock may be anything: what is fresh is fresh, what is late is late."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from incidents.models import Incident, LocationFix, Tap
from notifications.models import Notice
from tests.conftest import Phone, signed_in

MINUTE = timedelta(minutes=1)
CLOCKS = [
    pytest.param(-15 * MINUTE, id="a quarter of an hour slow"),
    pytest.param(datetime(1970, 1, 1, tzinfo=UTC) - timezone.now(), id="1970"),
    pytest.param(datetime(2100, 1, 1, tzinfo=UTC) - timezone.now(), id="2100"),
]
HERE = {"latitude": 35.6, "longitude": 139.7, "accuracy_m": 8}


def said(at: datetime) -> str:
    return at.isoformat(timespec="seconds")


@pytest.mark.parametrize("off", CLOCKS)
def test_a_fresh_press_is_fresh_whatever_the_phones_clock_says(
    annas_phone: Phone, off: timedelta
) -> None:
    here = timezone.now() + off
    seen = annas_phone.tap(pressed_at=said(here), sent_at=said(here)).json()
    assert seen["late_minutes"] is None
    assert not any("分前" in title for title in Notice.objects.values_list("title", flat=True))
    tap = Tap.objects.get()
    assert (tap.pressed_at, tap.sent_at) == (here.replace(microsecond=0),) * 2


@pytest.mark.parametrize("off", CLOCKS)
def test_a_press_that_was_long_on_its_way_says_so_by_any_clock(
    annas_phone: Phone, off: timedelta
) -> None:
    here = timezone.now() + off
    seen = annas_phone.tap(pressed_at=said(here - 25 * MINUTE), sent_at=said(here)).json()
    assert seen["late_minutes"] == 25
    assert any("25分前" in title for title in Notice.objects.values_list("title", flat=True))


@pytest.mark.parametrize("ago", [15 * MINUTE, timedelta(days=9000), -timedelta(days=9000)])
def test_without_a_second_reading_it_is_as_old_as_its_arrival(
    annas_phone: Phone, ago: timedelta
) -> None:
    assert annas_phone.tap(pressed_at=said(timezone.now() - ago)).json()["late_minutes"] is None


def test_a_clock_put_right_on_the_way_makes_nothing_old(annas_phone: Phone) -> None:
    now = timezone.now()
    seen = annas_phone.tap(pressed_at="1970-01-01T00:00:10Z", sent_at=said(now)).json()
    assert seen["late_minutes"] is None


def test_a_later_press_is_measured_in_the_same_way(annas_phone: Phone) -> None:
    annas_phone.tap()
    slow = timezone.now() - timedelta(days=20_000)
    again = annas_phone.tap(pressed_at=said(slow - 12 * MINUTE), sent_at=said(slow))
    assert (again.status_code, again.json()["late_minutes"]) == (200, 12)


def ages(incident: Incident) -> list[int]:
    now = timezone.now()
    return [round((now - fix.at).total_seconds()) for fix in incident.fixes.order_by("pk")]


def batch(phone: Phone, incident: str, *at: datetime, **more: object) -> None:
    fixes = [HERE | {"recorded_at": said(one)} for one in at]
    answer = phone.post(f"incidents/{incident}/locations", {"fixes": fixes, **more})
    assert (answer.status_code, answer.json()["stored"]) == (202, len(at))


@pytest.mark.parametrize("off", CLOCKS)
def test_positions_are_as_old_as_the_phones_own_difference(
    annas_phone: Phone, off: timedelta
) -> None:
    incident = annas_phone.tap().json()["id"]
    here = (timezone.now() + off).replace(microsecond=0)
    batch(annas_phone, incident, here - 90 * MINUTE, here - MINUTE, sent_at=said(here))
    known = Incident.objects.get()
    assert all(abs(age - wanted) < 20 for age, wanted in zip(ages(known), (5400, 60), strict=True))
    claimed = LocationFix.objects.order_by("pk").values_list("recorded_at", flat=True)
    assert list(claimed) == [here - 90 * MINUTE, here - MINUTE]


@pytest.mark.parametrize("year", [2001, 2099])
def test_positions_of_another_age_are_in_their_order_and_of_now(
    annas_phone: Phone, boris, year: int
) -> None:
    incident = annas_phone.tap().json()["id"]
    then = datetime(year, 1, 1, 12, tzinfo=UTC)
    now = timezone.now()
    batch(annas_phone, incident, then, then + MINUTE, sent_at=said(now))
    assert all(
        abs(age - wanted) < 20
        for age, wanted in zip(ages(Incident.objects.get()), (60, 0), strict=True)
    )
    page = signed_in(boris).get(f"/portal/incidents/{incident}/positions").json()["fixes"]
    assert [one["recorded_at"] for one in page] == [
        int(then.timestamp() * 1000),
        int((then + MINUTE).timestamp() * 1000),
    ]
    assert abs(page[-1]["at"] - now.timestamp() * 1000) < 20_000


def test_a_backlog_without_a_second_reading_keeps_its_own_times(annas_phone: Phone) -> None:
    incident = annas_phone.tap().json()["id"]
    now = timezone.now()
    batch(annas_phone, incident, now - 30 * MINUTE)
    assert abs(ages(Incident.objects.get())[0] - 1800) < 20


def test_the_position_of_a_press_is_of_the_press(annas_phone: Phone) -> None:
    then = datetime(2001, 5, 5, tzinfo=UTC)
    place = HERE | {"recorded_at": said(then)}
    tap = {"tap_id": str(uuid.uuid4()), "location": place, "sent_at": said(timezone.now())}
    annas_phone.post("incidents", tap)
    assert abs(ages(Incident.objects.get())[0]) < 20
