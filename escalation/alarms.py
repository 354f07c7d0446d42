"""How an alarm begins and begins again: a press, a cry on an open incident, a reopening.

Whatever may open or reopen an incident holds the holder's lock first, then the incident's row.
"""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Now

from audit.actors import Actor
from escalation import next_move
from escalation.contact_plan import contact_plan
from escalation.moves.state import NOBODY, Cry, GoesOnIn, MadeReal, Opened, People, Reopened
from escalation.moves.waits import REOPENS_WITHIN
from incidents import locks
from incidents.log import next_number, record_event, record_fixes
from incidents.models import Incident, IncidentEvent, Tap
from jobs.services import announce
from operations import drills
from people.devices.services import note_seen
from people.models import Device
from people.supervision.selectors import actor_for_device
from tenants.context import current_company
from tenants.service_stops import must_be_served
from web.device_clocks import meant_at


@dataclass(frozen=True, slots=True)
class Press:
    """One press of the button, as the device sent it."""

    tap_id: UUID
    level: str
    pressed_at: datetime | None
    location: dict[str, Any] | None
    silent: bool
    drill: bool
    body_sha256: bytes
    sent_at: datetime | None = None
    """By the clock of ``pressed_at``: their difference is how long it was on its way."""


@transaction.atomic
def raise_alarm(*, device: Device, press: Press) -> tuple[Incident, bool]:
    """Turn a press into an incident, or into a cry on the holder's open one.

    Returns the incident and whether this press opened it; the same ``tap_id`` again changes
    nothing.
    """
    one_cry_at_a_time(device.employee_id, device.post_id, tap_id=press.tap_id)
    note_seen(device)
    is_known, open_ones = _look(device, press)
    if is_known:
        known, press = _known(device, press)
        if known is not None:
            _note_difference(known, press)
            return known.incident, False
    open_one = _newest(open_ones)
    if open_one is None:
        return _open_by_press(device, press), True
    if open_one.drill != Incident.Drill.NONE and not press.drill:
        return _open_after_drill(open_one, device, press), True
    return _press_again(open_one, device, press), False


def one_cry_at_a_time(
    employee_id: int | None, post_id: int | None, *, tap_id: UUID | None = None
) -> None:
    """Serialise presses of one holder: of phone and watch pressed at once the second waits and
    finds what is open. So does another press under the same id. Raises ServiceStopped."""
    must_be_served()
    holder = locks.of_holder(employee_id, post_id)
    locks.hold(holder, *([] if tap_id is None else [locks.of_tap(tap_id)]))


_READ = ("id", "public_id", "drill")
_OPEN = f"""
SELECT {", ".join(_READ)} FROM incidents_incident
WHERE state = 'open' AND (reporter_id = %(employee)s OR post_id = %(post)s)
ORDER BY id FOR UPDATE"""  # noqa: S608 - our own words
_LOOK = f"""
SELECT EXISTS (SELECT FROM incidents_tap WHERE tap_id = %(tap)s);
{_OPEN}"""  # noqa: S608 - our own words


def _look(device: Device, press: Press) -> tuple[bool, list[Incident]]:
    """Whether there is a tap of this id, and the holder's open incidents, which stay locked."""
    values = {"tap": press.tap_id, "employee": device.employee_id, "post": device.post_id}
    with connection.cursor() as cursor:
        cursor.execute(_LOOK, values)
        (is_known,) = cursor.fetchone()
        cursor.nextset()
        return is_known, [Incident.from_db("default", _READ, row) for row in cursor.fetchall()]


def _lock_open(employee_id: int | None, post_id: int | None) -> list[Incident]:
    """Lock the holder's open ones, so that a closing transaction is done or has to wait: after the
    wait PostgreSQL looks again whether it is still open. Several are locked in the order of their
    keys."""
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"employee": employee_id, "post": post_id})
        return [Incident.from_db("default", _READ, row) for row in cursor.fetchall()]


def _known(device: Device, press: Press) -> tuple[Tap | None, Press]:
    """The holder's tap of this id, if it came before, and the press under the id that it keeps.

    A tap_id that somebody else used already is kept apart: no press is refused for it.
    """
    taps = Tap.objects.all()
    known = taps.filter(tap_id=press.tap_id).first()
    if known is None or known.device.belongs_to_same_holder(device):
        return known, press
    own_id = uuid.uuid5(device.public_id, str(press.tap_id))
    return taps.filter(tap_id=own_id).first(), replace(press, tap_id=own_id)


def _note_difference(tap: Tap, press: Press) -> None:
    if bytes(tap.body_sha256) != press.body_sha256:
        Tap.objects.filter(pk=tap.pk).update(differing_bodies=F("differing_bodies") + 1)


def _newest(incidents: list[Incident]) -> Incident | None:
    """The newest, a real one before a drill."""
    ordered = sorted(
        incidents, key=lambda incident: (incident.drill != Incident.Drill.NONE, -incident.pk)
    )
    return ordered[0] if ordered else None


# A press


def _open_by_press(device: Device, press: Press, rehearsed: People = NOBODY) -> Incident:
    incident = _new(device, level=press.level, drill=press.drill, silent=press.silent)
    incident.pressed_at = meant_at(
        arrived=incident.opened_at, claimed=press.pressed_at, sent=press.sent_at
    )
    incident = _begin(incident, actor_for_device(device), rehearsed)
    _record_tap(incident, device, press)
    return incident


def _new(device: Device, *, drill: bool, **fields: Any) -> Incident:
    """Of now, not inserted before it is decided what follows."""
    number, now = next_number()
    return Incident(
        number=number,
        reporter=device.employee,
        post=device.post,
        device=device,
        site_id=device.site_id,
        drill=_kind_of_drill(drill),
        opened_at=now,
        **fields,
    )


