"""届き方の確認: Hanna sees who would be called, when, and who would not."""

import re
from datetime import date, time, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from escalation.models import Rung
from notifications.models import Notice
from people.models import (
    Department,
    Employee,
    Exclusion,
    Leave,
    OpeningHours,
    SupervisorAssignment,
    WorkPattern,
)
from tests.conftest import Phone, signed_in
from tests.support.reach import PAGE, ladder, look

TODAY = timezone.localdate


def frozen(phone: Phone) -> list[list[str]]:
    """What an alarm raised now freezes, in names."""
    incident = phone.tap().json()["id"]
    rungs = Rung.objects.filter(incident__public_id=incident).order_by("order")
    named = {one.pk: one.get_full_name() for one in User.objects.all()}
    return [[named[key] for key in rung.user_ids] or ["警備会社"] for rung in rungs]


def send_on_leave(user: User, on: date) -> None:
    Leave.objects.create(employee=user.employee, starts_on=on, ends_on=on)


def exclude(user: User, anna: Employee, hanna: User) -> None:
    Exclusion.objects.create(user=user, employee=anna, decided_by=hanna, reason="当事者")


def ends_yesterday(user: User) -> None:
    mine = SupervisorAssignment.objects.filter(supervisor=user.employee)
    mine.update(starts_on="2020-01-01", ends_on=TODAY() - timedelta(days=1))


# Who would be reached


@pytest.mark.parametrize("matter", ["nothing", "leave", "exclusion", "over", "blocked", "sites"])
def test_what_is_shown_is_what_an_alarm_freezes(
    matter: str, annas_phone: Phone, anna: Employee, boris: User, carla: User, hanna: User
) -> None:
    if matter == "leave":
        send_on_leave(boris, TODAY())
    elif matter == "exclusion":
        exclude(boris, anna, hanna)
    elif matter == "over":
        ends_yesterday(boris)
    elif matter == "blocked":
        User.objects.filter(pk=boris.pk).update(is_active=False)
    elif matter == "sites":
        SupervisorAssignment.objects.create(supervisor=carla.employee, site=anna.site, priority=1)
    shown = ladder(look(hanna, employee=anna.pk))
    assert [who for _when, who in shown] == frozen(annas_phone)
    assert [when for when, _who in shown] == ["すぐに", "30秒後", "60秒後"][: len(shown)]
    assert shown[-1][1] == ["警備会社"]


def test_on_another_day_others_are_called(anna: Employee, boris: User, hanna: User) -> None:
    monday = TODAY() + timedelta(days=7 - TODAY().weekday())
    send_on_leave(boris, monday)
    first = [
        ladder(look(hanna, employee=anna.pk, on=day, at="10:00"))[0][1]
        for day in (monday, monday + timedelta(days=1))
    ]
    assert first == [["田中 陽子"], ["佐藤 健一"]]
    assert "休暇・休職中のため最後" in look(hanna, employee=anna.pk, on=monday, at="10:00")


def test_each_who_is_not_called_has_a_reason(
    anna: Employee, boris: User, second: User, carla: User, hanna: User
) -> None:
    assign = SupervisorAssignment.objects.create
    tomorrow = TODAY() + timedelta(days=1)
    assign(supervisor=carla.employee, site=anna.site, starts_on=tomorrow)
    nobody = Employee.objects.filter(user=None).exclude(pk=anna.pk)[0]
    assign(supervisor=nobody, employee=anna)
    assign(supervisor=anna, department=anna.department)
    exclude(boris, anna, hanna)
    User.objects.filter(pk=second.pk).update(is_active=False)
    left = look(hanna, employee=anna.pk).partition("呼び出されない人")[2]
    reasons = dict(re.findall(r"<b>([^<]*)</b><span>([^<]*)</span>", left))
    assert reasons == {
        "鈴木 千夏": "担当の開始日より前のため",
        nobody.full_name: "サインインの設定がないため",
        anna.full_name: "本人の通報のため",
        "佐藤 健一": "利益相反のため",
        "田中 陽子": "サインインが停止されているため",
    }


def test_whom_no_message_can_reach_is_said(anna: Employee, boris: User, hanna: User) -> None:
    User.objects.filter(pk=boris.pk).update(email=None)
    page = look(hanna, employee=anna.pk)
    assert "プッシュ通知を許可した端末もありません" in page
    assert "second@acme.example" in page
    assert "誰にも届きません" not in page, "the security company remains"


def test_hanna_does_not_see_that_she_is_kept_out_herself(anna: Employee, hanna: User) -> None:
    SupervisorAssignment.objects.create(supervisor=hanna.employee, employee=anna, priority=1)
    before = ladder(look(hanna, employee=anna.pk))
    exclude(hanna, anna, hanna)
    page = look(hanna, employee=anna.pk)
    assert ladder(page) == before
    assert "利益相反" not in page


def test_a_site_is_shown_by_department_and_for_its_shared_phone(
    anna: Employee, carla: User, hanna: User
) -> None:
    SupervisorAssignment.objects.create(supervisor=carla.employee, site=anna.site, priority=9)
    page = look(hanna, site=anna.site.pk)
    here = Employee.objects.filter(site=anna.site)
    alike = here.exclude(pk__in=SupervisorAssignment.objects.values("supervisor"))
    titles = [one.strip() for one in re.findall(r"<h3>([^<]*)", page)]
    names = Department.objects.filter(employees__in=alike).order_by("code").distinct()
    assert titles == [*names.values_list("name", flat=True), "拠点の共用端末"]
    assert ladder(page)[-2:] == [("すぐに", ["鈴木 千夏"]), ("30秒後", ["警備会社"])]
    assert f"このほか{here.count() - alike.count()}人は" in page


def test_closed_shops_and_free_evenings_are_said_and_change_nothing(
    anna: Employee, boris: User, hanna: User
) -> None:
    hours = {"weekdays": list(range(7))}
    OpeningHours.objects.create(opens_at=time(10), closes_at=time(20), **hours)
    WorkPattern.objects.create(
        employee=boris.employee, starts_at=time(22), ends_at=time(6), **hours
    )
    noon, night = (look(hanna, employee=anna.pk, at=clock) for clock in ("12:00", "23:00"))
    assert ("営業時間外" in noon, "勤務時間外" in noon) == (False, True)
    assert ("営業時間外" in night, "勤務時間外" in night) == (True, False)
    assert ladder(noon) == ladder(night)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"employee": "1", "site": "1"}, "どちらか一つ"),
        ({"employee": "", "site": ""}, "どちらか一つ"),
        ({"employee": "999999"}, "正しく選択してください"),
        ({"employee": "x'"}, "正しく選択してください"),
        ({"site": "1", "on": "0001-01-01"}, "前後1年以内"),
        ({"site": "1", "on": "2026-02-30"}, "日付を正しく入力してください"),
        ({"site": "1", "at": "25:00"}, "時間を正しく入力してください"),
    ],
)
def test_what_cannot_be_asked_is_answered_in_words(
    hanna: User, asked: dict[str, str], message: str
) -> None:
    page = look(hanna, **asked)
    assert message in page or message in signed_in(hanna).get(PAGE, asked).content.decode()
    assert ladder(page) == []


def test_looking_tells_nobody(anna: Employee, hanna: User) -> None:
    look(hanna, employee=anna.pk)
    look(hanna, site=anna.site.pk)
    assert not Notice.objects.exists()
    assert not Rung.objects.exists()
