"""What people do in an incident: raise, see, come, ask, talk, end. Each is one transaction."""

import uuid
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Actor
from escalation.climbing import begin, climb_now, locked, stop_climbing
from escalation.errors import (
    AlreadyAcknowledged,
    AlreadyClosed,
    NoSupportContract,
    OwnIncident,
)
from escalation.exercises import note_passed
from escalation.support import ask_desk, kind_of_drill
from escalation.telling import tell_devices
from incidents.models import Incident, Message, Tap
from incidents.services import next_number, record_event, record_fixes
from jobs.services import announce, schedule
from notifications.services import stop_paging
from people.models import Device
from people.selectors import actor_for, actor_for_device
from tenants.context import current_company
from tenants.schemas import current_schema

__all__ = ["AlreadyAcknowledged", "AlreadyClosed", "NoSupportContract", "OwnIncident"]

RECORDS_ON_FOR = timedelta(minutes=5)


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


@transaction.atomic
def raise_alarm(*, device: Device, press: Press) -> tuple[Incident, bool]:
    """Turn a press into an incident, or join it to the holder's open one.

    Returns the incident and whether this press opened it; the same ``tap_id`` again changes
    nothing.
    """
    _one_press_at_a_time(device)
    known, press = _known(device, press)
    if known is not None:
        _note_difference(known, press)
        return known.incident, False
    incident = _open_incident_of(device, press)
    is_new = incident is None
    incident = incident or _open_new(device, press)
    _record_tap(incident, device, press)
    if press.location:
        record_fixes(incident=incident, device=device, fixes=[press.location])
    if is_new:
        _begin(incident, device)
    else:
        _join(incident, device, press)
    return incident, is_new


def _one_press_at_a_time(device: Device) -> None:
    """Phone and watch of one person press at once: the second waits and joins."""
    holder = f"{current_schema()}:{device.employee_id}:{device.post_id}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [holder])


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


def _open_incident_of(device: Device, press: Press) -> Incident | None:
    mine, real = Incident.objects.of_holder(device).open(), Q(drill=Incident.Drill.NONE)
    return mine.filter(~real if press.drill else real).first()


def _open_new(device: Device, press: Press) -> Incident:
    incident = Incident.objects.create(
        number=next_number(),
        reporter=device.employee,
        post=device.post,
        device=device,
        site=device.site,
        level=press.level,
        drill=kind_of_drill(press.drill),
        silent=press.silent,
        pressed_at=press.pressed_at,
    )
    incident.refresh_from_db(fields=["opened_at"])
    return incident


def _record_tap(incident: Incident, device: Device, press: Press) -> None:
    Tap.objects.create(
        tap_id=press.tap_id,
        incident=incident,
        device=device,
        level=press.level,
        pressed_at=press.pressed_at,
        body_sha256=press.body_sha256,
        report_only=device.revoked_at is not None,
    )
    announce(
        current_company(),
        fact="incidents.tap_recorded",
        key=str(press.tap_id),
        payload={"tap_id": str(press.tap_id), "incident": str(incident.public_id)},
    )


def _begin(incident: Incident, device: Device) -> None:
    record_event(incident=incident, kind="opened", actor=actor_for_device(device))
    begin(incident)
    if incident.level == Incident.Level.SUPPORT:
        _ask_if_contracted(incident, actor_for_device(device))


def _join(incident: Incident, device: Device, press: Press) -> None:
    actor = actor_for_device(device)
    record_event(incident=incident, kind="tapped_again", actor=actor)
    _raise_to(incident, actor, press.level)


def _raise_to(incident: Incident, actor: Actor, level: str) -> None:
    if incident.raise_level(level):
        record_event(incident=incident, kind="raised", actor=actor, payload={"level": level})
    if level == Incident.Level.SUPPORT:
        _ask_if_contracted(incident, actor)


def _ask_if_contracted(incident: Incident, actor: Actor) -> None:
    """A press is never refused: without a contract the company's own people are called instead."""
    if current_company().has_support_contract:
        ask_desk(incident, actor, source="employee")
        stop_climbing(incident)


@transaction.atomic
def raise_level(*, incident: Incident, device: Device, level: str) -> None:
    incident = locked(incident)
    _must_be_open(incident)
    if level == Incident.Level.SUPPORT and not current_company().has_support_contract:
        raise NoSupportContract
    _raise_to(incident, actor_for_device(device), level)


def acknowledge(*, incident: Incident, user: User) -> None:
    """確認しました: stops paging this person only. The first one wins; the others learn who.

    Raises OwnIncident, AlreadyClosed, AlreadyAcknowledged (their paging has stopped all the same).
    """
    first = _acknowledge(incident, user)
    if first.pk != user.pk:
        raise AlreadyAcknowledged(first.polite_name)


@transaction.atomic
def _acknowledge(incident: Incident, user: User) -> User:
    """Whoever was first."""
    incident = locked(incident)
    _must_be_open(incident)
    _must_not_be_own(incident, user)
    stop_paging(incident_id=incident.public_id, user=user)
    if incident.acknowledged_by is not None:
        return incident.acknowledged_by
    Incident.objects.filter(pk=incident.pk).update(acknowledged_at=Now(), acknowledged_by=user)
    note_passed(incident)
    record_event(incident=incident, kind="acknowledged", actor=actor_for(user))
    tell_devices(incident, "seen", lazy(_has_seen_it, str)(user))
    return user


