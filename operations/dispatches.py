"""Orders to responders: sending and reserving them, what they report, and which order comes next.

The database's clock stamps every step.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from audit.actors import Actor
from jobs.services import cancel_with_prefix, schedule
from operations.cases import get_owned_case
from operations.errors import (
    ArrivedTooSoon,
    DrillCannotDispatch,
    NotYourCase,
    PositionFromFuture,
    PositionOutOfRange,
    ResponderBusy,
    ResponderReserved,
    StepOutOfOrder,
    UnknownDispatch,
    UnknownResponder,
)
from operations.events import case_changed, hint_consoles, id_of
from operations.grants import close_grants, open_grant
from operations.models import AccessGrant, Case, Dispatch, Responder
from web.device_clocks import placed_at

State = Dispatch.State
CLOCK_SKEW = timedelta(seconds=60)
TOO_SOON = timedelta(seconds=60)
"""Nobody is there so soon after setting out: the two buttons stand in the same place."""
BEFORE = {
    State.ACCEPTED: (State.REQUESTED, "accepted_at"),
    State.EN_ROUTE: (State.ACCEPTED, "departed_at"),
    State.ARRIVED: (State.EN_ROUTE, "arrived_at"),
    State.LEFT: (State.ARRIVED, "left_at"),
}
ORDER = (State.REQUESTED, *BEFORE)


@transaction.atomic
def send_responder(*, case_id: UUID, responder_id: UUID, operator: Actor) -> Dispatch:
    """Raises UnknownCase, CaseClosed, NotYourCase, DrillCannotDispatch, UnknownResponder,
    ResponderBusy."""
    responder = _lock_on_duty(responder_id)
    case = get_owned_case(case_id, operator)
    if case.is_drill:
        raise DrillCannotDispatch
    if responder is None:
        raise UnknownResponder
    try:
        with transaction.atomic():
            dispatch = Dispatch.objects.create(
                case=case, responder=responder, requested_by=id_of(operator), sent_at=Now()
            )
    except IntegrityError:
        raise ResponderBusy(responder.call_sign) from None
    _begin(dispatch, id_of(operator))
    return dispatch


def accept(*, dispatch_id: UUID, actor: Actor) -> Dispatch:
    """指示受領: the responder may now see where to go."""
    return _step(dispatch_id, actor, State.ACCEPTED)


def depart(*, dispatch_id: UUID, actor: Actor) -> Dispatch:
    return _step(dispatch_id, actor, State.EN_ROUTE)


def arrive(*, dispatch_id: UUID, actor: Actor, is_sure: bool = True) -> Dispatch:
    """現着. Raises ArrivedTooSoon for a press seconds after the departure, unless `is_sure`."""
    if not is_sure:
        _ask_back(dispatch_id, actor)
    return _step(dispatch_id, actor, State.ARRIVED)


def _ask_back(dispatch_id: UUID, actor: Actor) -> None:
    just_left = Q(state=State.EN_ROUTE, departed_at__gt=Now() - TOO_SOON)
    dispatch = Dispatch.objects.filter(
        just_left, public_id=dispatch_id, responder__user_id=id_of(actor)
    ).first()
    if dispatch and dispatch.departed_at:
        raise ArrivedTooSoon(max(0, int((timezone.now() - dispatch.departed_at).total_seconds())))


@transaction.atomic
def not_arrived(*, dispatch_id: UUID, actor: Actor) -> Dispatch:
    """Take a mistaken 現着 back: under way as before, and the clock of the arrival runs again.

    Said twice it counts once. Raises UnknownDispatch, StepOutOfOrder.
    """
    dispatch = _locked(dispatch_id, actor)
    if dispatch.state == State.EN_ROUTE:
        return dispatch
    if dispatch.state != State.ARRIVED:
        raise StepOutOfOrder(str(dispatch.get_state_display()))
    Dispatch.objects.filter(pk=dispatch.pk).update(state=State.EN_ROUTE, arrived_at=None)
    dispatch.refresh_from_db()
    _schedule_clock(dispatch, "arrive", dispatch.arrive_by)
    _changed(dispatch, "dispatch_not_arrived", id_of(actor))
    return dispatch


def leave(*, dispatch_id: UUID, actor: Actor, result: str) -> Dispatch:
    """離脱: leave the place, with the result that the company gets."""
    return _step(dispatch_id, actor, State.LEFT, Dispatch.Result(result))


@transaction.atomic
def _step(dispatch_id: UUID, actor: Actor, to: str, result: str = "") -> Dispatch:
    """Take a step, by the responder, or by the case's operator who heard it on the radio.

    Reported twice it is the first time that stands. Raises UnknownDispatch, StepOutOfOrder.
    """
    dispatch = _locked(dispatch_id, actor)
    before, column = BEFORE[State(to)]
    if dispatch.is_active and ORDER.index(State(dispatch.state)) >= ORDER.index(State(to)):
        return dispatch
    if dispatch.state == to:
        return dispatch
    if dispatch.state != before:
        raise StepOutOfOrder(str(dispatch.get_state_display()))
    fresh = {"ended_at": Now(), "result": result} if to == State.LEFT else {}
    Dispatch.objects.filter(pk=dispatch.pk).update(state=to, **{column: Now()}, **fresh)
    if to == State.ACCEPTED:
        open_grant(dispatch.case, dispatch.responder.user_id, AccessGrant.Source.DISPATCH)
    if to == State.LEFT:
        _end(dispatch)
    dispatch.refresh_from_db()
    facts = {"result": result} if result else {}
    _changed(dispatch, f"dispatch_{to}", id_of(actor), **facts)
    return dispatch


def decline(*, dispatch_id: UUID, actor: Actor) -> Dispatch:
    """Decline an order. Raises UnknownDispatch, StepOutOfOrder."""
    return _stop(dispatch_id, actor, State.DECLINED, {State.REQUESTED})


def cancel(*, dispatch_id: UUID, operator: Actor) -> Dispatch:
    """Call a responder back, or let a reserved one go. Raises UnknownDispatch, NotYourCase,
    StepOutOfOrder."""
    before_arrival = {State.RESERVED, State.REQUESTED, State.ACCEPTED, State.EN_ROUTE}
    return _stop(dispatch_id, operator, State.CANCELLED, before_arrival)


@transaction.atomic
def _stop(dispatch_id: UUID, actor: Actor, to: str, allowed: set[State]) -> Dispatch:
    dispatch = _locked(dispatch_id, actor)
    if to == State.CANCELLED and dispatch.case.owner_id != id_of(actor):
        raise NotYourCase
    if dispatch.state not in allowed:
        raise StepOutOfOrder(str(dispatch.get_state_display()))
    Dispatch.objects.filter(pk=dispatch.pk).update(state=to, ended_at=Now())
    if dispatch.state != State.RESERVED:
        _end(dispatch)
    dispatch.refresh_from_db()
    _changed(dispatch, f"dispatch_{to}", id_of(actor))
    return dispatch


def _end(dispatch: Dispatch) -> None:
    cancel_with_prefix(f"dispatch:{dispatch.public_id}:")
    grants = Q(source=AccessGrant.Source.DISPATCH, operator_id=dispatch.responder.user_id)
    close_grants(dispatch.case, grants)
    _make_next(dispatch.responder_id)


def _locked(dispatch_id: UUID, actor: Actor) -> Dispatch:
    """The dispatch, locked with all that changes with it; somebody else's is unknown."""
    allowed = Q(responder__user_id=id_of(actor)) | Q(case__owner_id=id_of(actor))
    dispatches = Dispatch.objects.filter(allowed, public_id=dispatch_id)
    if known := dispatches.first():
        _lock(known)
    dispatch = dispatches.select_related("case__company", "responder").first()
    if dispatch is None:
        raise UnknownDispatch
    return dispatch


