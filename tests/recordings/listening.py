"""Somebody presses, somebody else opens the recording: browsers at the door for listeners."""

import uuid
from collections.abc import Coroutine
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from incidents.models import Incident, Tap
from notifications.models import Notice
from people.models import Device
from recordings.media import playback
from recordings.models import PlayRange, Recording
from recordings.services import link_recordings
from tenants.context import run_in
from tenants.models import Company
from tests.conftest import A_MOVE, NO_MOVE
from tests.recordings.conftest import Recorder, Reply, browser_of, call
from tests.recordings.sounds import unit


def pressed(recorder: Recorder, called: str = "boris") -> Incident:
    """An alarm of anna's that calls one supervisor; the recording came before it."""

    def make() -> Incident:
        device = Device.objects.get(pk=recorder.device_id)
        Incident.objects.filter(reporter=device.employee, state="open").update(
            state="closed", closed_at=timezone.now(), **NO_MOVE
        )
        number = Incident.objects.count() + 1000
        incident = Incident.objects.create(
            number=number, reporter=device.employee, device=device, level="alarm", **A_MOVE
        )
        recording = Recording.objects.get(public_id=recorder.recording)
        Tap.objects.create(
            tap_id=recording.tap_id, incident=incident, device=device, body_sha256=b"b"
        )
        link_recordings(incident=incident, tap_id=recording.tap_id)
        Notice.objects.create(
            recipient_user=User.objects.get(username=called),
            kind="alarm",
            title="t",
            path="/",
            incident_id=incident.public_id,
            dedupe=str(uuid.uuid4()),
        )
        return incident

    return run_in(recorder.company, make)


@dataclass(frozen=True)
class Ear:
    """Somebody's browser with a play session."""

    company: Company
    cookie: str
    session: str

    async def get(self, path: str, *, cookie: str = "", **headers: str) -> Reply:
        given = {
            "Host": f"{self.company.schema}.localhost",
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={cookie or self.cookie}",
        } | headers
        return await call(playback.application, "GET", f"/play/{self.session}/{path}", given, b"")

    def ranges(self) -> list[tuple[int, int]]:
        found = PlayRange.objects.filter(session__public_id=self.session)
        return run_in(
            self.company, lambda: list(found.values_list("first_seq", "last_seq").order_by("pk"))
        )


def ask(recorder: Recorder, username: str, **wish: str) -> Any:
    browser = browser_of(recorder.company, username)
    url = f"/portal/recordings/{recorder.recording}/listen"
    answer = browser.post(url, {"mode": "live"} | wish, content_type="application/json")
    return browser, answer


def listening(recorder: Recorder, username: str = "boris", **wish: str) -> Ear:
    browser, answer = ask(recorder, username, **wish)
    assert answer.status_code == 201, answer.content
    cookie = browser.cookies[settings.SESSION_COOKIE_NAME].value
    return Ear(recorder.company, cookie, answer.json()["session"])


def sound(n: int) -> bytes:
    return unit(fill=bytes([65 + n % 26]))


async def recorded(recorder: Recorder, count: int) -> None:
    for n in range(count):
        assert (await recorder.put(n, sound(n), Unit_Peak="10,20")).status == 201


async def after(first: Coroutine[Any, Any, object], then: Coroutine[Any, Any, Reply]) -> Reply:
    await first
    return await then
