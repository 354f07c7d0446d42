"""Anna says how she is; boris learns what his duty needs, and anna sees who looked."""

from datetime import date, datetime, time, timedelta

import pytest

from accounts.models import User
from audit.models import AuditEvent
from notifications.models import Notice
from people.models import (
    Device,
    Employee,
    Exclusion,
    Post,
    SupervisorAssignment,
    WorkPattern,
)
from tests.conftest import Phone, phone_of, signed_in
from tests.support.conditions import say, today
from wellbeing.models import CareTask, CheckIn, CheckInRevision, WellbeingSettings
from wellbeing.selectors import board, care_tasks, team_of
from wellbeing.services import note_looks


def test_the_same_day_twice_is_one_answer_with_its_history(annas_phone: Phone) -> None:
    assert say(annas_phone, "good", note="元気です").status_code == 200
    assert say(annas_phone, "good", note="元気です").status_code == 200
    answer = say(annas_phone, "bad", note="疲れました").json()
    assert (answer["condition"], answer["note"]) == ("bad", "疲れました")
    (kept,) = CheckIn.objects.all()
    assert [old.note for old in CheckInRevision.objects.filter(check_in=kept)] == ["元気です"]


@pytest.mark.parametrize(
    ("days", "status"), [(-2, 422), (-1, 200), (0, 200), (1, 200), (2, 422), (400, 422)]
)
def test_only_today_give_or_take_a_clock_can_be_answered(
    annas_phone: Phone, days: int, status: int
) -> None:
    answer = say(annas_phone, "normal", today() + timedelta(days=days))
    assert answer.status_code == status
    assert CheckIn.objects.count() == (status == 200)


@pytest.mark.parametrize(
    ("on", "body", "status"),
    [
        ("2026-13-40", {"condition": "good"}, 422),
        ("yesterday", {"condition": "good"}, 422),
        (None, {"condition": "superb"}, 400),
        (None, {}, 400),
        (None, {"condition": "good", "note": "x" * 102_400}, 400),
        (None, {"condition": "good", "note_audience": "everybody"}, 400),
    ],
)
def test_what_cannot_be_understood_is_refused_and_nothing_is_kept(
    annas_phone: Phone, on: str | None, body: dict[str, str], status: int
) -> None:
    answer = annas_phone.call("put", f"check-ins/{on or today()}", body)
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/problem+json"
    assert not CheckIn.objects.exists()


def test_a_shared_device_and_an_outside_firm_s_staff_are_not_asked(
    annas_phone: Phone, acme
) -> None:
    post = Post.objects.order_by("pk")[0]
    Device.objects.filter(pk=annas_phone.device.pk).update(employee=None, post=post)
    assert say(annas_phone, "good").status_code == 403
    outside = phone_of(Employee.objects.filter(employment="outside")[0])
    assert outside.get("check-ins").json()["is_on"] is False
    assert say(outside, "good").status_code == 403
    WellbeingSettings.objects.create(pk=1, outside_firms=True)
    assert say(outside, "good").status_code == 200


def test_the_words_beside_the_note_name_who_can_really_read_it(
    annas_phone: Phone, boris: User, second: User, keiko: User, anna: Employee, hanna: User
) -> None:
    def readers() -> dict[str, list[str]]:
        given = annas_phone.get("check-ins").json()["audiences"]
        return {one["value"]: one["readers"] for one in given}

    health = [keiko.get_full_name()]
    chain = [boris.get_full_name(), second.get_full_name()]
    assert readers() == {"supervisor": [*chain, *health], "health": health, "nobody": []}
    Exclusion.objects.create(user=boris, employee=anna, decided_by=hanna, reason="当事者")
    assert readers()["supervisor"] == [second.get_full_name(), *health]


@pytest.mark.parametrize(
    ("audience", "boris_reads", "keiko_reads"),
    [("supervisor", True, True), ("health", False, True), ("nobody", False, False)],
)
def test_the_note_reaches_whom_she_chose(
    annas_phone: Phone,
    anna: Employee,
    boris: User,
    keiko: User,
    audience: str,
    boris_reads: bool,
    keiko_reads: bool,
) -> None:
    say(annas_phone, "bad", note="眠れません", note_audience=audience)
    for reader, reads in ((boris, boris_reads), (keiko, keiko_reads)):
        (row,) = board(reader, [anna], today())
        assert (row.cells[-1].condition, bool(row.cells[-1].note)) == ("bad", reads)
    assert annas_phone.get("check-ins").json()["default_audience"] == audience


def test_only_those_with_the_duty_find_her_on_their_board(
    anna: Employee, boris: User, carla: User, hanna: User, keiko: User
) -> None:
    assert anna in team_of(boris)
    assert anna in team_of(keiko)
    assert anna not in team_of(carla)
    assert not team_of(hanna).exists()
    Exclusion.objects.create(user=boris, employee=anna, decided_by=hanna, reason="当事者")
    assert anna not in team_of(boris)


