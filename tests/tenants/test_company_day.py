"""A company's day begins at its own midnight, wherever the server stands."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.conf import settings
from django.utils import timezone

from accounts.models import User
from notifications.models import Notice
from people.models import Employee, SupervisorAssignment
from tenants.context import current_company, run_in
from tenants.hosts import forget_cached_companies
from tenants.models import Company, Contract
from tests.conftest import Phone

DAY = timedelta(days=1)
WESTERN, EASTERN = "Etc/GMT+12", "Etc/GMT-14"


def today(zone: str) -> date:
    return datetime.now(ZoneInfo(zone)).date()


def on_another_day() -> str:
    """A zone in which it is another day than at the server just now: there always is one."""
    other = [zone for zone in (WESTERN, EASTERN) if today(zone) != today(settings.TIME_ZONE)]
    return other[0]


@pytest.fixture(params=["America/Los_Angeles", "Pacific/Auckland", "another day"])
def zone(acme: Company, request: pytest.FixtureRequest) -> Iterator[str]:
    name = on_another_day() if request.param == "another day" else request.param
    Company.objects.filter(pk=acme.pk).update(time_zone=name)
    forget_cached_companies()
    yield name
    forget_cached_companies()


def test_on_her_last_working_day_she_can_press(
    zone: str, anna: Employee, annas_phone: Phone
) -> None:
    Employee.objects.filter(pk=anna.pk).update(ended_on=today(zone))
    assert annas_phone.get("device").status_code == 200
    assert annas_phone.tap().status_code == 201
    Employee.objects.filter(pk=anna.pk).update(ended_on=today(zone) - DAY)
    assert annas_phone.tap().status_code == 401


def test_on_his_last_day_her_supervisor_is_called_and_on_the_next_he_is_not(
    zone: str, boris: User, annas_phone: Phone
) -> None:
    his = SupervisorAssignment.objects.filter(supervisor__user=boris)
    assert his.update(starts_on=today(zone) - 9 * DAY, ends_on=today(zone))
    annas_phone.tap()
    assert Notice.objects.filter(kind="alarm", recipient_user=boris).count() == 1
    his.update(ends_on=today(zone) - DAY)
    names = [one["name"] for one in annas_phone.get("device").json()["reachable"]]
    assert boris.get_full_name() not in names


def test_her_condition_is_of_her_day(zone: str, annas_phone: Phone) -> None:
    answer = {"condition": "good"}
    for days, status in ((0, 200), (2, 422), (-2, 422)):
        on = today(zone) + days * DAY
        assert annas_phone.call("put", f"check-ins/{on}", answer).status_code == status


def test_the_security_company_is_there_until_the_contracts_last_day_ends(
    zone: str, acme: Company, annas_phone: Phone
) -> None:
    Contract.objects.filter(company=acme).update(
        support_from=today(zone) - 9 * DAY, support_until=today(zone)
    )
    forget_cached_companies()
    assert annas_phone.get("device").json()["support_available"] is True
    Contract.objects.filter(company=acme).update(support_until=today(zone) - DAY)
    forget_cached_companies()
    assert annas_phone.get("device").json()["support_available"] is False


def test_a_job_has_the_companys_day_and_gives_it_back(
    zone: str, acme: Company, globex: Company
) -> None:
    acme.refresh_from_db()

    def days() -> tuple[date, date, date]:
        return timezone.localdate(), run_in(globex, timezone.localdate), timezone.localdate()

    own, others = today(zone), today(globex.time_zone)
    assert run_in(acme, days) == (own, others, own)
    assert timezone.localdate() == today(settings.TIME_ZONE)
    assert run_in(acme, current_company).time_zone == zone


def test_who_joins_today_joins_on_the_companys_day(
    zone: str, acme: Company, anna: Employee
) -> None:
    acme.refresh_from_db()
    assert run_in(acme, Employee).started_on == today(zone)


def test_a_zone_that_nobody_knows_costs_no_alarm(acme: Company, annas_phone: Phone) -> None:
    Company.objects.filter(pk=acme.pk).update(time_zone="Mars/Olympus")
    forget_cached_companies()
    assert annas_phone.tap().status_code == 201
    forget_cached_companies()


def test_there_is_always_a_zone_of_another_day() -> None:
    moments = [datetime(2026, 5, 5, hour, tzinfo=UTC) for hour in range(24)]
    for now in moments:
        days = {now.astimezone(ZoneInfo(zone)).date() for zone in (WESTERN, EASTERN)}
        assert days - {now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()}