def raise_deadline(dispatch_id: UUID, clock: str) -> None:
    """Announce once a dispatch 25 minutes without arrival, or an hour without an end."""
    late = Q(arrived_at__isnull=True, late_at__isnull=True, arrive_by__lte=Now())
    over = Q(over_limit_at__isnull=True, leave_by__lte=Now())
    condition, column = (late, "late_at") if clock == "arrive" else (over, "over_limit_at")
    active = Dispatch.objects.active().filter(condition, public_id=dispatch_id)
    if not active.update(**{column: Now()}):
        return
    dispatch = Dispatch.objects.select_related("case__company", "responder").get(
        public_id=dispatch_id
    )
    _changed(dispatch, "dispatch_late" if clock == "arrive" else "dispatch_over_limit", None)


@transaction.atomic
def report_position(
    *, actor: Actor, latitude: float, longitude: float, recorded_at: datetime
) -> Responder:
    """Store the position of a responder on duty; a report older than the known one is ignored.

    Raises UnknownResponder, PositionFromFuture, PositionOutOfRange.
    """
    now = timezone.now()
    if recorded_at > now + CLOCK_SKEW:
        raise PositionFromFuture
    (recorded_at,) = placed_at(arrived=now, claimed=[recorded_at], sent=None)
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise PositionOutOfRange
    own = Responder.objects.filter(user_id=id_of(actor), on_duty=True)
    newer = Q(located_at__isnull=True) | Q(located_at__lt=recorded_at)
    own.filter(newer).update(latitude=latitude, longitude=longitude, located_at=recorded_at)
    responder = own.select_related("base").first()
    if responder is None:
        raise UnknownResponder
    hint_consoles("position")
    return responder