def _kind_of_drill(is_drill: bool) -> Incident.Drill:
    """Kind of a drill: joint while one agreed with the desk lasts, else internal."""
    if not is_drill:
        return Incident.Drill.NONE
    return Incident.Drill.JOINT if drills.is_running(current_company()) else Incident.Drill.INTERNAL


def _begin(incident: Incident, actor: Actor, rehearsed: People = NOBODY) -> Incident:
    planned = contact_plan(incident.holder)
    return next_move.begin(incident, planned, Opened(incident.level, rehearsed), actor=actor)


def _press_again(incident: Incident, device: Device, press: Press) -> Incident:
    _record_tap(incident, device, press)
    return cry_on(incident, actor_for_device(device), kind="tapped_again", level=press.level)


def _open_after_drill(drill: Incident, device: Device, press: Press) -> Incident:
    """本当の通報: open a real incident and call everybody whom the drill called, and the next."""
    called = drill.rungs.filter(first_called_at__isnull=False).values_list("user_ids", flat=True)
    rehearsed = frozenset(person for people in called for person in people)
    incident = _open_by_press(device, press, rehearsed)
    actor = actor_for_device(device)
    next_move.apply(drill, MadeReal(incident.number), actor=actor)
    record_event(incident=incident, kind="was_drill", actor=actor, payload={"number": drill.number})
    return incident


_INSERT_TAP = """
INSERT INTO incidents_tap
  (tap_id, incident_id, device_id, level, pressed_at, sent_at, body_sha256, differing_bodies,
   report_only)
VALUES (%s, %s, %s, %s, %s, %s, %s, 0, %s)"""


def _record_tap(incident: Incident, device: Device, press: Press) -> None:
    tap: list[Any] = [
        press.tap_id,
        incident.pk,
        device.pk,
        press.level,
        press.pressed_at,
        press.sent_at,
        press.body_sha256,
        device.revoked_at is not None,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_TAP, tap)
    announce(
        current_company(),
        fact="incidents.tap_recorded",
        key=str(press.tap_id),
        payload={"tap_id": str(press.tap_id), "incident": str(incident.public_id)},
    )
    if press.location:
        record_fixes(
            incident=incident, device=device, fixes=[press.location], sent_at=press.sent_at
        )


# A cry on what is there


@transaction.atomic
def raise_level(
    *, incident: Incident, device: Device, level: str, client_id: UUID | None = None
) -> None:
    """Raise the level, which is a cry; at the highest the security company is asked, with a
    contract.

    The same ``client_id`` is one. Raises AlreadyClosed.
    """
    one_cry_at_a_time(incident.reporter_id, incident.post_id)
    if where_it_was_said(incident, client_id) is None:
        cry_on(incident, actor_for_device(device), kind="raised", level=level, client_id=client_id)


def where_it_was_said(incident: Incident, client_id: UUID | None) -> Incident | None:
    """The holder's incident with this answer, which may have gone on to a newer one."""
    if client_id is None:
        return None
    same = {"incident__reporter": incident.reporter_id, "incident__post": incident.post_id}
    lines = IncidentEvent.objects.filter(**same, payload__client_id=str(client_id))
    first = lines.select_related("incident").order_by("pk").first()
    return first.incident if first else None


def cry_on(
    incident: Incident, actor: Actor, *, kind: str, level: str, client_id: UUID | None = None
) -> Incident:
    """Cry for help once more in an open incident. Raises AlreadyClosed."""
    return next_move.apply(incident, Cry(kind, level, _text(client_id)), actor=actor)


def reopen_or_cry(
    incident: Incident,
    actor: Actor,
    *,
    kind: str,
    device: Device | None = None,
    client_id: UUID | None = None,
) -> Incident:
    """まだ続いています: on the newest open incident, else the closed one is opened again; long
    after its end a new one begins. ``device``: on which she said it. The holder's lock is held."""
    goes_on = _newest_open(incident)
    if goes_on is None and not _ended_long_ago(incident):
        return next_move.apply(incident, Reopened(kind, _text(client_id)), actor=actor)
    if goes_on is None:
        goes_on = _begin_anew(incident, actor, device or incident.device)
        payload = {"client_id": _text(client_id)} if client_id else {}
        record_event(incident=goes_on, kind=kind, actor=actor, payload=payload)
    else:
        level = Incident.Level.WATCH
        goes_on = cry_on(goes_on, actor, kind=kind, level=level, client_id=client_id)
    if goes_on.pk != incident.pk:
        next_move.apply(incident, GoesOnIn(goes_on.number), actor=actor)
    return goes_on


def _begin_anew(incident: Incident, actor: Actor, device: Device) -> Incident:
    anew = _new(
        device,
        level=incident.level,
        drill=incident.drill != Incident.Drill.NONE,
        silent=incident.silent,
    )
    return _begin(anew, actor)


def _text(client_id: UUID | None) -> str:
    return str(client_id) if client_id else ""


def _newest_open(incident: Incident) -> Incident | None:
    """The incident itself, or one that was raised since; a real one before a drill."""
    newest = _newest(_lock_open(incident.reporter_id, incident.post_id))
    is_drill = newest is not None and newest.drill != Incident.Drill.NONE
    return None if is_drill and incident.drill == Incident.Drill.NONE else newest


def _ended_long_ago(incident: Incident) -> bool:
    return Incident.objects.filter(pk=incident.pk, closed_at__lt=Now() - REOPENS_WITHIN).exists()
