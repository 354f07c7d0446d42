"""The door for listeners: nothing is heard that was not written down before."""

import asyncio
import uuid
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from psycopg.sql import SQL, Identifier

from accounts.models import User
from audit.models import AuditEvent
from incidents.models import Incident
from notifications.models import Notice
from people.models import Device, Employee
from recordings.media import database
from recordings.models import PlaySession, Recording
from tenants.context import run_in
from tests.conftest import NO_MOVE
from tests.recordings.conftest import Recorder, Reply, browser_of, run
from tests.recordings.listening import Ear, after, ask, listening, pressed, recorded, sound

ID3 = 73


# Who may begin


def test_who_was_called_listens_at_once_and_others_say_why(recorder: Recorder) -> None:
    pressed(recorder, called="boris")
    assert ask(recorder, "boris")[1].json()["acting"] is True
    _browser, answer = ask(recorder, "hanna")
    assert (answer.status_code, answer.json()["code"]) == (422, "reason-required")
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert ask(recorder, "hanna", reason="本人の依頼")[1].json()["acting"] is False


def test_overtaken_by_another_the_called_one_says_why(recorder: Recorder) -> None:
    incident = pressed(recorder, called="boris")
    taken = {"acknowledged_at": timezone.now()}

    def second_takes_it() -> None:
        second = User.objects.get(username="second")
        Incident.objects.filter(pk=incident.pk).update(acknowledged_by=second, **taken)

    run_in(recorder.company, second_takes_it)
    assert ask(recorder, "boris")[1].json()["code"] == "reason-required"
    assert ask(recorder, "second")[1].json()["acting"] is True
    assert ask(recorder, "boris", reason="引き継ぎ")[1].json()["acting"] is False


def test_after_the_close_everybody_says_why(recorder: Recorder) -> None:
    incident = pressed(recorder)
    changes = {"state": "closed", "closed_at": timezone.now()} | NO_MOVE
    run_in(recorder.company, lambda: Incident.objects.filter(pk=incident.pk).update(**changes))
    assert ask(recorder, "boris")[1].status_code == 422
    assert ask(recorder, "boris", reason="確認")[1].status_code == 201


def nothing_for(recorder: Recorder, username: str) -> None:
    assert ask(recorder, username, reason="見たい")[1].status_code == 404
    browser = browser_of(recorder.company, username)
    peaks = browser.get(f"/portal/recordings/{recorder.recording}/peaks")
    assert peaks.status_code == 404


def test_for_a_supervisor_elsewhere_there_is_nothing(recorder: Recorder) -> None:
    pressed(recorder)
    nothing_for(recorder, "carla")


def test_nobody_listens_to_their_own_recording_even_when_called(recorder: Recorder) -> None:
    pressed(recorder, called="boris")

    def hand_to_boris() -> None:
        boris = Employee.objects.get(user__username="boris")
        Device.objects.filter(pk=recorder.device_id).update(employee=boris)

    assert ask(recorder, "boris")[1].status_code == 201
    run_in(recorder.company, hand_to_boris)
    nothing_for(recorder, "boris")


@pytest.mark.parametrize(
    "body", ["{", "[]", '{"mode": "x"}', "{}", '{"mode": "live", "reason": 1}']
)
def test_a_malformed_wish_is_a_problem(recorder: Recorder, body: str) -> None:
    browser = browser_of(recorder.company, "boris")
    answer = browser.post(
        f"/portal/recordings/{recorder.recording}/listen", body, content_type="application/json"
    )
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")


# Sound


def test_sound_comes_back_as_it_went_in_after_it_was_written_down(recorder: Recorder) -> None:
    pressed(recorder)
    ear = listening(recorder)
    reply = run(after(recorded(recorder, 3), ear.get("u/0-2.aac")))
    assert (reply.status, reply.headers["content-type"]) == (200, "audio/aac")
    assert reply.body[ID3:] == sound(0) + sound(1) + sound(2)
    assert "no-store" in reply.headers["cache-control"]
    assert ear.ranges() == [(0, 9)]

    def audited() -> list[dict[str, Any]]:
        found = AuditEvent.objects.filter(stream=str(recorder.recording)).order_by("seq")
        return [event.payload for event in found]

    opened, played = run_in(recorder.company, audited)
    assert (opened["verb"], played["verb"]) == ("recording.opened", "recording.played")
    assert (played["session"], played["first_seq"], played["last_seq"]) == (ear.session, 0, 9)


