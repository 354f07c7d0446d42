"""What a device says of itself during an alarm: read where help is decided about."""

from typing import Any

from django.db import transaction

from incidents.log import append_event
from incidents.models import DeviceState, Incident
from jobs.clock import database_now
from notifications.live import hint, incident_group
from people.models import Device
from people.supervision.selectors import actor_for_device
from tenants.context import current_company

SHOWN = ("sound", "position", "unsent_seconds", "battery_percent", "network")
Sound, Position = DeviceState.Sound, DeviceState.Position
NO_SOUND: dict[str, str] = {
    Sound.NO_PERMISSION: "sound_not_permitted",
    Sound.NO_MICROPHONE: "no_microphone",
    Sound.MUTED: "sound_muted",
}
NO_POSITION: dict[str, str] = {
    Position.NO_PERMISSION: "position_not_permitted",
    Position.UNAVAILABLE: "position_unavailable",
}
"""Kinds of lines: what will not come from this device, as things stand."""


@transaction.atomic
def note_state(*, device: Device, said: dict[str, Any]) -> None:
    """Note a device's newest word about itself, and show it where its open alarm is shown."""
    before = DeviceState.objects.filter(device=device).first()
    now = database_now()
    state, _created = DeviceState.objects.update_or_create(
        device=device, defaults=said | {"received_at": now}
    )
    incident = Incident.objects.of_holder(device).open().filter(taps__device=device).last()
    if incident is None or (before is not None and _shown(before) == _shown(state)):
        return
    _record_what_will_not_come(incident, state)
    company_id = current_company().id
    changed = {"t": "changed", "k": "incident", "pk": str(incident.public_id)}
    hint(company_id, incident_group(company_id, incident.public_id), changed)


def _shown(state: DeviceState) -> list[Any]:
    return [getattr(state, name) for name in SHOWN]


def _record_what_will_not_come(incident: Incident, state: DeviceState) -> None:
    """One line for each reason; a page that loads again and again makes no second one."""
    actor = actor_for_device(state.device)
    for kind in (NO_SOUND.get(state.sound), NO_POSITION.get(state.position)):
        if kind and not incident.events.filter(kind=kind, actor_id=actor.id).exists():
            append_event(incident=incident, kind=kind, actor=actor)


def state_in_alarm(incident: Incident) -> DeviceState | None:
    return DeviceState.objects.in_alarm(incident).first()
