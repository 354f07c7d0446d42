"""What a colleague reads before taking over: on the shift's page and at the console alike.

No person, no position, nothing of the site beyond its name, and none of the warnings that a company
writes for it (they may name somebody): those come with the access, by the acceptance. What there is
to read beside public rows is the note that the other side wrote for it.
"""

from dataclasses import dataclass
from uuid import UUID

from audit.actors import Actor
from operations.models import Case, Dispatch, EmergencyCall, Handover
from operations.protocol import ChecklistLine, checklist
from operations.selectors import open_handovers_to, operator_names
from portal.operator.board import source_of


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
        """What neither a fact nor anybody has ticked."""
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
