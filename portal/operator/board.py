"""The left side and the head of every console: the queue, the numbers, who else is there."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.permissions import Subject, can
from audit.actors import Actor
from operations import ledger, memos, selectors
from operations.models import AccessGrant, Case, EmergencyCall, Handover, Shift
from operations.selectors import QueueRow
from portal.live.cases import Tag, source_of, state_of
from portal.live.clock import milliseconds

LATELY = timedelta(hours=24)
MOST_LATELY = 6


@dataclass(frozen=True, slots=True)
class QueueCard:
    """One case in the queue, as this operator may see it."""

    row: QueueRow
    me: UUID
    is_readable: bool
    """A grant is in force: the card leads to the case."""

    @property
    def is_mine(self) -> bool:
        return self.row.owner_id == self.me

    @property
    def is_offered(self) -> bool:
        return self.row.handover_to == self.me

    @property
    def kind(self) -> str:
        return "waiting" if self.row.is_waiting else "open" if self.is_readable else "other"

    @property
    def state(self) -> Tag:
        return state_of(self.row)

    @property
    def bar(self) -> str:
        if self.row.is_drill:
            return "drill"
        return "danger" if self.row.is_waiting else "out" if self.row.active_dispatches else "held"

    @property
    def tags(self) -> list[Tag]:
        row = self.row
        tags = []
        if row.cried_at:
            at = timezone.localtime(row.cried_at)
            tags.append(Tag(_("Cried again %(time)s") % {"time": f"{at:%H:%M}"}, "solid"))
        if row.company_closed_at:
            tags.append(Tag(_("Ended by the company's people"), "amber"))
        tags.append(Tag(source_of(row.source), "red" if not row.is_drill else ""))
        if row.claimed_at and row.is_waiting:
            tags.append(Tag(_("Back in the queue"), "red"))
        elif row.asked_before or (row.turn > 1 and row.is_waiting):
            tags.append(Tag(_("Asked again"), "red"))
        if row.company_told_at and row.is_waiting:
            tags.append(Tag(_("Company told to call 110"), "red"))
        if row.police_called:
            tags.append(Tag(_("Police (110) called"), "amber"))
        elif row.police_before:
            tags.append(Tag(police_words(row.police_before), "amber"))
        if row.is_late:
            tags.append(Tag(_("Late"), "red"))
        return tags

    @property
    def level(self) -> str:
        return str(Case.Level(self.row.level).label)

    @property
    def cried_ms(self) -> int | None:
        return milliseconds(self.row.cried_at)

    @property
    def since_ms(self) -> int | None:
        row = self.row
        return milliseconds(row.waiting_since if row.is_waiting else row.requested_at)


@dataclass(frozen=True, slots=True)
class Colleague:
    operator_id: UUID
    name: str
    console: str
    is_lead: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A 緊急閲覧 that waits for a second person."""

    grant: AccessGrant
    name: str
    me: UUID

    @property
    def is_mine(self) -> bool:
        return self.grant.operator_id == self.me


class Desk:
    """Data that every page of the desk shows beside its own subject."""

    def __init__(self, operator: Actor) -> None:
        self.operator = operator
        self.me = UUID(operator.id)

    @property
    def now_ms(self) -> int | None:
        return milliseconds(timezone.now())

    @cached_property
    def shift(self) -> Shift | None:
        return selectors.shift_of(self.operator)

    @cached_property
    def cards(self) -> list[QueueCard]:
        readable = {grant.case.public_id for grant in self.grants}
        return [QueueCard(row, self.me, row.case_id in readable) for row in selectors.queue()]

    @cached_property
    def grants(self) -> list[AccessGrant]:
        grants = AccessGrant.objects.in_force().filter(operator_id=self.me)
        return list(grants.select_related("case__company").order_by("-opened_at"))

    @property
    def ended(self) -> list[AccessGrant]:
        """Cases that are over and may still be written up."""
        return [grant for grant in self.grants if grant.case.is_closed]

    @cached_property
    def board(self) -> selectors.Board:
        return selectors.board()

    @property
    def mine(self) -> int:
        return sum(card.is_mine for card in self.cards)

    @property
    def drills(self) -> int:
        return sum(card.row.is_drill for card in self.cards)

    @property
    def out(self) -> int:
        return sum(bool(card.row.active_dispatches) for card in self.cards)

    @cached_property
    def colleagues(self) -> list[Colleague]:
        """The other consoles that gave a sign of life lately."""
        shifts = [one for one in Shift.objects.awake() if one.operator_id != self.me]
        names = selectors.operator_names(one.operator_id for one in shifts)
        colleagues = [
            Colleague(one.operator_id, names.get(one.operator_id, ""), one.console, one.is_lead)
            for one in shifts
        ]
        return sorted(colleagues, key=lambda one: (one.console, one.name))

    @cached_property
    def break_glass(self) -> list[Asked]:
        waiting = list(selectors.break_glass_waiting())
        names = selectors.operator_names(one.operator_id for one in waiting)
        return [Asked(one, names.get(one.operator_id, ""), self.me) for one in waiting]

    @property
    def is_lead(self) -> bool:
        return can(self.operator, "lead", Subject(kind="desk"))

    @cached_property
    def memos(self) -> list[memos.MemoLine]:
        return memos.standing()

    @cached_property
    def responders(self) -> list[selectors.ResponderNow]:
        return selectors.responders_now()

    @cached_property
    def latest_dispatches(self) -> list[ledger.DispatchLine]:
        now = timezone.now()
        return ledger.dispatches_between(now - LATELY, now + LATELY)[:MOST_LATELY]

    @cached_property
    def latest_closed(self) -> list[ledger.ClosedLine]:
        now = timezone.now()
        return ledger.closed_between(now - LATELY, now + LATELY)[:MOST_LATELY]

    @cached_property
    def handovers(self) -> dict[UUID, Handover]:
        """Hand-overs offered to this operator, by case."""
        offers = selectors.open_handovers_to(self.operator)
        return {offer.case.public_id: offer for offer in offers}


def police_words(call: EmergencyCall) -> str:
    """Words for a call to the police that an earlier request has led to."""
    words = {"at": f"{timezone.localtime(call.called_at):%H:%M}", "reference": call.reference}
    if not call.reference:
        return _("110 called at %(at)s, reference not known yet") % words
    return _("110 called at %(at)s, reference %(reference)s") % words
