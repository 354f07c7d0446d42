"""An operator listens by grant: on the desk's host, checked again for every ten seconds."""

import uuid
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from audit.actors import Actor
from audit.models import AuditEvent
from operations.cases import close_case
from operations.company_access.entries import add_note
from operations.errors import NoGrant
from operations.models import AccessGrant, Case
from recordings.media import playback
from recordings.models import PlaySession
from tenants.context import run_in
from tests.recordings.conftest import Recorder, Reply, new_recorder, run
from tests.recordings.listening import recorded, sound
from tests.support.console import console
from tests.support.ears import Ear, ear, listen

__all__ = ["ear"]

PLAYED = ("live.m3u8", "dvr.m3u8", "u/1-1.aac")


def peaks(ear: Ear, recording: object, username: str = "olga") -> Any:
    case = ear.grant.case.public_id
    browser = console(username)
    return browser.get(f"/console/cases/{case}/recordings/{recording}/peaks")


def test_the_waveform_shows_what_was_said_before_and_nobody_else_gets_it(
    ear: Ear, recorder: Recorder
) -> None:
    run(recorded(recorder, 3))
    answer = peaks(ear, recorder.recording)
    assert (answer.status_code, answer.json()["per_second"]) == (200, 10)
    assert answer.json()["peaks"][:2] == [round(10 / 255, 3), round(20 / 255, 3)]
    events = AuditEvent.objects.of(str(ear.grant.incident_id))
    verbs = run_in(recorder.company, lambda: [one.payload["verb"] for one in events])
    assert "recording.waveform" in verbs
    assert peaks(ear, uuid.uuid4()).status_code == 404
    assert peaks(ear, recorder.recording, "otto").status_code == 404


def test_olga_hears_what_anna_records_and_the_company_can_read_that_she_did(
    ear: Ear,
    recorder: Recorder,
) -> None:
    async def story() -> tuple[int, Reply]:
        await recorded(recorder, 2)
        return (await ear.get("live.m3u8")).status, await ear.get("u/0-1.aac")

    playlist, unit = run(story())
    assert (playlist, unit.status) == (200, 200)
    assert sound(0) in unit.body

    def entries() -> list[Any]:
        found = AuditEvent.objects.of(str(recorder.recording))
        return [(one.payload["verb"], one.payload["actor"]["kind"]) for one in found]

    assert run_in(recorder.company, entries) == [
        ("recording.opened", "operator"),
        ("recording.played", "operator"),
    ]
    session = run_in(recorder.company, PlaySession.objects.get, public_id=ear.session)
    assert (session.actor_name, session.grant_id) == ("大野 玲子", ear.grant.public_id)


def test_when_the_grant_has_ended_no_byte_follows(
    ear: Ear,
    recorder: Recorder,
    django_db_blocker: Any,
) -> None:
    async def before() -> int:
        await recorded(recorder, 2)
        return (await ear.get("u/0-0.aac")).status

    assert run(before()) == 200
    AccessGrant.objects.filter(pk=ear.grant.pk).update(expires_at=timezone.now())
    connection.close()

    async def after() -> list[int]:
        return [(await ear.get(path)).status for path in PLAYED]

    assert run(after()) == [404, 404, 404]


def test_when_the_case_has_ended_no_byte_follows_and_nothing_is_opened_again(
    ear: Ear, recorder: Recorder
) -> None:
    async def before() -> list[int]:
        await recorded(recorder, 2)
        return [(await ear.get(path)).status for path in PLAYED]

    assert run(before()) == [200, 200, 200]
    olga = Actor(kind="operator", id=str(ear.grant.operator_id))
    close_case(case_id=ear.grant.case.public_id, operator=olga, result=Case.Result.CALMED)
    connection.close()
    playback.forget()

    async def after() -> list[int]:
        return [(await ear.get(path)).status for path in PLAYED]

    assert run(after()) == [404, 404, 404]
    with pytest.raises(NoGrant):
        listen(ear.grant, olga, recorder.recording, ear.cookie)
    assert peaks(ear, recorder.recording).status_code == 404
    add_note(grant_id=ear.grant.public_id, operator=olga, text="要約")


def test_neither_another_grant_nor_another_host_opens_the_session(
    ear: Ear,
    recorder: Recorder,
) -> None:
    async def story() -> list[int]:
        await recorded(recorder, 2)
        return [
            (await ear.get("u/0-0.aac", grant=uuid.uuid4())).status,
            (await ear.get("u/0-0.aac", host=recorder.host)).status,
            (await ear.get("u/0-0.aac")).status,
        ]

    assert run(story()) == [404, 404, 200]


def test_a_recording_of_another_case_is_not_opened(
    ear: Ear,
    recorder: Recorder,
) -> None:
    other = new_recorder(recorder.company)
    olga = Actor(kind="operator", id=str(ear.grant.operator_id))
    with pytest.raises(NoGrant):
        listen(ear.grant, olga, other.recording, ear.cookie)
    assert listen(ear.grant, olga, recorder.recording, ear.cookie)
