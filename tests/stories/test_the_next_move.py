"""Stories of the second minute: pressing again, asking again, a silent desk, a closed case.
None of them ends in silence."""

from datetime import timedelta

from django.db.models.functions import Now

from accounts.models import Role, User
from audit.actors import Actor
from incidents.models import Incident
from operations.ladder import STEPS
from operations.models import Case
from people.employment.departures import leave_today
from people.models import Employee, SupervisorAssignment
from tenants.schemas import enter_schema
from tests.clock import put_back, time_passes
from tests.conftest import Phone, signed_in
from tests.operations.conftest import silence
from tests.stories.scene import Scene

MINUTE, DAY = 60, 86_400


def test_1_one_supervisor_who_sleeps_and_no_contract(
    scene: Scene, no_contract: None, only_boris: None
) -> None:
    scene.taps()
    assert scene.paged() == ["boris"]
    time_passes(31)
    assert scene.paged() == ["boris"]
    assert scene.screen()["danger"] == "nobody_came"
    for wait in (60, 150):  # at 91 and 241 seconds
        time_passes(wait)
        assert scene.paged() == ["boris"]
    time_passes(6 * MINUTE)  # the third lap, with HR behind it
    assert scene.paged() == ["boris", "hanna"]
    assert scene.incident.next_move == Incident.Move.CALL


def test_2_safe_and_then_attacked_again(scene: Scene) -> None:
    scene.taps()
    scene.says("safe")
    assert scene.incident.next_move == Incident.Move.CLOSE
    scene.paged()
    time_passes(2)
    scene.taps()
    assert scene.paged() == ["boris", "second"]
    assert scene.screen()["safe_at"] is None


def test_3_somebody_set_out_three_days_ago(scene: Scene) -> None:
    scene.taps()
    scene.presses("boris", "head-out")
    Incident.objects.update(coming_asked_at=None)
    time_passes(9 * MINUTE)
    scene.presses("boris", "still-on-way")
    scene.presses("boris", "arrive")
    time_passes(3 * DAY)
    scene.paged()
    scene.taps()
    assert scene.paged() == ["boris", "second"]
    assert scene.screen()["arrived_by"] is None


def test_4_set_out_and_never_heard_of_again(scene: Scene) -> None:
    scene.taps()
    scene.presses("boris", "head-out")
    scene.paged()
    time_passes(10 * MINUTE + 1)
    assert scene.paged() == ["boris"]  # have you arrived?
    time_passes(MINUTE)
    assert scene.paged() == ["boris", "second"]
    assert scene.screen()["coming_by"] is None
    assert "not_arrived" in scene.lines


def test_5_ten_presses_in_twenty_seconds_while_somebody_comes(scene: Scene) -> None:
    scene.taps()
    scene.presses("boris", "head-out")
    time_passes(40)
    scene.paged()
    for _press in range(10):
        scene.taps()
        time_passes(2)
    time_passes(40)
    assert scene.paged() == ["boris", "second", "boris", "second"]
    assert scene.screen()["coming_by"] == "佐藤さん"
    assert scene.lines.count("tapped_again") == 10


def test_6_phone_and_watch_together(scene: Scene, annas_watch: Phone) -> None:
    first = scene.taps()
    assert annas_watch.tap().json()["id"] == first["id"]
    time_passes(5)
    assert scene.paged() == ["boris"]


def test_7_pressed_just_before_everybody_is_only_told(
    scene: Scene, no_contract: None, only_boris: None
) -> None:
    scene.taps()
    scene.paged()
    time_passes(25)
    scene.taps()
    time_passes(6)
    assert scene.paged() == ["boris"]
    assert "nobody_left" not in scene.lines


def test_8_seen_is_not_coming(scene: Scene) -> None:
    scene.taps()
    scene.presses("boris", "acknowledge")
    scene.paged()
    time_passes(58)
    assert scene.paged() == []
    time_passes(4)
    assert scene.paged() == ["second"]


def test_8_people_on_site_are_called_while_somebody_chooses(scene: Scene, second: User) -> None:
    SupervisorAssignment.objects.filter(supervisor__user=second).update(on_site=True)
    scene.taps()
    scene.presses("boris", "acknowledge")
    scene.paged()
    time_passes(31)
    assert scene.paged() == ["second"]


def test_9_the_desk_is_silent(scene: Scene) -> None:
    scene.taps(level="support")
    scene.paged()
    time_passes(91)
    assert scene.screen()["danger"] == "desk_silent"
    assert scene.paged() == ["boris"]
    assert scene.told() == []
    time_passes(30)
    assert scene.paged() == ["second"]
    time_passes(30)
    (case,) = scene.cases
    assert (case.turn, case.is_waiting) == (2, True)
    assert scene.screen()["support"] == "requested"
    time_passes(STEPS[2].total_seconds() + 31)
    assert scene.screen()["danger"] == "desk_silent"


def test_10_the_desk_has_finished_and_people_choose(scene: Scene, olga: Actor) -> None:
    scene.taps(level="support")
    scene.olga("claim")
    scene.paged()
    assert scene.screen()["support"] == "claimed"
    time_passes(40)
    scene.olga("close", result="calmed")
    assert scene.screen()["support"] == "ended"
    assert scene.paged() == ["boris"]
    time_passes(61)
    assert scene.paged() == ["boris"]
    time_passes(61)
    assert [case.state for case in scene.cases] == ["closed", "requested"]


