"""Opening hours, holidays and the screen after the tap: set by HR or IT, obeyed elsewhere."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from auditlog.models import LogEntry

from accounts.models import Role, User
from incidents.models import Incident
from people.calendar.work_calendar import Calendar
from people.models import AppSettings, Employee, Holiday, OpeningHours, Site, WorkPattern
from tests.conftest import Phone, signed_in
from wellbeing.daily import remind

ADMIN = "/admin/people/"
TOKYO = ZoneInfo("Asia/Tokyo")
OUTSIDE = "営業時間外"
WEEK = [str(day) for day in range(7)]


@pytest.fixture
def it(acme) -> User:
    """Sets up and sees no record."""
    return User.objects.create_user("it", None, family_name="情シス", roles=[Role.IT_ADMIN])


def at(clock: str, on: str = "2026-11-20") -> datetime:
    return datetime.fromisoformat(f"{on}T{clock}").replace(tzinfo=TOKYO)


def open_from(
    user: User, opens: str, closes: str, days: list[str] = WEEK, site: object = ""
) -> int:
    form = {"site": site, "weekdays": days, "opens_at": opens, "closes_at": closes}
    return signed_in(user).post(f"{ADMIN}openinghours/add/", form).status_code


@pytest.fixture
def seen(annas_phone: Phone, boris: User):
    """Whether Boris's page says that the site was closed when the alarm came."""
    incident = Incident.objects.get(public_id=annas_phone.tap().json()["id"])

    def page_at(moment: datetime) -> bool:
        Incident.objects.filter(pk=incident.pk).update(opened_at=moment)
        page = signed_in(boris).get(f"/portal/incidents/{incident.public_id}/")
        return OUTSIDE in page.content.decode()

    return page_at


def test_boris_is_told_that_the_shop_was_closed(seen, it: User) -> None:
    assert not seen(at("03:00")), "nobody has set any hours"
    assert open_from(it, "10:00", "20:00") == 302
    assert [seen(at(clock)) for clock in ("09:59", "10:00", "19:59", "20:00")] == [
        True,
        False,
        False,
        True,
    ]
    assert LogEntry.objects.get_for_model(OpeningHours).get().actor == it


def test_a_site_keeps_its_own_hours_and_holidays(seen, it: User, anna: Employee) -> None:
    assert anna.site is not None
    elsewhere = Site.objects.exclude(pk=anna.site.pk)[0]
    open_from(it, "10:00", "20:00")
    open_from(it, "00:00", "05:00", site=anna.site.pk)
    assert not seen(at("03:00"))
    assert seen(at("12:00"))
    form = {"on": "2026-11-20", "name": "棚卸し", "site": elsewhere.pk}
    assert signed_in(it).post(f"{ADMIN}holiday/add/", form).status_code == 302
    assert not seen(at("03:00"))
    form |= {"site": anna.site.pk}
    assert signed_in(it).post(f"{ADMIN}holiday/add/", form).status_code == 302
    assert seen(at("03:00"))
    again = signed_in(it).post(f"{ADMIN}holiday/add/", form)
    assert "すでに休業日として登録されています" in again.content.decode()


def test_a_night_belongs_to_the_evening_before(seen, it: User) -> None:
    open_from(it, "18:00", "02:00", days=["4"])  # Fridays
    assert not seen(at("01:59", "2026-11-21"))
    assert seen(at("02:00", "2026-11-21"))
    assert seen(at("01:59", "2026-11-20"))


def test_a_holiday_of_a_site_is_nobodys_working_day_there_only(anna: Employee) -> None:
    friday = date(2026, 11, 20)
    other = Employee.objects.exclude(site=anna.site).exclude(site=None)[0]
    Holiday.objects.create(on=friday, site=anna.site)
    calendar = Calendar([anna.pk, other.pk], friday, friday)
    assert [calendar.works(pk, friday) for pk in (anna.pk, other.pk)] == [False, True]
    Holiday.objects.create(on=friday)
    assert not Calendar([other.pk], friday, friday).works(other.pk, friday)


def test_anyone_who_has_no_working_time_is_reminded_after_the_opening(
    it: User, anna: Employee, annas_phone: Phone
) -> None:
    Employee.objects.update(email="")
    WorkPattern.objects.all().delete()
    open_from(it, "10:00", "20:00")
    assert remind(at("09:35")) == 0
    assert remind(at("10:35")) > 0


def test_the_app_is_told_which_screen_follows_the_tap(annas_phone: Phone, it: User) -> None:
    assert annas_phone.get("device").json()["screen_after_tap"] == "discreet"
    page = signed_in(it)
    added = page.post(f"{ADMIN}appsettings/add/", {"screen_after_tap": "bright"})
    assert added.status_code == 302
    assert annas_phone.get("device").json()["screen_after_tap"] == "bright"
    assert page.get(f"{ADMIN}appsettings/add/").status_code == 403, "there is one of them"
    refused = page.post(f"{ADMIN}appsettings/1/change/", {"screen_after_tap": "loud"})
    assert refused.status_code == 200
    assert AppSettings.current().screen_after_tap == "bright"
    entry = LogEntry.objects.get_for_model(AppSettings).get()
    assert entry.changes_dict["screen_after_tap"] == ["None", "bright"]
