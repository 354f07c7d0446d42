"""Somebody who listens to hints of the desk."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from operations.cases import claim, open_case
from operations.grants import close_grants
from operations.models import AccessGrant, Case, Shift
from recordings.media import playback
from recordings.services import start_listening_by_grant
from tenants.context import run_in
from tenants.hosts import company_for_schema
from tenants.models import Company
from tests.operations.conftest import on_shift
from tests.recordings.conftest import Recorder, Reply, call
from tests.recordings.listening import pressed


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
        company,
        incident_id=incident.public_id,
        number=incident.number,
        site_name="",
        place="",
        level="support",
        drill="none",
        source="employee",
    )
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
        grant_id=grant.public_id,
        operator=olga,
        recording_id=recording,
        mode="live",
        session_key=cookie,
    )
