"""まだ続いています, sent twice, long after the end, and while a newer alarm is open."""

import uuid
from typing import Any

import pytest

from tests.clock import run_due, time_passes
from tests.stories.scene import Scene

MINUTE, HOUR = 60, 3600


@pytest.fixture
def ended(scene: Scene) -> Scene:
    """By boris; she has not said a word."""
    scene.taps()
    scene.presses("boris", "close", outcome="resolved", presses=0)
    return scene


def answers(scene: Scene, incident: str, answer: str, client_id: str) -> dict[str, Any]:
    reply = scene.phone.post(
        f"incidents/{incident}/answer", {"answer": answer, "client_id": client_id}
    )
    assert reply.status_code == 200
    run_due()
    return dict(reply.json())


def test_after_thirteen_hours_the_same_answer_is_the_same_alarm(ended: Scene) -> None:
    old, once = ended.id, str(uuid.uuid4())
    time_passes(13 * HOUR)
    ended.paged()
    first = answers(ended, old, "still_going", once)
    assert first["id"] != old
    assert ended.paged() == ["boris"]
    again = answers(ended, old, "still_going", once)
    assert (again["id"], again["state"]) == (first["id"], "open")
    ended.id = first["id"]
    assert ended.incident.presses == 0


def test_her_phone_hears_what_becomes_of_it(ended: Scene) -> None:
    time_passes(13 * HOUR)
    ended.says("still_going")
    ended.heard()
    ended.presses("boris", "head-out")
    assert any("向かって" in one for one in ended.heard())


def test_a_device_that_was_revoked_follows_it_too(ended: Scene) -> None:
    time_passes(13 * HOUR)
    ended.phone.device.revoke()
    ended.says("still_going")
    assert ended.screen()["state"] == "open"


def test_sent_twice_while_a_newer_one_is_open_it_leads_there_twice(ended: Scene) -> None:
    old, once = ended.id, str(uuid.uuid4())
    time_passes(10)
    ended.taps()
    time_passes(40)
    led = [answers(ended, old, "still_going", once) for _time in range(2)]
    assert [(one["id"], one["state"]) for one in led] == [(ended.id, "open")] * 2
    assert ended.incident.presses == 1


@pytest.mark.parametrize("pause", [20, 13 * HOUR])
def test_the_old_one_asks_nobody_any_more(ended: Scene, pause: float) -> None:
    old = ended.id
    if pause == 20:
        ended.taps()
    time_passes(pause)
    answers(ended, old, "still_going", str(uuid.uuid4()))
    ended.id = old
    assert ended.screen()["answer_wanted"] is False
    assert ended.incident.next_move is None
    time_passes(5 * MINUTE)
    assert "second_person_called" not in ended.lines or pause > 20


def test_a_second_safe_that_comes_again_does_not_end_a_newer_cry(scene: Scene) -> None:
    scene.taps()
    scene.says("safe", client_id=str(uuid.uuid4()))
    second = str(uuid.uuid4())
    scene.says("safe", client_id=second)
    time_passes(40)
    scene.taps()
    scene.says("safe", client_id=second)
    assert scene.screen()["safe_at"] is None


def test_anyone_who_confirms_second_is_in_the_record_once(scene: Scene) -> None:
    scene.taps()
    scene.presses("boris", "acknowledge")
    for _time in range(2):
        scene.presses("second", "acknowledge")
    assert scene.lines.count("acknowledged_too") == 1
