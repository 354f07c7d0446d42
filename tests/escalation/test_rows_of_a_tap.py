"""What a tap writes by hand has, column for column, what the models would have written."""

import uuid
from typing import Any

from django.db import models

from accounts.models import User
from escalation.models import Rung
from incidents.models import Incident, IncidentEvent, LocationFix
from notifications.models import Notice
from people.models import SupervisorAssignment
from tests.conftest import Phone

UNIQUE = {"id", "public_id", "tap_id", "dedupe", "number", "order", "address"}
"""Each row has its own."""


def differences(row: models.Model, **given: Any) -> dict[str, tuple[Any, Any]]:
    """Between a row as it is stored, and one that its model writes from what is given alone."""
    twin = type(row).objects.create(**given)
    stored, written = (type(one).objects.get(pk=one.pk) for one in (row, twin))
    names = [field.attname for field in row._meta.concrete_fields]
    pairs = {name: (getattr(stored, name), getattr(written, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1] and name not in UNIQUE}


def test_an_incident_and_its_tap(annas_phone: Phone) -> None:
    annas_phone.tap(pressed_at="2026-01-01T00:00:00Z", silent=False)
    incident = Incident.objects.get()
    assert set(
        differences(
            incident,
            number=incident.number + 1,
            reporter=incident.reporter,
            device=incident.device,
            site=incident.site,
            level="alarm",
            drill="internal",
            silent=False,
            pressed_at=incident.pressed_at,
            opened_at=incident.opened_at,
            next_move="call",
            next_move_at=incident.next_move_at,
            turn=1,
        )
    ) == {"drill", "cried_at", "called_at", "call_at"}
    tap = incident.taps.get()
    given = {"incident": incident, "device": incident.device, "level": "alarm"}
    apart = differences(
        tap, tap_id=uuid.uuid4(), body_sha256=tap.body_sha256, pressed_at=tap.pressed_at, **given
    )
    assert set(apart) == {"received_at"}


def test_a_rung_and_a_line(annas_phone: Phone, boris: User) -> None:
    annas_phone.tap()
    first, second = Rung.objects.filter(user_ids__len__gt=0).order_by("order")
    assert (first.first_called_at is None, first.called_round) == (False, 1)
    apart = differences(
        second,
        incident=second.incident,
        order=9,
        after_seconds=30,
        user_ids=second.user_ids,
        on_site=second.on_site,
        step_seconds=30,
        choice_seconds=60,
    )
    assert set(apart) == {"frozen_at"}
    line = IncidentEvent.objects.get(kind="opened")
    actor = {"actor_kind": "device", "actor_id": line.actor_id, "actor_name": line.actor_name}
    assert set(differences(line, incident=line.incident, kind="opened", **actor)) == {"at"}


def test_a_position(annas_phone: Phone) -> None:
    place = {"latitude": 35, "longitude": 139.7, "recorded_at": "2026-01-01T00:00:00Z"}
    annas_phone.tap(location=place)
    fix = LocationFix.objects.get()
    # The press was sent without its own time: a position that old is of the moment it came.
    given = {"incident": fix.incident, "device": fix.device, "latitude": 35.0, "longitude": 139.7}
    apart = differences(fix, recorded_at="2026-01-02T00:00:00Z", **given)
    assert set(apart) == {"recorded_at", "received_at", "at"}


def test_hr_called_in_a_drill_stands_behind_the_desk(annas_phone: Phone, hanna: User) -> None:
    """The decision knows no rung of the desk, and gives HR the place that the desk has."""
    SupervisorAssignment.objects.all().delete()
    annas_phone.tap(drill=True)
    rungs = Rung.objects.order_by("order").values_list("asks_support", "is_hr", "called_round")
    assert list(rungs) == [(True, False, None), (False, True, 1)]


def test_a_notice_and_its_delivery(annas_phone: Phone, boris: User) -> None:
    annas_phone.tap()
    notice = Notice.objects.get(recipient_user=boris)
    apart = differences(
        notice,
        recipient_user=boris,
        kind="alarm",
        title=notice.title,
        body=notice.body,
        path=notice.path,
        incident_id=notice.incident_id,
        dedupe="another",
    )
    assert set(apart) == {"created_at"}
    delivery = notice.deliveries.get()
    assert differences(delivery, notice=notice, channel="email", address="b@acme.example") == {}
    assert delivery.address == boris.email