@transaction.atomic
def reserve(*, case_id: UUID, responder_id: UUID, operator: Actor) -> Dispatch:
    """Reserve a responder; one who has become free is sent at once. Idempotent.

    Raises UnknownCase, CaseClosed, NotYourCase, DrillCannotDispatch, UnknownResponder,
    ResponderBusy (with this very case), ResponderReserved.
    """
    responder = _lock_on_duty(responder_id)
    case = get_owned_case(case_id, operator)
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
        _changed(dispatch, "dispatch_reserved", id_of(operator))
    return dispatch


def _begin(dispatch: Dispatch, by: UUID | None) -> None:
    """Begin a dispatch that the responder has: start its clocks, and notify the company."""
    dispatch.refresh_from_db()
    _schedule_clock(dispatch, "arrive", dispatch.arrive_by)
    _schedule_clock(dispatch, "leave", dispatch.leave_by)
    _changed(dispatch, "dispatch_requested", by)


def _schedule_clock(dispatch: Dispatch, clock: str, due_at: datetime) -> None:
    schedule(
        dispatch.case.company,
        kind="operations.dispatch_due",
        key=f"dispatch:{dispatch.public_id}:{clock}:{uuid4()}",
        payload={"dispatch": str(dispatch.public_id), "clock": clock},
        lane=0,
        due_at=due_at,
    )


def _changed(dispatch: Dispatch, what: str, by: UUID | None, **facts: str) -> None:
    facts |= {"dispatch": str(dispatch.public_id), "call_sign": dispatch.responder.call_sign}
    case_changed(dispatch.case, what, by, **facts)


def _lock_on_duty(responder_id: UUID) -> Responder | None:
    """Lock a responder on duty, before any case: their orders begin and end one at a time."""
    on_duty = Responder.objects.filter(public_id=responder_id, on_duty=True)
    return on_duty.select_for_update(no_key=True).first()


def _lock(dispatch: Dispatch) -> None:
    """Lock all that may change with this order: responder, case, and the case that has reserved
    the responder. Two cases are locked by id, as by everybody."""
    Responder.objects.select_for_update(no_key=True).get(pk=dispatch.responder_id)
    reserved = Dispatch.objects.reserved().filter(responder=dispatch.responder_id)
    cases = Case.objects.filter(Q(pk=dispatch.case_id) | Q(pk__in=reserved.values("case")))
    list(cases.order_by("pk").select_for_update(no_key=True))


def _make_next(responder_id: int) -> None:
    """次に出動: turn a reservation into the order, if its case is still open. Under _lock()."""
    reserved = Dispatch.objects.reserved().select_related("case__company", "responder")
    dispatch = reserved.filter(responder=responder_id).first()
    if dispatch is None:
        return
    own = Dispatch.objects.filter(pk=dispatch.pk)
    if dispatch.case.is_closed or not dispatch.responder.on_duty:
        own.update(state=Dispatch.State.CANCELLED, ended_at=Now())
        _changed(dispatch, "dispatch_cancelled", None)
        return
    own.update(
        state=Dispatch.State.REQUESTED,
        requested_at=Now(),
        sent_at=Now(),
        arrive_by=Now() + Dispatch.ARRIVE_WITHIN,
        leave_by=Now() + Dispatch.LEAVE_WITHIN,
    )
    _begin(dispatch, dispatch.requested_by)
