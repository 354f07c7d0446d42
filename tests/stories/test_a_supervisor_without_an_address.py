"""Somebody responsible with neither an e-mail address nor a browser: a call tells them nothing."""

from accounts.models import User
from notifications.models import Notice
from notifications.services import announce_unreachable
from tests.clock import time_passes
from tests.stories.scene import Scene


def without_a_way(*people: User) -> None:
    for person in people:
        person.email = None
        person.save()


def test_the_next_is_called_at_once(scene: Scene, boris: User) -> None:
    without_a_way(boris)
    scene.taps()
    time_passes(1)
    assert scene.paged() == ["boris", "second"]
    assert "unreachable" in scene.lines


def test_she_is_not_told_that_somebody_was(
    scene: Scene, no_contract: None, only_boris: None, boris: User
) -> None:
    without_a_way(boris)
    scene.taps()
    assert scene.screen()["notified_count"] == 0
    time_passes(31)
    assert scene.screen()["danger"] == "nobody_reached"


def test_the_record_says_why(scene: Scene, boris: User, second: User) -> None:
    without_a_way(boris)
    scene.taps()
    time_passes(1)
    shown = scene.page("second")
    assert "佐藤 健一さんには知らせる手段がありません" in shown


def test_whose_every_way_fails_is_replaced_at_once(scene: Scene) -> None:
    scene.taps()
    time_passes(2)
    scene.paged()
    page = Notice.objects.get(kind=Notice.ALARM)
    page.deliveries.update(state="failed")
    announce_unreachable(page)
    time_passes(1)
    assert scene.paged() == ["second"]
    assert scene.screen()["notified_count"] == 1