@transaction.atomic
def head_out(*, incident: Incident, user: User) -> None:
    """向かいます: somebody comes, so the ladder stops. Implies having seen it."""
    incident = locked(incident)
    _must_be_open(incident)
    _must_not_be_own(incident, user)
    fresh = {"coming_at": Now(), "coming_by": user}
    if incident.acknowledged_at is None:
        fresh |= {"acknowledged_at": Now(), "acknowledged_by": user}
    Incident.objects.filter(pk=incident.pk).update(**fresh)
    stop_paging(incident_id=incident.public_id, user=user)
    stop_climbing(incident)
    note_passed(incident)
    record_event(incident=incident, kind="heading_out", actor=actor_for(user))
    tell_devices(incident, "coming", lazy(_is_on_the_way, str)(user))


@transaction.atomic
def ask_on_site(*, incident: Incident, user: User) -> None:
    """現場の人に頼む: the next people are called at once instead of after their wait."""
    incident = locked(incident)
    _must_be_open(incident)
    _must_not_be_own(incident, user)
    record_event(incident=incident, kind="asked_on_site", actor=actor_for(user))
    climb_now(incident)


@transaction.atomic
def request_support(*, incident: Incident, actor: Actor) -> None:
    """Raises AlreadyClosed, NoSupportContract."""
    incident = locked(incident)
    _must_be_open(incident)
    source = "supervisor" if actor.kind == "user" else "employee"
    ask_desk(incident, actor, source=source)
    stop_climbing(incident)


@transaction.atomic
def post_message(*, incident: Incident, actor: Actor, client_id: UUID, text: str) -> Message:
    """The same ``client_id`` is one message."""
    author = Message.Author.EMPLOYEE if actor.kind == "device" else Message.Author.SUPERVISOR
    message, created = Message.objects.get_or_create(
        incident=incident,
        client_id=client_id,
        defaults={
            "author_kind": author,
            "author_id": actor.id,
            "author_name": actor.name,
            "text": text,
        },
    )
    if created:
        record_event(incident=incident, kind="message", actor=actor, payload={"text": text})
        if author == Message.Author.SUPERVISOR:
            tell_devices(incident, f"message:{message.public_id}", text)
    return message


@transaction.atomic
def add_note(*, incident: Incident, actor: Actor, text: str) -> None:
    record_event(incident=incident, kind="note", actor=actor, payload={"text": text})


@transaction.atomic
def close_incident(*, incident: Incident, actor: Actor, outcome: str) -> Incident:
    """End it. Closed by anyone but the employee, the device asks her whether she is safe.

    Raises AlreadyClosed, OwnIncident (through a supervisor's sign-in).
    """
    incident = locked(incident)
    _must_be_open(incident)
    by_herself = actor.kind == "device"
    if not by_herself and incident.reporter and incident.reporter.user_id == actor.user_id:
        raise OwnIncident
    now = timezone.now()
    incident.state = Incident.State.CLOSED
    incident.closed_at = incident.shown_closed_at = now
    incident.closed_by_kind = actor.kind
    incident.closed_by_name = actor.name
    incident.outcome = outcome
    incident.safe_at = now if by_herself else None
    incident.upload_until = now if by_herself else now + RECORDS_ON_FOR
    incident.save()
    stop_climbing(incident)
    record_event(incident=incident, kind="closed", actor=actor, payload={"outcome": outcome})
    if not by_herself:
        _await_answer(incident)
    return incident


def _await_answer(incident: Incident) -> None:
    schedule(
        current_company(),
        kind="escalation.no_answer",
        key=f"no_answer:{incident.public_id}:{incident.round}",
        payload={"incident": str(incident.public_id), "round": incident.round},
        lane=0,
        due_at=incident.upload_until,
    )


@transaction.atomic
def answer(*, incident: Incident, device: Device, answer: str) -> Incident:
    """安全です / まだ続いています / 大丈夫 by the employee, open or closed."""
    incident = locked(incident)
    actor = actor_for_device(device)
    if answer == "still_going":
        return _still_going(incident, actor)
    if answer == "safe":
        now = timezone.now()
        Incident.objects.filter(pk=incident.pk).update(safe_at=now, upload_until=now)
        stop_climbing(incident)
        record_event(incident=incident, kind="safe", actor=actor)
    else:
        record_event(incident=incident, kind="message", actor=actor, payload={"text": _("I am OK")})
    incident.refresh_from_db()
    return incident


def _still_going(incident: Incident, actor: Actor) -> Incident:
    if not incident.is_open:
        other = _other_open(incident)
        if other is not None:
            incident = other
        else:
            _reopen(incident)
    record_event(incident=incident, kind="still_going", actor=actor)
    climb_now(incident)
    return incident


def _other_open(incident: Incident) -> Incident | None:
    """She has pressed again since: then that incident is the one that goes on."""
    return (
        Incident.objects.open()
        .filter(reporter=incident.reporter_id, post=incident.post_id, drill=incident.drill)
        .first()
    )


def _reopen(incident: Incident) -> None:
    incident.state = Incident.State.OPEN
    incident.closed_at = incident.shown_closed_at = incident.upload_until = None
    incident.safe_at = incident.coming_at = incident.coming_by = None
    # The desk's case ended with the close: it is asked anew, by a person or by the last rung.
    incident.support_requested_at = incident.operator_claimed_at = incident.desk_silent_at = None
    incident.closed_by_kind = incident.closed_by_name = incident.outcome = ""
    incident.round += 1
    incident.save()
    if not incident.rungs.filter(climbed_at__isnull=True).exists():
        incident.rungs.update(climbed_at=None)


def _must_be_open(incident: Incident) -> None:
    if not incident.is_open:
        raise AlreadyClosed


def _must_not_be_own(incident: Incident, user: User) -> None:
    if incident.reporter is not None and incident.reporter.user_id == user.pk:
        raise OwnIncident


def _has_seen_it(user: User) -> str:
    return _("%(name)s has seen it") % {"name": user.polite_name}


def _is_on_the_way(user: User) -> str:
    return _("%(name)s is on the way") % {"name": user.polite_name}
