"""Writing the record. Who may do it and what follows is decided in the apps above."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from audit.actors import Actor
from incidents.events import known
from incidents.models import Incident, IncidentEvent, LocationFix
from jobs.clock import database_now
from jobs.services import announce
from notifications.live import device_group, hint, incident_group
from people.models import Device
from tenants.context import current_company
from web.device_clocks import placed_at

CLOCK = Actor(kind="clock", id="")


def next_number() -> tuple[int, datetime]:
    """通報番号, and the moment of it: one series per company. A tap that is rolled back leaves a
    gap, which harms nobody; a series without gaps would make each tap wait for the commit of the
    one before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('incidents_number'), clock_timestamp()")
        number, now = cursor.fetchone()
    return number, now


_INSERT_EVENT = """
INSERT INTO incidents_incidentevent
  (incident_id, kind, actor_kind, actor_id, actor_name, payload)
VALUES (%s, %s, %s, %s, %s, %s::jsonb) RETURNING id"""


def record_event(
    *, incident: Incident, kind: str, actor: Actor, payload: dict[str, Any] | None = None
) -> None:
    """Append a line, inform the apps above that it exists, and refresh the open pages.

    Raises UnknownEventKind.
    """
    append_event(incident=incident, kind=kind, actor=actor, payload=payload)
    refresh_pages(incident)


def append_event(
    *, incident: Incident, kind: str, actor: Actor, payload: dict[str, Any] | None = None
) -> None:
    """`record_event` for who appends several lines and refreshes the pages once."""
    name = known(kind).name
    said = json.dumps(payload or {})
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_EVENT, [incident.pk, name, actor.kind, actor.id, actor.name, said])
        (pk,) = cursor.fetchone()
    _announce(incident, pk, name)


def announce_event(event: IncidentEvent) -> None:
    """Announce a line: the second half of record_event(), for lines the desk wrote by its grant.

    Raises UnknownEventKind.
    """
    _announce(event.incident, event.pk, known(event.kind).name)
    refresh_pages(event.incident)


def _announce(incident: Incident, event: int, kind: str) -> None:
    company = current_company()
    announce(
        company,
        fact="incidents.event_recorded",
        key=f"{company.schema}:{event}",
        payload={"incident": str(incident.public_id), "event": event, "kind": kind},
    )


def refresh_pages(incident: Incident) -> None:
    """Refresh the pages that show this incident, and the devices that raised it."""
    company = current_company()
    changed = {"t": "changed", "k": "incident", "pk": str(incident.public_id)}
    hint(company.id, incident_group(company.id, incident.public_id), changed)
    for device_id in devices_of(incident):
        hint(company.id, device_group(company.id, device_id), changed)


_DEVICES = """
WITH pressed AS (
  SELECT device.id, device.kind FROM people_device AS device
  WHERE device.id = %(first)s
    OR device.id = ANY(ARRAY(SELECT device_id FROM incidents_tap WHERE incident_id = %(incident)s)))
SELECT id FROM pressed WHERE kind <> 'button'
UNION
SELECT device.id FROM people_device AS device
WHERE (device.employee_id = %(employee)s OR device.post_id = %(post)s)
  AND device.revoked_at IS NULL AND device.kind <> 'button'
  AND EXISTS (SELECT FROM pressed WHERE kind = 'button')"""


def devices_of(incident: Incident) -> set[int]:
    """The devices that pressed or said that it goes on; a button shows nothing, so its holder's
    other ones for it."""
    values = {
        "first": incident.device_id,
        "incident": incident.pk,
        "employee": incident.reporter_id,
        "post": incident.post_id,
    }
    with connection.cursor() as cursor:
        cursor.execute(_DEVICES, values)
        return {pk for (pk,) in cursor.fetchall()}


_INSERT_FIXES = """
INSERT INTO incidents_locationfix
  (incident_id, device_id, sent_at, latitude, longitude, accuracy_m, recorded_at, at)
SELECT %(incident)s, %(device)s, %(sent_at)s::timestamptz, *
FROM unnest(%(latitude)s::float8[], %(longitude)s::float8[], %(accuracy_m)s::float8[],
  %(recorded_at)s::timestamptz[], %(at)s::timestamptz[])
ON CONFLICT (incident_id, device_id, recorded_at) DO NOTHING"""
_OF_FIX = ("latitude", "longitude", "accuracy_m", "recorded_at", "at")


def record_fixes(
    *,
    incident: Incident,
    device: Device,
    fixes: Sequence[dict[str, Any]],
    sent_at: datetime | None = None,
) -> int:
    """Store positions, late, repeated and unordered ones too. Returns how many are new.

    ``sent_at``: when the device sent them, by the clock that dated them.
    """
    now = database_now()
    claimed = [fix.get("recorded_at") for fix in fixes]
    placed = placed_at(arrived=now, claimed=claimed, sent=sent_at)
    rows = [
        LocationFix(
            incident=incident, device=device, **{"recorded_at": now} | fix, at=at, sent_at=sent_at
        )
        for fix, at in zip(fixes, placed, strict=True)
    ]
    values: dict[str, Any] = {name: [getattr(row, name) for row in rows] for name in _OF_FIX}
    values |= {"incident": incident.pk, "device": device.pk, "sent_at": sent_at}
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_FIXES, values)
        stored: int = cursor.rowcount
    if stored:
        _show_position(incident, max(rows, key=_at))
    return stored


def _at(fix: LocationFix) -> datetime:
    return fix.at


def _show_position(incident: Incident, fix: LocationFix) -> None:
    company = current_company()
    position = {
        "t": "position",
        "pk": str(incident.public_id),
        "latitude": fix.latitude,
        "longitude": fix.longitude,
        "accuracy_m": fix.accuracy_m,
        "recorded_at": fix.recorded_at.isoformat(),
        "at": fix.at.isoformat(),
    }
    hint(company.id, incident_group(company.id, incident.public_id), position)
