"""An alarm with a recording, and who reviews it."""

import pytest

from accounts.models import User
from incidents.models import Incident
from recordings.models import Recording
from tests.conftest import Phone


@pytest.fixture
def reviewer(acme: object) -> User:
    return User.objects.create_user(
        "rei", None, family_name="点検", given_name="玲", roles=["privacy_auditor"]
    )


@pytest.fixture
def alarm(annas_phone: Phone) -> Incident:
    return Incident.objects.get(public_id=annas_phone.tap().json()["id"])


@pytest.fixture
def recording(alarm: Incident, annas_phone: Phone) -> Recording:
    return Recording.objects.create(
        incident=alarm,
        device=annas_phone.device,
        client_id=alarm.public_id,
        tap_id=alarm.public_id,
        codec="aac",
        sample_rate=48_000,
        frames_per_unit=48,
        started_at=alarm.opened_at,
    )
