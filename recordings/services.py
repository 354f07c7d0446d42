"""What can be done with recordings outside the media planes."""

import hashlib
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from audit.actors import Actor
from audit.services import append
from incidents import locks
from incidents.log import refresh_pages
from incidents.models import Incident, Tap
from operations.company_access import door
from people.models import Device
from recordings.media.crypto import new_wrapped_key
from recordings.models import PlaySession, Recording, RecordingKey
from recordings.permissions import may_listen
from tenants.schemas import current_schema

# Asked by every tap, so it is composed once.
_WAITS = """
SELECT EXISTS (SELECT FROM recordings_recording WHERE tap_id = %s AND incident_id IS NULL)"""


class OtherDevicesRecording(Exception):
    """The client's id is already used by a recording of another device."""


class MayNotListen(Exception):
    """The recording is hidden from the user: a 404 in views."""


class ReasonRequired(Exception):
    """People not acting in the open incident have to say why."""


@transaction.atomic
def register_recording(
    *,
    device: Device,
    client_id: UUID,
    tap_id: UUID,
    codec: str,
    sample_rate: int,
    frames_per_unit: int,
    started_at: datetime | None,
) -> tuple[Recording, bool]:
    """Register a recording; returns it and whether it is new. It may precede its tap. Raises
    OtherDevicesRecording."""
    # Of a tap and its recording that come at once, the second waits and finds the first.
    locks.hold(locks.of_tap(tap_id))
    tap = Tap.objects.select_related("incident").filter(tap_id=tap_id).first()
    is_ours = tap is not None and tap.device.belongs_to_same_holder(device)
    recording, created = Recording.objects.get_or_create(
        client_id=client_id,
        defaults={
            "device": device,
            "tap_id": tap_id,
            "incident": tap.incident if tap and is_ours else None,
            "codec": codec,
            "sample_rate": sample_rate,
            "frames_per_unit": frames_per_unit,
            "started_at": started_at or timezone.now(),
        },
    )
    if created:
        wrapped = new_wrapped_key(current_schema(), recording.public_id)
        RecordingKey.objects.create(recording=recording, wrapped=wrapped)
        if recording.incident is not None:
            refresh_pages(recording.incident)
    elif recording.device_id != device.pk:
        _hand_over(recording, device)
    return recording, created


def _hand_over(recording: Recording, device: Device) -> None:
    """Hand a recording over to the installation that replaced a revoked one."""
    known = recording.device
    if known.revoked_at is None or not known.belongs_to_same_holder(device):
        raise OtherDevicesRecording
    Recording.objects.filter(pk=recording.pk).update(device=device)


def waits_for_tap(tap_id: UUID) -> bool:
    """Whether a recording has come before its tap."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITS, [tap_id])
        return bool(cursor.fetchone()[0])


def link_recordings(*, incident: Incident, tap_id: UUID) -> int:
    """Link recordings that came before their tap to its incident."""
    waiting = Recording.objects.of_tap(tap_id).of_holder(incident.device)
    linked = waiting.update(incident=incident)
    if linked:
        refresh_pages(incident)
    return linked


@transaction.atomic
def start_listening(
    *, user: User, recording: Recording, mode: str, reason: str, session_key: str
) -> PlaySession:
    """Start a play session. Raises MayNotListen, ReasonRequired."""
    access = may_listen(user, recording)
    if access == "no":
        raise MayNotListen
    if access == "with_reason" and not reason:
        raise ReasonRequired
    session = PlaySession.objects.create(
        recording=recording,
        user=user,
        actor_name=user.get_full_name(),
        session_key_hash=hashlib.sha256(session_key.encode()).digest(),
        mode=mode,
        reason=reason,
        acting=access == "acting",
    )
    append(str(recording.public_id), "recording.opened", user.as_actor(), **_facts(session))
    return session


@transaction.atomic
def start_listening_by_grant(
    *, grant_id: UUID, operator: Actor, recording_id: UUID, mode: str, session_key: str
) -> UUID:
    """An operator's play session in the company's schema, written to the company's audit.

    Its media are under /play/{grant}/{session}/… on the desk's host. Silent: it only listens.
    Raises operations.errors.NoGrant, also for a recording of another case.
    """
    key_hash = hashlib.sha256(session_key.encode()).digest()
    session: UUID = door.write(
        grant_id=grant_id,
        operator=operator,
        query=lambda: door.call("ops_listen", recording_id, PlaySession.Mode(mode).value, key_hash),
    )
    return session


def _facts(session: PlaySession) -> dict[str, Any]:
    return {
        "session": str(session.public_id),
        "mode": session.mode,
        "reason_given": bool(session.reason),
        "acting": session.acting,
    }
