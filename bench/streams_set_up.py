"""Recordings to send sound to, each of a phone whose holder has raised an alarm."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from bench.fixtures import EMPLOYEES, Phone, staffed
from bench.sound import FRAMES
from escalation.alarms import Press, raise_alarm
from people.models import Device
from recordings.services import register_recording
from tenants.context import run_in

BEHIND = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Stream:
    phone: Phone
    recording: str

    def path(self, seq: int) -> str:
        return f"/ingest/{self.recording}/units/{seq}"


def streams(prefix: str, count: int) -> list[Stream]:
    ready: list[Stream] = []
    for company, phones in staffed(prefix, -(-count // EMPLOYEES)):
        ready += run_in(company, _started, phones)
    return ready[:count]


@transaction.atomic
def _started(phones: list[Phone]) -> list[Stream]:
    return [_one(phone) for phone in phones]


def _one(phone: Phone) -> Stream:
    device = Device.objects.select_related("employee").get(employee__number=phone.number)
    tap = uuid.uuid4()
    raise_alarm(device=device, press=Press(tap, "alarm", None, None, True, False, b""))
    recording, _created = register_recording(
        device=device,
        client_id=uuid.uuid4(),
        tap_id=tap,
        codec="mp4a.40.2",
        sample_rate=48000,
        frames_per_unit=FRAMES,
        started_at=timezone.now() - BEHIND,
    )
    return Stream(phone, str(recording.public_id))