def test_she_reads_who_looked_and_the_audit_keeps_it(
    annas_phone: Phone, anna: Employee, boris: User
) -> None:
    for _look in range(2):
        note_looks(viewer=boris, employees=[anna])
    looks = annas_phone.get("me/condition-looks").json()
    assert looks == [{"who": boris.get_full_name(), "on": today().isoformat()}]
    events = AuditEvent.objects.of(f"conditions:{boris.public_id}")
    assert [event.payload["verb"] for event in events] == ["conditions.viewed"] * 2


def test_a_bad_day_becomes_one_care_task_for_boris_without_a_name_in_the_message(
    annas_phone: Phone, anna: Employee, boris: User, second: User
) -> None:
    say(annas_phone, "good", today() - timedelta(days=1))
    say(annas_phone, "bad", wants_contact=True)
    say(annas_phone, "bad", note="まだつらい", wants_contact=True)
    (task,) = care_tasks(boris)
    assert (task.employee, task.owner) == (anna, boris)
    assert {reason.rule for reason in task.reasons.all()} == {"bad_now", "drop", "asked"}
    (notice,) = Notice.objects.filter(kind="care")
    assert notice.recipient_user == boris
    assert "髙橋" not in notice.title + notice.body


def test_she_can_turn_to_occupational_health_without_boris(
    annas_phone: Phone, boris: User, keiko: User
) -> None:
    for _again in range(2):
        assert annas_phone.post("me/health-referral").status_code == 202
    assert not care_tasks(boris).exists()
    (task,) = care_tasks(keiko)
    assert (task.circle, task.owner) == (CareTask.Circle.HEALTH, keiko)
    assert not Notice.objects.filter(recipient_user=boris).exists()


@pytest.mark.parametrize(
    ("shift", "moment", "belongs_to"),
    [
        (("09:00", "18:00"), "2026-11-20 08:00", "2026-11-20"),
        (("22:00", "07:00"), "2026-11-20 23:30", "2026-11-20"),
        (("22:00", "07:00"), "2026-11-21 06:59", "2026-11-20"),
        (("22:00", "07:00"), "2026-11-21 07:00", "2026-11-21"),
        (("00:00", "00:00"), "2026-11-21 00:00", "2026-11-21"),
    ],
)
def test_a_night_shift_answers_for_the_date_of_its_start(
    shift: tuple[str, str], moment: str, belongs_to: str
) -> None:
    starts_at, ends_at = map(time.fromisoformat, shift)
    pattern = WorkPattern(starts_at=starts_at, ends_at=ends_at, weekdays=[])
    assert pattern.date_of(datetime.fromisoformat(moment)) == date.fromisoformat(belongs_to)


def test_somebody_else_s_date_is_not_within_reach(annas_phone: Phone, anna: Employee) -> None:
    """A date in the address is always one's own: the same day of two people is two answers."""
    colleague = Employee.objects.exclude(pk=anna.pk).exclude(employment="outside")[0]
    say(annas_phone, "bad", note="疲れました")
    hers = CheckIn.objects.get(employee=anna)
    phone = phone_of(colleague)
    assert say(phone, "good", employee=anna.pk, number=anna.number).status_code == 200
    for other in (hers.public_id, hers.pk, anna.number, f"{anna.number}/{today()}"):
        refused = phone.call("put", f"check-ins/{other}", {"condition": "good"})
        assert refused.status_code in (404, 422), other
    hers.refresh_from_db()
    assert (hers.condition, hers.note) == ("bad", "疲れました")
    assert not CheckInRevision.objects.filter(check_in=hers).exists()
    assert CheckIn.objects.get(employee=colleague).condition == "good"
    own = phone.get("check-ins").json()["history"]
    assert [one["condition"] for one in own] == ["good"]


def test_where_nobody_is_assigned_the_board_says_so_and_nobody_is_lost(
    annas_phone: Phone, anna: Employee, boris: User, keiko: User
) -> None:
    SupervisorAssignment.objects.all().delete()
    for address in ("/portal/conditions/", "/portal/care/", "/portal/conditions/figures/"):
        page = signed_in(boris).get(address)
        assert page.status_code == 200, address
        assert anna.full_name not in page.content.decode()
    board_page = signed_in(boris).get("/portal/conditions/").content.decode()
    assert "担当する従業員がまだ登録されていません" in board_page
    assert (
        "いま声かけが必要な人はいません" in signed_in(boris).get("/portal/care/").content.decode()
    )
    assert say(annas_phone, "bad").status_code == 200
    assert CareTask.objects.get(employee=anna).owner == keiko, "she is asked all the same"
    assert anna.full_name in signed_in(keiko).get("/portal/care/").content.decode()
