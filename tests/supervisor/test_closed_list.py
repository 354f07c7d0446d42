"""The list of closed alarms: what filters find, in which order, what they come to, and the file."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from incidents.models import Category, Classification, Incident
from people.models import Department, Employee, Exclusion, Site
from tests.conftest import NO_MOVE, phone_of, signed_in
from tests.supervisor.conftest import words_of
from tests.support.queries import queries_of

Closed = Callable[..., Incident]


@pytest.fixture
def closed(acme: object) -> Closed:
    """An alarm that somebody raised and somebody else ended."""
    devices: dict[int, Any] = {}

    def make(of: Employee, number: int, **more: Any) -> Incident:
        device = devices.get(of.pk) or devices.setdefault(of.pk, phone_of(of).device)
        opened = more.pop("opened_at", timezone.now() - timedelta(hours=number % 100))
        seen = more.pop("seen", None)
        fields = {
            "reporter": of,
            "device": device,
            "site": of.site,
            "level": "alarm",
            "state": "closed",
            "outcome": "resolved",
            "opened_at": opened,
            "closed_at": opened + timedelta(minutes=10),
            "closed_by_kind": "user",
            "safe_at": opened + timedelta(minutes=9),
            "first_seen_at": opened + timedelta(seconds=seen) if seen else None,
        }
        return Incident.objects.create(number=number, **(fields | NO_MOVE | more))

    return make


@pytest.fixture
def mai(anna: Employee) -> Employee:
    """A colleague of anna's, in the same department."""
    return Employee.objects.create(
        number="M1",
        family_name="小林",
        given_name="舞",
        family_kana="コバヤシ",
        given_kana="マイ",
        department=anna.department,
        site=anna.site,
        floor="地下1階",
    )


@pytest.fixture
def carlas_own(carla: User) -> Employee:
    """Somebody for whom boris does not answer."""
    return Employee.objects.create(
        number="C1",
        family_name="秘密",
        given_name="花",
        family_kana="ヒミツ",
        given_kana="ハナ",
        department=Employee.objects.get(user=carla).department,
    )


def listed(user: User, **asked: Any) -> list[str]:
    answer = signed_in(user).get(f"/portal/closed/?{urlencode(asked)}")
    assert answer.status_code == 200
    return [row.label for row in answer.context["closed_rows"]]


def page_of(user: User, **asked: Any) -> str:
    answer = signed_in(user).get(f"/portal/?{urlencode(asked)}")
    assert answer.status_code == 200
    return answer.content.decode()


def file_of(user: User, **asked: Any) -> list[dict[str, str]]:
    answer = signed_in(user).get(f"/portal/closed.csv?{urlencode(asked)}")
    assert answer.status_code == 200
    text = answer.getvalue().decode("utf-8")
    assert text.startswith("\ufeff"), "Excel would read it in another encoding"
    return list(csv.DictReader(io.StringIO(text[1:])))


def test_filters_find_what_they_say_and_the_file_holds_the_same(
    closed: Closed, anna: Employee, mai: Employee, boris: User
) -> None:
    acts = Category.objects.filter(is_on=True)[0]
    closed(anna, 901, seen=40)
    closed(anna, 902, seen=20, outcome="watching")
    Classification.objects.create(
        incident=closed(mai, 903, seen=90), category=acts, by_name="佐藤 健一"
    )
    closed(mai, 904, outcome="mistaken")
    closed(anna, 905, opened_at=timezone.now() - timedelta(days=60))
    closed(anna, 906, drill="internal")
    closed(anna, 907, outcome="drill")
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({}, ["901", "902", "903", "904"]),
        ({"q": "髙橋美咲"}, ["901", "902"]),
        ({"q": "たかはし みさき"}, ["901", "902"]),
        ({"q": "ｺﾊﾞﾔｼ"}, ["903", "904"]),
        ({"q": "地下1階"}, ["903", "904"]),
        ({"q": anna.site.name}, ["901", "902", "903", "904"]),
        ({"q": "903"}, ["903"]),
        ({"q": "９０３"}, ["903"]),
        ({"q": "小林 いない"}, []),
        ({"period": "90"}, ["901", "902", "903", "904", "905"]),
        ({"site": anna.site.public_id}, ["901", "902", "903", "904"]),
        ({"site": uuid4()}, []),
        ({"department": anna.department_id}, ["901", "902", "903", "904"]),
        ({"department": 2**31 - 1}, []),
        ({"person": mai.public_id}, ["903", "904"]),
        ({"kind": acts.pk}, ["903"]),
        ({"kind": 0}, ["901", "902", "904"]),
        ({"outcome": "watching"}, ["902"]),
        ({"outcome": "drill"}, ["907"]),
        ({"drills": "on"}, ["901", "902", "903", "904", "906", "907"]),
        ({"drills": "on", "outcome": "drill"}, ["907"]),
        ({"sort": "opened"}, ["904", "903", "902", "901"]),
        ({"sort": "seen"}, ["902", "901", "903", "904"]),
        ({"sort": "-seen"}, ["903", "901", "902", "904"]),
        ({"sort": "reporter"}, ["903", "904", "901", "902"]),
        ({"sort": "-place", "outcome": "watching", "q": "髙橋"}, ["902"]),
    ]
    for asked, numbers in expected:
        assert listed(boris, **asked) == numbers, asked
        assert [row["通報番号"] for row in file_of(boris, **asked)] == numbers, asked


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "8"},
        {"period": "-1"},
        {"site": "1"},
        {"site": "' OR 1=1"},
        {"department": "x"},
        {"department": "99999999999999999999"},
        {"department": "-1"},
        {"kind": "１x"},
        {"outcome": "everything"},
        {"person": "00000000"},
        {"sort": "password"},
        {"sort": "--opened"},
        {"q": "x" * 101},
        {"q": "a\0b"},
    ],
)
def test_what_cannot_be_read_is_said_and_left_out(
    closed: Closed, anna: Employee, boris: User, asked: dict[str, str]
) -> None:
    closed(anna, 901)
    assert listed(boris, **asked) == ["901"]
    assert "読み取れません" in page_of(boris, **asked)
    assert len(file_of(boris, **asked)) == 1
    assert "読み取れません" not in page_of(boris)


