"""An operator listens by grant: on the desk's host, checked again for every ten seconds."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.models import AuditEvent
from operations.cases import claim, close_case, open_case
from operations.company_access.entries import add_note
from operations.errors import NoGrant
from operations.grants import close_grants
from operations.models import AccessGrant, Case, Shift
from recordings.media import playback
from recordings.models import PlaySession
from recordings.services import start_listening_by_grant
from tenants.context import run_in
from tenants.hosts import company_for_schema
from tenants.models import Company
from tests.operations.conftest import on_shift
from tests.operations.test_console import console
from tests.recordings.conftest import Recorder, Reply, call, new_recorder, run
from tests.recordings.listening import pressed, recorded, sound

PLAYED = ("live.m3u8", "dvr.m3u8", "u/1-1.aac")


@dataclass(frozen=True)
class Ear:
    """Olga's browser on the desk's host, with a play session."""

    grant: AccessGrant
    session: uuid.UUID
    cookie: str

    async def get(self, path: str, *, grant: object = None, host: str = "ops.localhost") -> Reply:
        headers = {"Host": host, "Cookie": f"{settings.SESSION_COOKIE_NAME}={self.cookie}"}
        where = f"/play/{grant or self.grant.public_id}/{self.session}/{path}"
        return await call(playback.application, "GET", where, headers, b"")


@pytest.fixture
def ear(recorder: Recorder) -> Iterator[Ear]:
    incident = pressed(recorder)
    company = company_for_schema(recorder.company.schema)
    assert company is not None
    case = open_case(
        company, incident_id=incident.public_id, number=incident.number, site_name="", place="",
        level="support", drill="none", source="employee",
    )  # fmt: skip
    olga = on_shift("olga")
    grant = claim(case_id=case.public_id, operator=olga)
    browser = Client(headers={"Host": "ops.localhost"})
    ops = Company.objects.get(schema_name="ops")
    run_in(ops, lambda: browser.force_login(User.objects.get(username="olga")))
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    session = listen(grant, olga, recorder.recording, cookie)
    yield Ear(grant, session, cookie)
    Case.objects.filter(pk=case.pk).update(
        state="closed", closed_at=timezone.now(), owner_until=None
    )
    close_grants(case)
    Shift.objects.filter(operator_id=olga.id).delete()


def listen(grant: AccessGrant, olga: Actor, recording: uuid.UUID, cookie: str) -> uuid.UUID:
    return start_listening_by_grant(
        grant_id=grant.public_id, operator=olga, recording_id=recording, mode="live",
        session_key=cookie,
    )  # fmt: skip


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

    playlist, heard = run(story())
    assert (playlist, heard.status) == (200, 200)
    assert sound(0) in heard.body

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
