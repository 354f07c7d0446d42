"""Every call says the age of the press that it is for, and of no other."""

from datetime import timedelta

from django.utils import timezone

from notifications.models import Notice
from tests.clock import put_back, run_due, time_passes
from tests.stories.scene import Scene

MINUTE = 60


def ago(minutes: int) -> str:
    return (timezone.now() - timedelta(minutes=minutes)).isoformat()


def titles(after: int) -> set[str]:
    return set(Notice.objects.filter(kind="alarm", pk__gt=after).values_list("title", flat=True))


def newest() -> int:
    return Notice.objects.latest("pk").pk


def test_a_fresh_press_on_a_late_alarm_is_fresh(scene: Scene) -> None:
    scene.taps(pressed_at=ago(20), sent_at=ago(0))
    assert scene.screen()["late_minutes"] == 20
    time_passes(40 * MINUTE)
    before = newest()
    scene.taps()
    assert titles(before)
    assert not any("分前" in title for title in titles(before))
    assert scene.screen()["late_minutes"] is None


def test_a_late_press_on_a_fresh_alarm_is_late(scene: Scene) -> None:
    scene.taps()
    time_passes(40 * MINUTE)
    before = newest()
    scene.taps(pressed_at=ago(25), sent_at=ago(0))
    assert any("25分前" in title for title in titles(before))
    assert scene.screen()["late_minutes"] == 25
    assert "25" in scene.page("boris")


def test_a_call_that_was_held_up_says_since_when_she_waits(scene: Scene) -> None:
    scene.taps()
    time_passes(5)
    before = newest()
    put_back(timedelta(minutes=50))
    run_due()
    assert any("50分前" in title for title in titles(before))


def test_opened_again_it_is_as_old_as_that(scene: Scene) -> None:
    scene.taps(pressed_at=ago(15), sent_at=ago(0))
    scene.presses("boris", "close", outcome="resolved", presses=0)
    time_passes(3 * 60 * MINUTE)
    before = newest()
    scene.says("still_going")
    assert titles(before)
    assert not any("分前" in title for title in titles(before))