def test_inside_a_lease_nothing_more_is_written(recorder: Recorder) -> None:
    pressed(recorder)
    ear = listening(recorder)

    async def work() -> None:
        await recorded(recorder, 12)
        for n in range(12):
            assert (await ear.get(f"u/{n}-{n}.aac")).status == 200

    run(work())
    assert ear.ranges() == [(0, 9), (10, 19)]


def ended(ear: Ear) -> None:
    PlaySession.objects.filter(public_id=ear.session).update(ended_at=timezone.now())


def dismissed(_ear: Ear) -> None:
    User.objects.filter(username="second").update(is_active=False)


def signed_out(_ear: Ear) -> None:
    Session.objects.all().delete()


def uncalled(_ear: Ear) -> None:
    Notice.objects.all().delete()
    User.objects.filter(username="second").update(roles=[])


def erased(_ear: Ear) -> None:
    Recording.objects.update(erased_at=timezone.now())


def closed(_ear: Ear) -> None:
    """They listened as one who acts; after the close they have to say why."""
    Incident.objects.filter(state="open").update(
        state="closed", closed_at=timezone.now(), **NO_MOVE
    )


@pytest.mark.parametrize("happens", [ended, dismissed, signed_out, uncalled, erased, closed])
def test_when_the_right_has_gone_no_byte_and_no_range_follow(
    recorder: Recorder, happens: Any
) -> None:
    def restore(roles: list[str]) -> None:
        User.objects.filter(username="second").update(is_active=True, roles=roles)

    pressed(recorder, called="second")
    roles = run_in(recorder.company, lambda: User.objects.get(username="second").roles)
    ear = listening(recorder, "second")
    assert run(after(recorded(recorder, 1), ear.get("u/0-0.aac"))).status == 200
    run_in(recorder.company, happens, ear)
    try:
        reply = run(ear.get("u/0-0.aac"))
    finally:
        run_in(recorder.company, restore, roles)
    assert reply.status == 404
    assert sound(0) not in reply.body
    assert ear.ranges() == [(0, 9)]


def test_anyone_who_said_why_listens_on_after_the_close(recorder: Recorder) -> None:
    pressed(recorder, called="second")
    ear = listening(recorder, "second", reason="記録の作成")
    assert run(after(recorded(recorder, 1), ear.get("u/0-0.aac"))).status == 200
    run_in(recorder.company, closed, ear)
    assert run(ear.get("u/0-0.aac")).status == 200


def test_the_address_is_worth_nothing_without_its_sign_in(recorder: Recorder) -> None:
    pressed(recorder)
    ear = listening(recorder)
    run(recorded(recorder, 1))
    for cookie in ("nothing", listening(recorder).cookie):
        for path in ("u/0-0.aac", "live.m3u8", "dvr.m3u8"):
            assert run(ear.get(path, cookie=cookie)).status == 404
    assert ear.ranges() == []


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("u/3-3.aac", 404),
        ("u/2-1.aac", 404),
        ("u/0-500.aac", 404),
        ("u/x.aac", 404),
        ("other.m3u8", 404),
        ("live.m3u8?_HLS_msn=99", 400),
        ("live.m3u8?_HLS_msn=x", 400),
    ],
)
def test_what_is_not_there(recorder: Recorder, path: str, status: int) -> None:
    pressed(recorder)
    ear = listening(recorder)
    reply = run(after(recorded(recorder, 2), ear.get(path)))
    assert reply.status == status
    assert reply.headers["content-type"] == "application/problem+json"


def test_an_unknown_play_session_is_not_found(recorder: Recorder) -> None:
    for session in (str(uuid.uuid4()), "-" * 36):
        assert run(Ear(recorder.company, "c", session).get("live.m3u8")).status == 404


def test_another_companys_host_knows_no_such_session(recorder: Recorder) -> None:
    pressed(recorder)
    ear = listening(recorder)
    assert run(ear.get("live.m3u8")).status == 200
    assert run(ear.get("live.m3u8", Host="globex.localhost")).status == 404


# Before a byte leaves, and after a right has gone


def test_while_the_range_cannot_be_written_no_byte_leaves(recorder: Recorder) -> None:
    pressed(recorder)
    ear = listening(recorder)
    run(recorded(recorder, 1))

    async def work() -> Reply:
        table = SQL("LOCK TABLE {}.recordings_playrange IN EXCLUSIVE MODE")
        async with database.connected(recorder.company.schema) as other, other.transaction():
            await other.execute(table.format(Identifier(recorder.company.schema)))
            asked = asyncio.create_task(ear.get("u/0-0.aac"))
            await asyncio.sleep(0.5)
            assert not asked.done()
        return await asked

    assert run(work()).status == 200
    assert ear.ranges() == [(0, 9)]
