"""Cases as the console and the desk's pages show them, and what a colleague reads before taking
over.

No person, no position, nothing of the site beyond its name, and none of the warnings that a company
writes for it (they may name somebody): those come with the access, by the acceptance. What there is
to read beside public rows is the note that the other side wrote for it.
"""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from audit.actors import Actor
from operations.models import Case, Dispatch, EmergencyCall, Handover
from operations.protocol import ChecklistLine, checklist
from operations.selectors import QueueRow, open_handovers_to, operator_names


@dataclass(frozen=True, slots=True)
class Tag:
    text: str
    tone: str = ""


def state_of(row: QueueRow) -> Tag:
    if row.is_waiting:
        return Tag(_("Waiting"), "amber" if row.is_drill else "solid")
    if row.arrived:
        return Tag(_("Responder there"), "green")
    if row.active_dispatches:
        return Tag(_("Responder under way"), "amber")
    return Tag(_("In hand"), "blue")


@dataclass(frozen=True, slots=True)
class OpenCase:
    case: Case
    steps: list[ChecklistLine]
    dispatches: list[Dispatch]
    calls: list[EmergencyCall]
    handover: Handover | None
    other: str
    """The other side of the hand-over."""

    @property
    def handover_id(self) -> UUID | None:
        return self.handover.public_id if self.handover else None

    @property
    def left(self) -> list[ChecklistLine]:
        """Steps that neither a fact nor anybody has ticked."""
        return [step for step in self.steps if not step.is_done]

    @property
    def source(self) -> str:
        return source_of(self.case.source)


def held_by(actor: Actor) -> list[OpenCase]:
    cases = list(Case.objects.held_by(UUID(actor.id)).select_related("company").order_by("number"))
    offers = Handover.objects.open().filter(case__in=cases)
    by_case = {one.case_id: one for one in offers}
    names = operator_names(one.to_operator for one in by_case.values())
    return [
        _open_case(case, offer, names.get(offer.to_operator, "") if offer else "")
        for case in cases
        for offer in [by_case.get(case.pk)]
    ]


def offered_to(actor: Actor) -> list[OpenCase]:
    offers = list(open_handovers_to(actor))
    names = operator_names(one.from_operator for one in offers)
    return [_open_case(one.case, one, names.get(one.from_operator, "")) for one in offers]


def _open_case(case: Case, handover: Handover | None, other: str) -> OpenCase:
    under_way = case.dispatches.active() | case.dispatches.reserved()
    return OpenCase(
        case=case,
        steps=checklist(case),
        dispatches=list(under_way.select_related("responder")),
        calls=list(case.emergency_calls.all()),
        handover=handover,
        other=other,
    )


def source_of(source: str) -> str:
    return {
        Case.Source.EMPLOYEE: _("Requested by the employee"),
        Case.Source.SUPERVISOR: _("Requested by the supervisor"),
        Case.Source.LADDER: _("Asked automatically"),
    }[Case.Source(source)]
