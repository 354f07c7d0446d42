"""Being on duty: begin, give signs of life, end with empty hands."""

from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from accounts.models import Role
from audit.actors import Actor
from operations.errors import CasesStillHeld, NotOnShift
from operations.events import hint_consoles, id_of
from operations.models import Case, Centre, Shift


def start_shift(*, operator: Actor, centre: Centre, console: str = "") -> Shift:
    """Start a shift, or go on with the one that was begun."""
    try:
        with transaction.atomic():
            shift = Shift.objects.create(
                operator_id=id_of(operator),
                centre=centre,
                console=console,
                is_lead=Role.LEAD in operator.roles,
            )
            hint_consoles("shift")
            return shift
    except IntegrityError:
        return Shift.objects.on_duty().get(operator_id=id_of(operator))


@transaction.atomic
def end_shift(*, operator: Actor) -> None:
    """End the shift. Raises NotOnShift, CasesStillHeld."""
    shift = _locked(id_of(operator))
    held = Case.objects.held_by(shift.operator_id).values_list("number", flat=True)
    if numbers := list(held.order_by("number")):
        raise CasesStillHeld(numbers)
    Shift.objects.filter(pk=shift.pk).update(ended_at=Now())
    hint_consoles("shift")


@transaction.atomic
def sign_of_life(*, operator: Actor) -> bool:
    """Note a console's sign of life: its cases stay its own for another 45 seconds.

    False without a shift. What was lost before stays lost: the case may be somebody else's.
    """
    shifts = Shift.objects.on_duty().filter(operator_id=id_of(operator))
    if not shifts.update(seen_at=Now()):
        return False
    held = Case.objects.held_by(id_of(operator)).filter(owner_until__gt=Now())
    kept = list(held.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True))
    Case.objects.filter(pk__in=kept).update(owner_until=Now() + Case.SIGN_OF_LIFE)
    return True


def must_be_on_shift(operator_id: UUID) -> Shift:
    """Lock the shift until the transaction ends, so that a claim and an end never cross."""
    return _locked(operator_id)


def _locked(operator_id: UUID) -> Shift:
    shift = Shift.objects.on_duty().select_for_update().filter(operator_id=operator_id).first()
    if shift is None:
        raise NotOnShift
    return shift