def test_11_pressed_before_it_is_known_that_the_desk_has_finished(
    scene: Scene, olga: Actor
) -> None:
    scene.taps(level="support")
    scene.olga("claim")
    time_passes(40)
    scene.paged()
    # The desk's transaction has committed, its job has not run.
    ended = {"state": "closed", "closed_at": Now(), "result": "calmed", "owner_until": None}
    Case.objects.filter(incident_id=scene.id).update(**ended)
    scene.taps()
    assert scene.paged() == ["boris"]
    time_passes(31)
    assert scene.paged() == ["boris", "second"]
    assert scene.screen()["support"] == "none"


def test_12_the_operators_console_is_lost(scene: Scene, olga: Actor) -> None:
    scene.taps(level="support")
    scene.olga("claim")
    time_passes(40)
    scene.paged()
    silence(scene.cases[0])
    time_passes(10)
    assert scene.screen()["support"] == "requested"
    assert scene.paged() == ["boris"]
    time_passes(89)
    assert scene.screen()["danger"] == "desk_silent"


def test_13_the_supervisor_ends_it_a_second_after_a_press(scene: Scene) -> None:
    scene.taps()
    time_passes(40)
    scene.taps()
    shown = scene.presses("boris", "close", outcome="resolved", presses=0)
    assert "もう一度" in shown or "押" in shown
    assert scene.incident.is_open
    scene.presses("boris", "close", outcome="resolved", presses=1)
    assert not scene.incident.is_open


def test_14_ended_by_somebody_else_and_not_a_word_from_her(scene: Scene) -> None:
    scene.taps()
    scene.presses("boris", "close", outcome="resolved", presses=0)
    assert scene.screen()["answer_wanted"] is True
    scene.paged()
    time_passes(5 * MINUTE + 1)
    assert scene.paged() == ["second"]
    scene.says("still_going")
    assert scene.paged() == ["boris", "second"]
    assert scene.screen()["state"] == "open"


def test_15_a_forgotten_drill_ends_by_itself(scene: Scene) -> None:
    scene.taps(drill=True)
    time_passes(30 * MINUTE + 1)
    assert (scene.incident.state, scene.incident.outcome) == ("closed", "drill")
    assert scene.cases == []


def test_15_a_drill_becomes_real_in_one_tap(scene: Scene) -> None:
    drill = scene.taps(drill=True)
    scene.paged()
    real = scene.taps()
    assert (real["id"] != drill["id"], real["drill"]) == (True, "none")
    assert scene.paged() == ["boris", "second"]
    assert Incident.objects.get(public_id=drill["id"]).outcome == "drill"


def test_15_a_drill_that_has_called_everybody_becomes_real_and_they_have_their_time(
    scene: Scene, no_contract: None, only_boris: None
) -> None:
    scene.taps(drill=True)
    scene.paged()
    scene.taps()
    assert scene.paged() == ["boris"]
    assert scene.screen()["danger"] is None
    time_passes(31)
    assert scene.screen()["danger"] == "nobody_came"
    assert scene.paged() == ["boris"]


def test_16_the_only_one_who_comes_must_not_know_any_more(
    scene: Scene, only_boris: None, boris: User, hanna: User
) -> None:
    scene.taps()
    scene.presses("boris", "head-out")
    scene.paged()
    time_passes(2 * MINUTE)
    form = {"user": boris.pk, "number": scene.incident.number, "reason": "当事者"}
    page = signed_in(hanna).post("/admin/people/exclusion/add/", form)
    assert page.status_code == 302
    enter_schema("acme")
    time_passes(1)
    assert scene.screen()["coming_by"] is None
    assert scene.screen()["support"] == "requested"


def test_17_she_presses_and_no_clock_runs(scene: Scene) -> None:
    """The timekeepers are away: her press calls by itself what they should have called."""
    scene.taps()
    scene.paged()
    put_back(timedelta(seconds=50))
    scene.phone.tap()
    assert scene.paged() == ["boris", "second"]


def test_18_the_only_supervisor_is_hr_too_and_she_presses_in_the_third_lap(
    scene: Scene, no_contract: None, only_boris: None, boris: User
) -> None:
    User.objects.filter(pk=boris.pk).update(roles=[Role.SUPERVISOR, Role.HR_ADMIN])
    User.objects.exclude(pk=boris.pk).update(roles=[Role.SUPERVISOR])
    scene.taps()
    time_passes(30 + 60 + 30 + 120 + 30 + 300 + 1)
    assert scene.incident.lap == 3
    scene.paged()
    time_passes(8)
    scene.taps()
    assert scene.paged() == ["boris"]


def test_19_a_drill_becomes_real_and_whom_it_called_has_left(
    scene: Scene, only_boris: None, boris: User
) -> None:
    scene.taps(drill=True)
    leave_today(Employee.objects.get(user=boris))
    time_passes(7)
    scene.paged()
    scene.taps()
    assert scene.screen()["support"] == "requested"


def test_20_she_presses_again_and_there_is_nobody_to_call(
    scene: Scene, only_boris: None, boris: User
) -> None:
    scene.taps()
    leave_today(Employee.objects.get(user=boris))
    time_passes(40)
    scene.paged()
    scene.taps()
    assert scene.paged() == []
    seen = scene.screen()
    assert seen["pressed_again_at"] is not None
    assert seen["called_again_at"] is None


def test_21_anyone_who_is_next_leaves_long_after_her_press(
    scene: Scene, no_contract: None, second: User
) -> None:
    """Her press was answered; nobody is called as if she had pressed just now."""
    scene.taps()
    time_passes(6)
    scene.taps()
    time_passes(24 + 30 + 60 + 5)  # the second lap: second is ahead
    scene.paged()
    leave_today(Employee.objects.get(user=second))
    time_passes(1)
    assert scene.paged() == []
