"""A year's national holidays are added by one press, and the rest of the house reads them."""

from datetime import date

import pytest
from auditlog.models import LogEntry
from django.utils import timezone

from accounts.models import Role, User
from people.calendar.work_calendar import Calendar
from people.models import Employee, Holiday, Site
from tests.conftest import signed_in

PAGE = "/admin/people/holiday/national/"
THIS = timezone.localdate().year
KNOWN = {
    (1, 1): "元日",
    (2, 11): "建国記念の日",
    (2, 23): "天皇誕生日",
    (4, 29): "昭和の日",
    (5, 3): "憲法記念日",
    (5, 4): "みどりの日",
    (5, 5): "こどもの日",
    (8, 11): "山の日",
    (11, 3): "文化の日",
    (11, 23): "勤労感謝の日",
}


@pytest.fixture
def it(acme) -> User:
    return User.objects.create_user("it", "x", family_name="情シス", roles=[Role.IT_ADMIN])


def add(user: User, year: object) -> str:
    page = signed_in(user).post(PAGE, {"year": year}, follow=True)
    return str(page.content.decode())


def test_one_press_adds_those_of_a_year_that_are_missing(it: User, anna: Employee) -> None:
    elsewhere = Site.objects.exclude(pk=anna.site.pk)[0]
    own = Holiday.objects.create(on=date(THIS, 1, 1), name="創立記念日")
    Holiday.objects.create(on=date(THIS, 2, 11), name="棚卸し", site=elsewhere)
    page = signed_in(it).get(PAGE).content.decode()
    assert "勤労感謝の日" in page
    assert "休業日を" in add(it, THIS)
    whole = dict(Holiday.objects.filter(site=None, on__year=THIS).values_list("on", "name"))
    assert {(on.month, on.day): whole[on] for on in whole if (on.month, on.day) in KNOWN} == (
        KNOWN | {(1, 1): own.name}
    )
    assert len(whole) >= 16
    assert LogEntry.objects.get_for_model(Holiday).filter(actor=it).count() == len(whole) - 1
    assert "休業日を0日" in add(it, THIS)
    assert not Calendar([anna.pk], date(THIS, 11, 3), date(THIS, 11, 3)).works(
        anna.pk, date(THIS, 11, 3)
    )


def test_a_substitute_day_is_among_them(it: User) -> None:
    """In 2026 the third of May is a Sunday; whichever year it is, no Monday is left out."""
    for year in range(THIS, THIS + 3):
        add(it, year)
    days = set(Holiday.objects.values_list("on", flat=True))
    sundays = [one for one in days if one.weekday() == 6]
    assert sundays, "within three years one falls on a Sunday"
    for sunday in sundays:
        following = [one for one in days if 0 < (one - sunday).days <= 3]
        assert following, sunday


@pytest.mark.parametrize("year", ["", "x", "1999", THIS + 3, "９９"])
def test_a_year_that_is_not_offered_adds_nothing(it: User, year: object) -> None:
    assert "表示されている年から選んでください" in add(it, year)
    assert not Holiday.objects.exists()


def test_who_does_not_set_up_the_company_adds_none(boris: User) -> None:
    assert signed_in(boris).post(PAGE, {"year": THIS}).status_code in {302, 403}
    assert not Holiday.objects.exists()


HOURS = {"opens_at": "9:00", "closes_at": "18:00"}


@pytest.mark.parametrize(
    ("page", "form", "message"),
    [
        ("holiday", {"on": "2026-02-30"}, "日付を正しく入力してください"),
        ("holiday", {"on": ""}, "必須です"),
        ("holiday", {"on": "2026-01-01", "site": "999"}, "正しく選択してください"),
        ("openinghours", HOURS | {"opens_at": "25:00"}, "時間を正しく入力してください"),
        ("openinghours", HOURS, "必須です"),
        ("openinghours", HOURS | {"weekdays": ["9"]}, "選択してください"),
    ],
)
def test_what_cannot_be_is_answered_in_words(
    it: User, page: str, form: dict[str, object], message: str
) -> None:
    answer = signed_in(it).post(f"/admin/people/{page}/add/", form)
    assert answer.status_code == 200
    assert message in answer.content.decode()
