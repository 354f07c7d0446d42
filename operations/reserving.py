"""次に出動: a responder who is busy is spoken for, and goes when the earlier order ends."""

from uuid import UUID

from django.db import IntegrityError, transaction

from audit.actors import Actor
from operations import orders
from operations.changes import id_of
from operations.dispatching import send_responder
from operations.errors import (
    DrillCannotDispatch,
    ResponderBusy,
    ResponderReserved,
    UnknownResponder,
)
from operations.models import Dispatch
from operations.services import owned


@transaction.atomic
def reserve(*, case_id: UUID, responder_id: UUID, operator: Actor) -> Dispatch:
    """Whoever has become free meanwhile is sent at once; reserved again it is the same.

    Raises UnknownCase, CaseClosed, NotYourCase, DrillCannotDispatch, UnknownResponder,
    ResponderBusy (with this very case), ResponderReserved.
    """
    responder = orders.lock_on_duty(responder_id)
    case = owned(case_id, operator)
    if case.is_drill:
        raise DrillCannotDispatch
    if responder is None:
        raise UnknownResponder
    active = Dispatch.objects.active().filter(responder=responder).first()
    if active is None:
        return send_responder(case_id=case_id, responder_id=responder_id, operator=operator)
    if active.case_id == case.pk:
        raise ResponderBusy(responder.call_sign)
    try:
        with transaction.atomic():
            dispatch, created = Dispatch.objects.reserved().get_or_create(
                case=case,
                responder=responder,
                defaults={"state": Dispatch.State.RESERVED, "requested_by": id_of(operator)},
            )
    except IntegrityError:
        raise ResponderReserved(responder.call_sign) from None
    if created:
        orders.changed(dispatch, "dispatch_reserved", id_of(operator))
    return dispatch
