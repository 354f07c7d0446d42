"""What a colleague reads before taking over: on the shift's page and at the console alike."""

from dataclasses import dataclass
from uuid import UUID

from accounts.permissions import Actor
from incidents.models import Incident
from operations.models import Case, Handover
from operations.protocol import ChecklistLine, checklist
from operations.selectors import open_handovers_to, operator_names


@dataclass(frozen=True, slots=True)
class OpenCase:
    """No person, and no place beyond the site's name."""

    case: Case
    level: str
    steps: list[ChecklistLine]
    under_way: int
    handover: Handover | None
    other: str
    """The other side of the hand-over."""

    @property
    def handover_id(self) -> UUID | None:
        return self.handover.public_id if self.handover else None


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
    level = str(Incident.Level(case.level).label)
    under_way = case.dispatches.active().count()
    return OpenCase(case, level, checklist(case), under_way, handover, other)
