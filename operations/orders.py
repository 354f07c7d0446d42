"""An order to a responder: locks, clocks, what is said of it, and the one that comes next."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
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


def lock_on_duty(responder_id: UUID) -> Responder | None:
    """Orders of one responder begin and end one at a time; that comes before any lock of a case."""
    on_duty = Responder.objects.filter(public_id=responder_id, on_duty=True)
    return on_duty.select_for_update(no_key=True).first()


def lock(dispatch: Dispatch) -> None:
    """All that may change with this order: its responder, its case, and the case that has reserved
    the responder. Two cases are locked by id, as by everybody."""
    Responder.objects.select_for_update(no_key=True).get(pk=dispatch.responder_id)
    reserved = Dispatch.objects.reserved().filter(responder=dispatch.responder_id)
    cases = Case.objects.filter(Q(pk=dispatch.case_id) | Q(pk__in=reserved.values("case")))
    list(cases.order_by("pk").select_for_update(no_key=True))


def make_next(responder_id: int) -> None:
    """次に出動: what was reserved becomes the order, if its case is still open. Under lock()."""
    reserved = Dispatch.objects.reserved().select_related("case__company", "responder")
    dispatch = reserved.filter(responder=responder_id).first()
    if dispatch is None:
        return
    mine = Dispatch.objects.filter(pk=dispatch.pk)
    if dispatch.case.is_closed or not dispatch.responder.on_duty:
        mine.update(state=Dispatch.State.CANCELLED, ended_at=Now())
        changed(dispatch, "dispatch_cancelled", None)
        return
    mine.update(
        state=Dispatch.State.REQUESTED,
        requested_at=Now(),
        arrive_by=Now() + Dispatch.ARRIVE_WITHIN,
        leave_by=Now() + Dispatch.LEAVE_WITHIN,
    )
    begin(dispatch, dispatch.requested_by)
