"""引き継ぎ: one operator offers a case, another accepts it. Until then it stays where it is."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from audit.actors import Actor
from operations.cases import get_owned_case
from operations.company_access import door, entries
from operations.company_access.views import count_notes
from operations.errors import HandoverOver, UnknownOperator
from operations.events import case_changed, hint_consoles, id_of
from operations.grants import OWNING, close_grants, open_grant
from operations.models import AccessGrant, Case, Handover, Shift
from operations.selectors import grant_in_force
from operations.shifts import must_be_on_shift


@transaction.atomic
def offer(*, case_id: UUID, operator: Actor, to: UUID, note: str) -> Handover:
    """Offer a case: first half of 引き継ぐ. The note is stored, and the other side reads it
    before the case is open to them. What is written into the company comes before the locks.

    Raises UnknownCase, CaseClosed, NotYourCase, UnknownOperator, HandoverOver (one is open).
    """
    grant = grant_in_force(case_id, operator)
    notes = _write_down(grant, operator, note) if grant else None
    case = get_owned_case(case_id, operator)
    if to == id_of(operator) or not Shift.objects.on_duty().filter(operator_id=to).exists():
        raise UnknownOperator
    try:
        with transaction.atomic():
            handover = Handover.objects.create(
                case=case, from_operator=id_of(operator), to_operator=to, note=note, notes=notes
            )
    except IntegrityError:
        raise HandoverOver from None
    hint_consoles("handover", case)
    return handover


def _write_down(grant: AccessGrant, operator: Actor, note: str) -> int:
    """Write the note into the company. Returns how many notes there are."""
    entries.add_note(grant_id=grant.public_id, operator=operator, text=note)
    return door.read(
        grant_id=grant.public_id, operator=operator, verb="case.offered", query=count_notes
    )


@transaction.atomic
def accept(*, handover_id: UUID, operator: Actor) -> AccessGrant:
    """Accept it, the second half: case and access change hands. Raises NotOnShift, HandoverOver."""
    me = id_of(operator)
    must_be_on_shift(me)
    case, handover = _open_offer(handover_id)
    if handover.to_operator != me or case.owner_id != handover.from_operator or case.is_closed:
        raise HandoverOver
    Case.objects.filter(pk=case.pk).update(owner_id=me, owner_until=Now() + Case.SIGN_OF_LIFE)
    Handover.objects.filter(pk=handover.pk).update(accepted_at=Now())
    close_grants(case, OWNING)
    grant = open_grant(case, me, AccessGrant.Source.TRANSFER)
    case_changed(case, "handed_over", me)
    return grant


@transaction.atomic
def cancel(*, handover_id: UUID, operator: Actor) -> None:
    """Cancel it, by either side. Raises HandoverOver."""
    case, handover = _open_offer(handover_id)
    if id_of(operator) not in (handover.from_operator, handover.to_operator):
        raise HandoverOver
    Handover.objects.filter(pk=handover.pk).update(cancelled_at=Now())
    hint_consoles("handover", case)


def _open_offer(handover_id: UUID) -> tuple[Case, Handover]:
    """The open offer, locked after its case, as where one is given back, closed or lost."""
    offers = Handover.objects.open().filter(public_id=handover_id)
    case = Case.objects.locked().filter(pk__in=offers.values("case")).first()
    handover = offers.select_for_update().first()
    if case is None or handover is None:
        raise HandoverOver
    return case, handover
