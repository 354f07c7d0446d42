"""Reading the desk's public rows: the queue, the board, who is on duty, who could be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, User
from audit.actors import Actor
from operations.events import security_company
from operations.models import (
    AccessGrant,
    Case,
    Dispatch,
    EmergencyCall,
    Handover,
    Responder,
    Shift,
)
from operations.models.dispatch import DispatchQuerySet
from operations.travel import Estimate, estimate
from tenants.context import run_in

MOST = 500


def operator_actor(user: User) -> Actor:
    """The one way to an Actor on the desk's host."""
    is_responder = Role.RESPONDER in user.roles
    return Actor(
        kind="responder" if is_responder else "operator",
        id=str(user.public_id),
        name=user.get_full_name(),
        roles=frozenset(user.roles),
        user_id=user.pk,
    )


def operator_names(ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """Names of the desk's own staff, from the desk's own schema, wherever one is."""
    wanted = {pk for pk in ids if pk is not None}
    company = security_company()
    if company is None or not wanted:
        return {}
    return run_in(company, _names, wanted)


def _names(wanted: set[UUID]) -> dict[UUID, str]:
    users = User.objects.filter(public_id__in=wanted)
    return {user.public_id: user.get_full_name() for user in users}


def operator_name(operator_id: UUID | None) -> str:
    names = operator_names([operator_id])
    return next(iter(names.values()), _("the security company"))


@dataclass(frozen=True, slots=True)
class QueueRow:
    """A row of the queue: only company, site, place and level until the case is claimed."""

    case_id: UUID
    company: str
    site: str
    place: str
    """Floor or department, if the company knows it."""
    number: int
    level: str
    source: str
    state: str
    is_drill: bool
    turn: int
    ladder_step: int
    requested_at: datetime
    waiting_since: datetime
    company_told_at: datetime | None
    cried_at: datetime | None
    company_closed_at: datetime | None
    owner_id: UUID | None
    owner: str
    claimed_at: datetime | None
    active_dispatches: int
    arrived: bool
    is_late: bool
    police_called: bool
    handover_to: UUID | None
    asked_before: bool
    """Another request of the same alarm has ended before this one."""
    police_before: EmergencyCall | None
    """The newest call to 110 of such a request."""

    @property
    def is_waiting(self) -> bool:
        return self.state == Case.State.REQUESTED


def queue() -> list[QueueRow]:
    """Every open case in the order in which to take them. A fixed number of statements."""
    active = Prefetch("dispatches", Dispatch.objects.active(), to_attr="active")
    offers = Prefetch("handovers", Handover.objects.open(), to_attr="offers")
    waiting = Case.objects.waiting_first().select_related("company")
    cases = list(waiting.prefetch_related(active, offers)[:MOST])
    names = operator_names(case.owner_id for case in cases)
    before = Before(cases)
    return [_row(case, names, before) for case in cases]


class Before:
    """What the desk did in closed cases of the same alarms."""

    def __init__(self, cases: Iterable[Case]) -> None:
        closed = Case.objects.filter(
            incident_id__in={case.incident_id for case in cases}, state=Case.State.CLOSED
        )
        calls = EmergencyCall.objects.filter(service=EmergencyCall.Service.POLICE)
        former = closed.prefetch_related(Prefetch("emergency_calls", calls, to_attr="police"))
        self._of: dict[tuple[int, UUID], list[Case]] = {}
        for case in former.order_by("requested_at", "pk"):
            self._of.setdefault((case.company_id, case.incident_id), []).append(case)

    def of(self, case: Case) -> list[Case]:
        former = self._of.get((case.company_id, case.incident_id), [])
        return [other for other in former if other.pk != case.pk]

    def police(self, case: Case) -> EmergencyCall | None:
        calls = [call for one in self.of(case) for call in one.police]  # type: ignore[attr-defined]  # prefetched
        return max(calls, key=lambda call: (call.called_at, call.pk), default=None)


def _row(case: Case, names: dict[UUID, str], before: Before) -> QueueRow:
    active: list[Dispatch] = case.active  # type: ignore[attr-defined]  # prefetched
    offers: list[Handover] = case.offers  # type: ignore[attr-defined]  # prefetched
    return QueueRow(
        case_id=case.public_id,
        company=case.company.name,
        site=case.site_name,
        place=case.place,
        number=case.number,
        level=case.level,
        source=case.source,
        state=case.state,
        is_drill=case.is_drill,
        turn=case.turn,
        ladder_step=case.ladder_step,
        requested_at=case.requested_at,
        waiting_since=case.waiting_since,
        company_told_at=case.company_told_at,
        cried_at=case.cried_at,
        company_closed_at=case.company_closed_at,
        owner_id=case.owner_id,
        owner=names.get(case.owner_id, "") if case.owner_id else "",
        claimed_at=case.claimed_at,
        active_dispatches=len(active),
        arrived=any(dispatch.state == Dispatch.State.ARRIVED for dispatch in active),
        is_late=any(dispatch.late_at or dispatch.over_limit_at for dispatch in active),
        police_called=case.police_called_at is not None,
        handover_to=offers[0].to_operator if offers else None,
        asked_before=bool(before.of(case)),
        police_before=before.police(case),
    )


@dataclass(frozen=True, slots=True)
class Board:
    """The head line of every console."""

    waiting: int
    in_hand: int
    dispatched: int
    consoles: int
    answer_seconds: float | None
    """Mean of the last 24 hours, drills left out."""


_BOARD = """
SELECT count(*) FILTER (WHERE state = 'requested'), count(*) FILTER (WHERE state = 'claimed'),
  (SELECT count(DISTINCT d.case_id) FROM public.operations_dispatch d
   WHERE d.state IN ('requested', 'accepted', 'en_route', 'arrived')),
  (SELECT count(*) FROM public.operations_shift s WHERE s.ended_at IS NULL
   AND s.seen_at > clock_timestamp() - interval '45 seconds'),
  (SELECT extract(epoch FROM avg(c.first_claimed_at - c.requested_at))
   FROM public.operations_case c WHERE c.drill = 'none'
   AND c.requested_at > clock_timestamp() - interval '24 hours')
FROM public.operations_case WHERE state <> 'closed'"""


def board() -> Board:
    with connection.cursor() as cursor:
        cursor.execute(_BOARD)
        waiting, in_hand, dispatched, consoles, mean = cursor.fetchone()
    return Board(waiting, in_hand, dispatched, consoles, None if mean is None else float(mean))


def case_of(case_id: UUID) -> Case | None:
    return Case.objects.select_related("company__contract").filter(public_id=case_id).first()


def grant_in_force(case_id: UUID, actor: Actor) -> AccessGrant | None:
    """The grant by which this person may look into the case now; none is a 404."""
    return _of(AccessGrant.objects.in_force(), case_id, actor)


def grant_to_look(case_id: UUID, actor: Actor) -> AccessGrant | None:
    """The grant by which this person may follow sound and position, which end with the case."""
    return _of(AccessGrant.objects.for_looking(), case_id, actor)


def _of(grants: QuerySet[AccessGrant], case_id: UUID, actor: Actor) -> AccessGrant | None:
    own = grants.filter(case__public_id=case_id, operator_id=actor.id)
    return own.select_related("case", "company").order_by("-opened_at").first()


def break_glass_waiting() -> QuerySet[AccessGrant]:
    """緊急閲覧 that a second person has not answered yet."""
    return AccessGrant.objects.filter(
        source=AccessGrant.Source.BREAK_GLASS, opened_at=None, closed_at=None
    ).select_related("case__company")


def break_glass_since(since: datetime) -> QuerySet[AccessGrant]:
    """Break-glass grants for the lead, newest first: asked for, approved or not."""
    grants = AccessGrant.objects.filter(source=AccessGrant.Source.BREAK_GLASS, asked_at__gte=since)
    return grants.select_related("case__company").order_by("-asked_at")


def on_duty() -> QuerySet[Shift]:
    return Shift.objects.on_duty().select_related("centre")


def shift_of(actor: Actor) -> Shift | None:
    return on_duty().filter(operator_id=actor.id).first()


def open_handovers_to(actor: Actor) -> QuerySet[Handover]:
    handovers = Handover.objects.open().filter(to_operator=actor.id)
    return handovers.select_related("case__company")


@dataclass(frozen=True, slots=True)
class Candidate:
    responder: Responder
    is_busy: bool
    is_reserved: bool
    """Spoken for by some case, when the present one ends."""
    estimate: Estimate
    arrives_at: datetime


def responders_by_arrival(latitude: float, longitude: float) -> list[Candidate]:
    """Responders, free ones first, each group by estimated arrival."""
    busy = Dispatch.objects.active().filter(responder=OuterRef("pk"))
    reserved = Dispatch.objects.reserved().filter(responder=OuterRef("pk"))
    responders = Responder.objects.filter(on_duty=True).select_related("base")
    now = timezone.now()
    candidates = [
        Candidate(responder, responder.busy, responder.reserved, needs, now + needs.needs)
        for responder in responders.annotate(busy=Exists(busy), reserved=Exists(reserved))
        for needs in [estimate(responder.place, (latitude, longitude), responder.travel)]
    ]
    return sorted(candidates, key=lambda candidate: (candidate.is_busy, candidate.arrives_at))


@dataclass(frozen=True, slots=True)
class ResponderNow:
    """What a responder is doing: nothing, or the order that is under way."""

    responder: Responder
    dispatch: Dispatch | None


def responders_now() -> list[ResponderNow]:
    """Every responder, those on duty first."""
    active = Prefetch(
        "dispatches", Dispatch.objects.active().select_related("case__company"), to_attr="active"
    )
    responders = Responder.objects.select_related("base").prefetch_related(active)
    return [
        ResponderNow(one, next(iter(one.active), None))
        for one in responders.order_by("-on_duty", "call_sign")
    ]


def dispatches_of(actor: Actor) -> DispatchQuerySet:
    """A responder's own dispatches, the active one first."""
    dispatches = Dispatch.objects.filter(responder__user_id=actor.id)
    return dispatches.select_related("case__company", "responder").order_by(
        "ended_at", "-requested_at"
    )