@pytest.mark.parametrize("page", ["0", "-1", "99999999999999999999", "x", "²"])
def test_a_page_that_does_not_exist_is_one_that_does(
    closed: Closed, anna: Employee, boris: User, page: str
) -> None:
    closed(anna, 901)
    assert listed(boris, page=page) == ["901"]


def test_mistaken_taps_are_asked_for_of_nobody(closed: Closed, anna: Employee, boris: User) -> None:
    closed(anna, 901, outcome="mistaken")
    closed(anna, 902)
    assert listed(boris, outcome="mistaken") == ["901"]
    for one in ({"person": anna.public_id}, {"q": "髙橋"}):
        assert listed(boris, outcome="mistaken", **one) == ["901", "902"]
        assert "押し間違いは、人ごとに数えません" in page_of(boris, outcome="mistaken", **one)


def test_count_and_median_are_of_what_is_shown(
    closed: Closed, anna: Employee, mai: Employee, boris: User
) -> None:
    for number, seen in ((901, 20), (902, 40), (903, 600), (904, None)):
        closed(anna, number, seen=seen)
    closed(mai, 905, seen=50)

    def summary(**asked: Any) -> str:
        answer = signed_in(boris).get(f"/portal/closed/?{urlencode(asked)}")
        return words_of(
            answer.content.decode().partition('id="closed-summary"')[2].split("</p>")[0]
        )

    assert summary(person=anna.public_id) == "4件 確認までの中央値 00:40 （確認された3件）"
    assert summary(person=mai.public_id) == "1件 確認までの中央値 00:50 （確認された1件）"
    assert summary(q="904") == "1件"


def test_nothing_of_whom_one_may_not_see_is_in_list_menus_figures_or_file(
    closed: Closed,
    anna: Employee,
    mai: Employee,
    carlas_own: Employee,
    boris: User,
    hanna: User,
) -> None:
    secret = Site.objects.create(name="秘密の店", address="x", latitude=35, longitude=139)
    closed(anna, 901, seen=30)
    closed(carlas_own, 902, site=secret, seen=3000)
    kept = closed(mai, 903, seen=3000)
    Exclusion.objects.create(user=boris, employee=mai, decided_by=hanna)
    assert listed(hanna) == ["901", "902", "903"]
    for asked in (
        {},
        {"q": "秘密"},
        {"q": "コバヤシ"},
        {"person": mai.public_id},
        {"person": carlas_own.public_id},
        {"site": secret.public_id},
        {"department": carlas_own.department_id},
        {"q": "902"},
        {"drills": "on", "period": "365", "sort": "seen"},
    ):
        page = page_of(boris, **asked).replace('value="秘密"', "")
        for text in ("秘密", "花", "小林", str(kept.public_id), "確認までの中央値 <b>25"):
            assert text not in page, (asked, text)
        assert {row["通報番号"] for row in file_of(boris, **asked)} <= {"901"}


def test_a_file_is_noted_before_it_leaves_and_holds_no_formula(
    closed: Closed, anna: Employee, boris: User
) -> None:
    Department.objects.filter(pk=anna.department_id).update(name="=cmd|'/c calc'!A0")
    Employee.objects.filter(pk=anna.pk).update(family_name="@SUM(1)", given_name="")
    Site.objects.filter(pk=anna.site_id).update(name='+1+cmd",\n"')
    closed(anna, 901, seen=40)
    (row,) = file_of(boris, q="901")
    assert row["部署"] == "'=cmd|'/c calc'!A0"
    assert row["通報者"].startswith("'@SUM")
    assert row["場所"].startswith('\'+1+cmd",\n"')
    assert (row["確認までの秒数"], row["終了までの秒数"]) == ("40", "600")
    noted = AuditEvent.objects.filter(payload__verb="incidents.exported").latest("seq").payload
    assert noted["count"] == 1
    assert noted["actor"]["id"] == str(boris.public_id)
    assert "901" not in str({**noted, "actor": ""}), "what was searched for may be a name"


def test_many_rows_cost_no_more_statements_than_few(
    closed: Closed, anna: Employee, boris: User
) -> None:
    category = Category.objects.filter(is_on=True)[0]

    def more(numbers: range) -> None:
        for number in numbers:
            one = closed(anna, number, seen=5, acknowledged_by=boris)
            Classification.objects.create(incident=one, category=category, by_name="x")

    browser: Client = signed_in(boris)

    def costs() -> list[int]:
        addresses = ("/portal/", "/portal/closed/", "/portal/closed.csv")
        return [queries_of(partial(ask, one)) for one in addresses]

    def ask(address: str) -> None:
        browser.get(address).getvalue()

    more(range(901, 903))
    costs()
    few = costs()
    more(range(903, 930))
    assert costs() == few


def test_headings_say_how_they_are_sorted_and_turn_it(
    closed: Closed, anna: Employee, boris: User
) -> None:
    closed(anna, 901)
    page = page_of(boris, sort="reporter", outcome="resolved")
    assert page.count('aria-sort="ascending"') == 1
    assert 'id="sort-reporter" href="?outcome=resolved&amp;sort=-reporter"' in page
    assert 'aria-sort="descending"' in page_of(boris)
    assert page_of(boris, sort="-seen").count('aria-sort="descending"') == 1
