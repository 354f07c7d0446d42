"""What an operator writes into the company's record. The company's audit has it first."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models.functions import Now

from accounts.permissions import Actor
from operations import desk
from operations.changes import case_changed, hint_consoles, id_of
from operations.errors import DrillCannotDispatch, NoGrant
from operations.models import AccessGrant, Case


@dataclass(frozen=True, slots=True)
class EmergencyCall:
    """110 or 119, as it was made. `reference` is the 受理番号."""

    service: str
    number_called: str
    called_at: datetime
    reference: str = ""
    spoken_to: str = ""
    station: str = ""


@transaction.atomic
def post_message(*, grant_id: UUID, operator: Actor, client_id: UUID, text: str) -> None:
    """To the employee and the supervisor; the same `client_id` is one message. Raises NoGrant."""
    event = desk.write(
        grant_id=grant_id,
        operator=operator,
        fn=lambda: desk.call("ops_message", client_id, text),
    )
    if event is not None:
        case_changed(_case(grant_id), "message", id_of(operator), event=event)


@transaction.atomic
def add_note(*, grant_id: UUID, operator: Actor, text: str) -> None:
    """Readable by grant holders only. Raises NoGrant."""
    _record(grant_id, operator, "desk_note", {"text": text})


@transaction.atomic
def record_call(*, grant_id: UUID, operator: Actor, call: EmergencyCall) -> None:
    """110番 / 119番 was called: on the timeline at once. Raises NoGrant, DrillCannotDispatch."""
    case = _case(grant_id)
    if case.is_drill:
        raise DrillCannotDispatch
    kind = "fire_called" if call.service == "fire" else "police_called"
    column = f"{call.service}_called_at" if call.service == "fire" else "police_called_at"
    _record(grant_id, operator, kind, asdict(call))
    Case.objects.filter(pk=case.pk, **{f"{column}__isnull": True}).update(**{column: Now()})


@transaction.atomic
def record_phone_call(*, grant_id: UUID, operator: Actor, whom: str) -> None:
    """Somebody of the company was telephoned ("employee" or a contact's user id)."""
    _record(grant_id, operator, "desk_phoned", {"whom": whom})


@transaction.atomic
def report(*, grant_id: UUID, responder: Actor, client_id: UUID, text: str) -> None:
    """From the responder to the desk: grant holders read it, once for each `client_id`.

    Raises NoGrant.
    """
    desk.write(
        grant_id=grant_id,
        operator=responder,
        fn=lambda: desk.call("ops_report", client_id, text),
    )
    hint_consoles("report", _case(grant_id))


def _record(grant_id: UUID, operator: Actor, kind: str, payload: dict[str, object]) -> None:
    text = json.dumps(payload, cls=DjangoJSONEncoder)
    event = desk.write(
        grant_id=grant_id, operator=operator, fn=lambda: desk.call("ops_event", kind, text)
    )
    case_changed(_case(grant_id), kind, id_of(operator), event=event)


def _case(grant_id: UUID) -> Case:
    grant = AccessGrant.objects.select_related("case__company").filter(public_id=grant_id).first()
    if grant is None:
        raise NoGrant
    return grant.case
