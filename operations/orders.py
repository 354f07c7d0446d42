"""An order to a responder: its clocks, what is said of it, and the one that comes next.

Locks are taken responder first, then the case: an order ends, and the next one is made, in turn.
"""

from datetime import datetime
from uuid import UUID

from django.db.models.functions import Now

from jobs.services import schedule
from operations.changes import case_changed
from operations.models import Case, Dispatch, Responder


def begin(dispatch: Dispatch, by: UUID | None) -> None:
    """The responder has it: its clocks run, and the company is told."""
    dispatch.refresh_from_db()
    _promise(dispatch, "arrive", dispatch.arrive_by)
    _promise(dispatch, "leave", dispatch.leave_by)
    changed(dispatch, "dispatch_requested", by)


def _promise(dispatch: Dispatch, clock: str, due_at: datetime) -> None:
    schedule(
        dispatch.case.company,
        kind="operations.dispatch_due",
        key=f"dispatch:{dispatch.public_id}:{clock}",
        payload={"dispatch": str(dispatch.public_id), "clock": clock},
        lane=0,
        due_at=due_at,
    )


def changed(dispatch: Dispatch, what: str, by: UUID | None, **facts: str) -> None:
    facts |= {"dispatch": str(dispatch.public_id), "call_sign": dispatch.responder.call_sign}
    case_changed(dispatch.case, what, by, **facts)


def lock(responder_id: int) -> Responder:
    """One order ends or begins at a time. Rows that point to the responder may be written."""
    return Responder.objects.select_for_update(no_key=True).get(pk=responder_id)


def make_next(responder_id: int) -> None:
    """次に出動: what was reserved becomes the order, if its case is still open."""
    responder = lock(responder_id)
    reserved = Dispatch.objects.reserved().select_related("case__company", "responder")
    dispatch = reserved.filter(responder=responder).first()
    if dispatch is None:
        return
    case = Case.objects.select_for_update().get(pk=dispatch.case_id)
    still = Dispatch.objects.reserved().filter(pk=dispatch.pk)
    if case.is_closed or not responder.on_duty:
        if still.update(state=Dispatch.State.CANCELLED, ended_at=Now()):
            changed(dispatch, "dispatch_cancelled", None)
        return
    if still.update(
        state=Dispatch.State.REQUESTED,
        requested_at=Now(),
        arrive_by=Now() + Dispatch.ARRIVE_WITHIN,
        leave_by=Now() + Dispatch.LEAVE_WITHIN,
    ):
        begin(dispatch, dispatch.requested_by)
