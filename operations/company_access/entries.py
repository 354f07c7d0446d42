"""What an operator writes into the company's record. The company's audit has it first."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now

from audit.actors import Actor
from notifications.live import hint, incident_group
from operations.company_access import door
from operations.errors import (
    CallFromFuture,
    DrillCannotDispatch,
    NoGrant,
    ReferenceKnown,
    UnknownCall,
)
from operations.events import case_changed, hint_consoles, id_of
from operations.models import AccessGrant, Case, EmergencyCall


@dataclass(frozen=True, slots=True)
class CallMade:
    """A call to 110 or 119 as made, and what was said. `reference`: the 受理番号, if known yet."""

    service: str
    number_called: str
    called_at: datetime
    situation: str
    people: str = ""
    weapon: str = ""
    reference: str = ""
    spoken_to: str = ""
    station: str = ""


@transaction.atomic
def post_message(*, grant_id: UUID, operator: Actor, client_id: UUID, text: str) -> None:
    """Post to employee and supervisors; the same `client_id` is one message. Raises NoGrant."""
    event = door.write(
        grant_id=grant_id,
        operator=operator,
        query=lambda: door.call("ops_message", client_id, text),
    )
    if event is not None:
        case_changed(_case(grant_id), "message", id_of(operator), event=event)


@transaction.atomic
def add_note(*, grant_id: UUID, operator: Actor, text: str) -> None:
    """Add a note that only grant holders can read. Raises NoGrant."""
    _record(grant_id, operator, "desk_note", {"text": text})


@transaction.atomic
def record_call(*, grant_id: UUID, operator: Actor, call: CallMade) -> EmergencyCall:
    """Record a call to 110番 / 119番, on the timeline at once. Raises NoGrant, DrillCannotDispatch,
    CallFromFuture."""
    case = _case(grant_id)
    if case.is_drill:
        raise DrillCannotDispatch
    _record(grant_id, operator, f"{call.service}_called", asdict(call))
    column = f"{call.service}_called_at"
    earlier = Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gt": call.called_at})
    Case.objects.filter(earlier, pk=case.pk).update(**{column: call.called_at})
    try:
        with transaction.atomic():
            return EmergencyCall.objects.create(
                case=case,
                service=call.service,
                number_called=call.number_called,
                called_at=call.called_at,
                reference=call.reference,
                recorded_by=id_of(operator),
            )
    except IntegrityError:
        raise CallFromFuture from None


@transaction.atomic
def record_reference(*, grant_id: UUID, operator: Actor, call_id: UUID, reference: str) -> None:
    """受理番号, which was not known when the call was recorded.

    Raises NoGrant, UnknownCall, ReferenceKnown.
    """
    case = _case(grant_id)
    call = EmergencyCall.objects.filter(case=case, public_id=call_id).first()
    if call is None:
        raise UnknownCall
    facts = {"number_called": call.number_called, "reference": reference}
    _write(grant_id, operator, f"{call.service}_reference", facts)
    if not EmergencyCall.objects.without_reference().filter(pk=call.pk).update(reference=reference):
        raise ReferenceKnown(EmergencyCall.objects.get(pk=call.pk).reference)
    _show_in_company(case)
    hint_consoles("reference", case)


@transaction.atomic
def record_phone_call(*, grant_id: UUID, operator: Actor, whom: str) -> None:
    """Record a phone call to somebody of the company ("employee" or a contact's user id)."""
    _record(grant_id, operator, "desk_phoned", {"whom": whom})
    if whom != "employee":
        Case.objects.filter(grants__public_id=grant_id, phoned_at=None).update(phoned_at=Now())


@transaction.atomic
def record_listening(*, grant_id: UUID) -> None:
    """Note that the case's owner has listened for ten seconds; break-glass ticks no step."""
    held = AccessGrant.objects.owning().filter(public_id=grant_id)
    case = Case.objects.filter(pk__in=held.values("case"), listened_at=None)
    if case.update(listened_at=Now()):
        hint_consoles("listened", _case(grant_id))


@transaction.atomic
def report(*, grant_id: UUID, responder: Actor, client_id: UUID, text: str) -> None:
    """Report from the responder to the desk: grant holders read it, once for each `client_id`.

    Raises NoGrant.
    """
    door.write(
        grant_id=grant_id,
        operator=responder,
        query=lambda: door.call("ops_report", client_id, text),
    )
    hint_consoles("report", _case(grant_id))


def _record(grant_id: UUID, operator: Actor, kind: str, payload: Mapping[str, object]) -> None:
    event = _write(grant_id, operator, kind, payload)
    case_changed(_case(grant_id), kind, id_of(operator), event=event)


def _write(grant_id: UUID, operator: Actor, kind: str, payload: Mapping[str, object]) -> int:
    text = json.dumps(payload, cls=DjangoJSONEncoder)
    written: int = door.write(
        grant_id=grant_id, operator=operator, query=lambda: door.call("ops_event", kind, text)
    )
    return written


def _show_in_company(case: Case) -> None:
    """Refresh the incident's open pages, for a line that calls nobody."""
    changed = {"t": "changed", "k": "incident", "pk": str(case.incident_id)}
    hint(case.company_id, incident_group(case.company_id, case.incident_id), changed)


def _case(grant_id: UUID) -> Case:
    grant = AccessGrant.objects.select_related("case__company").filter(public_id=grant_id).first()
    if grant is None:
        raise NoGrant
    return grant.case
